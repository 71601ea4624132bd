// One error for one field: a plan may ask for a field twice, of an interface's object and of its type, and be told twice.

import type { PlacedError } from './run.ts';
import { isTreeObject, type TreeObject, type TreeValue } from './tree.ts';

/** Errors about whole requests stay as many as there are requests: they stand at objects that are there. */
export function toldOnce(errors: readonly PlacedError[], root: TreeObject): readonly PlacedError[] {
  if (errors.length < 2) return errors;
  const told = new Set<string>();
  return errors.filter((error) => {
    if (error.path === null || hasValue(root, error.path)) return true;
    const text = JSON.stringify(error);
    const isNew = !told.has(text);
    told.add(text);
    return isNew;
  });
}

function hasValue(root: TreeObject, path: readonly (string | number)[]): boolean {
  let value: TreeValue | undefined = root;
  for (const step of path) {
    if (Array.isArray(value)) value = value[Number(step)];
    else if (isTreeObject(value)) value = value[String(step)];
    else return false;
  }
  return value !== undefined && value !== null;
}
