// From a subgraph's parsed answer into the data of the request.

import type { FieldPlan, Selection, Shape } from './selection.ts';
import { isTreeObject, TreeObject, type TreeValue, toLeaf } from './tree.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The shape of an object of an answer: by its `__typename` where the selection does not know it. */
export function shapeOfJson(json: JsonObject, selection: Selection): Shape {
  if (selection.onlyType !== null) return selection.shape(selection.onlyType);
  const { __typename } = json;
  // Only types that there are: shapes are remembered by name.
  const isKnown = typeof __typename === 'string' && selection.subgraph.types.has(__typename);
  return selection.shape(isKnown ? __typename : null);
}

/** Merges the planned fields of `json` into `target`. What stands there already from other subgraphs stays beside it. */
export function mergeJson(target: TreeObject, json: JsonObject, shape: Shape): void {
  for (const field of shape.fields) {
    if (!field.planned || (field.name === '__typename' && isBetterKnown(target, shape, field))) continue;
    const value = json[field.responseName];
    const merged =
      field.selection === null
        ? toLeaf(value, field.listDepth)
        : mergeComposite(target[field.outName], value, field, field.selection);
    if (merged !== undefined) target[field.outName] = merged;
  }
}

/** The name of an interface object must not replace that of the object, which another subgraph told before. */
export function isBetterKnown(target: TreeObject, { isInterfaceObject }: Shape, { outName }: FieldPlan): boolean {
  return isInterfaceObject && target[outName] !== undefined;
}

function mergeComposite(
  existing: TreeValue | undefined,
  value: unknown,
  field: FieldPlan,
  selection: Selection,
): TreeValue | undefined {
  if (value === null) return null;
  if (Array.isArray(value)) {
    const before = Array.isArray(existing) && existing.length === value.length ? existing : null;
    return value.map((item, index) => mergeComposite(before?.[index], item, field, selection) ?? null);
  }
  if (!isJsonObject(value)) return undefined;
  const object = isTreeObject(existing) ? existing : new TreeObject();
  mergeJson(object, value, shapeOfJson(value, selection));
  return object;
}
