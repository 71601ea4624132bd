// From the tree of a subgraph's answer into the data of the request. What stands there already from other subgraphs stays beside it.

import type { SubgraphFacts } from '../federation/subgraph-facts.ts';
import { type FieldPlan, type Selection, type Shape, toldShape } from './selection.ts';
import { isTreeObject, TreeObject, type TreeValue, typenameOf } from './tree.ts';

/** The shape of an object of an answer: by its `__typename` where the selection does not know it. */
export const shapeOfObject = (object: TreeObject, selection: Selection): Shape =>
  toldShape(selection, typenameOf(object));

/** The planned fields of an object that is named as the subgraph answered it. Nothing of it is shared with the target but leaves. */
export function mergeAnswer(target: TreeObject, object: TreeObject, shape: Shape): void {
  for (const field of shape.fields) {
    if (!field.planned || (field.name === '__typename' && isBetterKnown(target, shape, field))) continue;
    const value = object[field.responseName];
    const merged = field.selection === null ? value : mergeComposite(target[field.outName], value, field.selection);
    if (merged !== undefined) target[field.outName] = merged;
  }
}

/** The name of an interface object must not replace that of the object, which another subgraph told before. */
export function isBetterKnown(target: TreeObject, { isInterfaceObject }: Shape, { outName }: FieldPlan): boolean {
  return isInterfaceObject && target[outName] !== undefined;
}

function mergeComposite(
  existing: TreeValue | undefined,
  value: TreeValue | undefined,
  selection: Selection,
): TreeValue | undefined {
  if (value === null) return null;
  if (Array.isArray(value)) {
    const before = Array.isArray(existing) && existing.length === value.length ? existing : null;
    return value.map((item, index) => mergeComposite(before?.[index], item, selection) ?? null);
  }
  // What is no object keeps its place, for the writer to tell of.
  if (!isTreeObject(value)) return value;
  const object = isTreeObject(existing) ? existing : new TreeObject();
  mergeAnswer(object, value, shapeOfObject(value, selection));
  return object;
}

/** An object that is named as the steps share it, and is nobody else's: what the target has not becomes part of it as it is. */
export function adoptAnswer(target: TreeObject, object: TreeObject, subgraph: SubgraphFacts): void {
  for (const name in object) {
    const value = object[name];
    if (value !== undefined) target[name] = adopt(target[name], value, name, subgraph);
  }
}

function adopt(existing: TreeValue | undefined, value: TreeValue, name: string, subgraph: SubgraphFacts): TreeValue {
  if (existing === undefined || existing === null || value === null) return value;
  if (name === '__typename' && typeof value === 'string')
    return subgraph.types.get(value.slice(1, -1))?.isInterfaceObject === true ? existing : value;
  if (Array.isArray(existing) && Array.isArray(value) && existing.length === value.length)
    return value.map((item, index) => adopt(existing[index], item, name, subgraph));
  if (!isTreeObject(existing) || !isTreeObject(value)) return value;
  adoptAnswer(existing, value, subgraph);
  return existing;
}

/** Leaves are shared: nobody changes them. */
export function copyOf(object: TreeObject): TreeObject {
  const copy = new TreeObject();
  for (const name in object) copy[name] = copyValue(object[name] ?? null);
  return copy;
}

function copyValue(value: TreeValue): TreeValue {
  if (Array.isArray(value)) return value.map(copyValue);
  return isTreeObject(value) ? copyOf(value) : value;
}
