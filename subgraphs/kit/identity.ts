// Ids that are whole numbers in the database and text in GraphQL.

/** As PostgreSQL writes a positive `bigint`; another spelling of it (`007`, `1.0`) names nothing. */
export function isIdentity(id: string): boolean {
  return /^[1-9]\d{0,17}$/.test(id);
}

/** Loads by those ids that can exist; the others have no value. */
export async function byIdentity<Value>(
  ids: readonly string[],
  absent: Value,
  load: (ids: readonly string[]) => Promise<readonly Value[]>,
): Promise<Value[]> {
  const possible = ids.filter(isIdentity);
  const values = possible.length === 0 ? [] : await load(possible);
  const byId = new Map(possible.map((id, index) => [id, values[index]]));
  return ids.map((id) => byId.get(id) ?? absent);
}
