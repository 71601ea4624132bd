// Loads single rows by a column that is unique: one statement for all keys of a batch.

import { byIdentity } from './identity.ts';
import { createLoader, type Loader, rowPerKey } from './loader.ts';
import type { ListSource, ParentColumn } from './paged-list.ts';
import type { Sql } from './postgres.ts';

/**
 * Null for a key that has no row. A text that no `bigint` can be is not asked for.
 * @param keyOf the key as it stands in a row of `source.columns`
 */
export function createRowLoader<Row extends object>(
  sql: Sql,
  { columns, from }: Pick<ListSource, 'columns' | 'from'>,
  key: ParentColumn,
  keyOf: (row: Row) => string,
): Loader<string, Row | null> {
  const text = `select ${columns} from ${from} where ${key.sql} = any($1::${key.type}[])`;
  const load = async (keys: readonly string[]): Promise<(Row | null)[]> =>
    rowPerKey(keys, await sql.query<Row>(text, [keys]), keyOf);
  return createLoader((keys: readonly string[]) =>
    key.type === 'bigint' ? byIdentity<Row | null>(keys, null, load) : load(keys),
  );
}
