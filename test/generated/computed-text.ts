// What a field that requires others says of its inputs, `ra of [{"f1":null},4]`: what a gateway sent can be read out of its answer.

/** @returns undefined where it is not such a text */
export function inputsSaid(text: unknown): unknown {
  const json = typeof text === 'string' ? /^\w+ of (\[.*\])$/s.exec(text)?.[1] : undefined;
  try {
    return json === undefined ? undefined : JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Has `other` a null wherever it differs, for an object in which something is null? */
export function isNulledAbove(right: unknown, other: unknown): boolean {
  if (JSON.stringify(right) === JSON.stringify(other)) return true;
  if (typeof right !== 'object' || right === null) return false;
  if (other === null) return JSON.stringify(right).includes('null');
  if (typeof other !== 'object' || Array.isArray(right) !== Array.isArray(other)) return false;
  const [values, others] = [Object.entries(right), new Map(Object.entries(other))];
  return (
    values.length === others.size &&
    values.every(([name, value]) => others.has(name) && isNulledAbove(value, others.get(name)))
  );
}
