// From records into the data of the request. Entities inside are left as holes, to be filled from records of their own.

import type { Slice } from '../cache/record.ts';
import type { EntityReference, ObjectValue, Value } from '../cache/value.ts';
import type { VariableValues } from './canonical-name.ts';
import type { FieldPlan, Selection, Shape } from './selection.ts';
import { nameOf } from './slices.ts';
import { isTreeObject, TreeObject, type TreeValue, toLeaf } from './tree.ts';

/** An object of the request's data that an entity's fields belong into. */
export interface Hole {
  readonly reference: EntityReference;
  readonly selection: Selection;
  readonly target: TreeObject;
}

/** A field of a record and the slice that it comes from. */
export interface FoundField {
  readonly field: FieldPlan;
  readonly value: Value;
  readonly slice: Slice;
}

/** The newest live slice wins per field. @returns null unless every field is covered whole. `__typename` is not among them */
export function findFields(
  fields: readonly FieldPlan[],
  slicesOf: (field: FieldPlan) => readonly Slice[],
  variables: VariableValues,
): readonly FoundField[] | null {
  const found: FoundField[] = [];
  for (const field of fields) {
    if (field.name === '__typename') continue;
    const name = nameOf(field, variables);
    let hit: FoundField | null = null;
    for (const slice of slicesOf(field)) {
      const value = slice.fields?.get(name);
      if (value === undefined || (field.selection !== null && !covers(value, field.selection, variables))) continue;
      hit = { field, value, slice };
      break;
    }
    if (hit === null) return null;
    found.push(hit);
  }
  return found;
}

/** Puts what was found under the planned names, and `__typename` where it is asked. */
export function mergeFound(
  target: TreeObject,
  typename: string | null,
  shape: Shape,
  found: readonly FoundField[],
  variables: VariableValues,
  holes: Hole[],
): void {
  mergeTypename(target, typename, shape);
  for (const { field, value } of found) if (field.planned) mergeField(target, field, value, variables, holes);
}

function mergeTypename(target: TreeObject, typename: string | null, shape: Shape): void {
  if (typename === null) return;
  for (const field of shape.fields) {
    if (field.name === '__typename' && field.planned) target[field.outName] = JSON.stringify(typename);
  }
}

function mergeField(
  target: TreeObject,
  field: FieldPlan,
  value: Value,
  variables: VariableValues,
  holes: Hole[],
): void {
  target[field.outName] =
    field.selection === null
      ? leafOf(value)
      : mergeValue(target[field.outName], value, field.selection, variables, holes);
}

function mergeValue(
  existing: TreeValue | undefined,
  value: Value,
  selection: Selection,
  variables: VariableValues,
  holes: Hole[],
): TreeValue {
  if (value === null || typeof value === 'string') return value;
  if (isList(value)) {
    const before = Array.isArray(existing) && existing.length === value.length ? existing : [];
    return value.map((item, index) => mergeValue(before[index], item, selection, variables, holes));
  }
  const object = isTreeObject(existing) ? existing : new TreeObject();
  if (value.kind === 'entity') {
    const stub = stubOf(value, selection.shape(value.typename));
    if (stub !== null) return Object.assign(object, stub);
    holes.push({ reference: value, selection, target: object });
    return object;
  }
  const shape = shapeOfValue(value, selection);
  mergeTypename(object, value.typename, shape);
  for (const field of shape.fields) {
    if (!field.planned || field.name === '__typename') continue;
    const below = value.fields.get(nameOf(field, variables));
    if (below !== undefined) mergeField(object, field, below, variables, holes);
  }
  return object;
}

/** The planned fields of a selection that asks for nothing but the key, out of the key itself; null when it asks for more. */
function stubOf({ typename, keyText }: EntityReference, shape: Shape): TreeObject | null {
  if (!shape.isStub) return null;
  const key: Readonly<Record<string, unknown>> = JSON.parse(keyText);
  const stub = new TreeObject();
  mergeTypename(stub, typename, shape);
  for (const field of shape.fields) {
    if (field.name === '__typename') continue;
    const value = toLeaf(key[field.name], 0);
    if (value === undefined) return null;
    if (field.planned) stub[field.outName] = value;
  }
  return stub;
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

const shapeOfValue = (value: ObjectValue, selection: Selection): Shape =>
  selection.shape(selection.onlyType ?? value.typename);

function leafOf(value: Value): TreeValue {
  if (value === null || typeof value === 'string') return value;
  return isList(value) ? value.map(leafOf) : null;
}

function covers(value: Value, selection: Selection, variables: VariableValues): boolean {
  if (value === null) return true;
  if (typeof value === 'string') return false;
  if (isList(value)) return value.every((item) => covers(item, selection, variables));
  if (value.kind === 'entity') {
    const shape = selection.shape(value.typename);
    return shape.isStub ? stubOf(value, shape) !== null : shape.key !== null;
  }
  return shapeOfValue(value, selection).fields.every((field) => {
    if (field.name === '__typename') return true;
    const below = value.fields.get(nameOf(field, variables));
    if (below === undefined) return false;
    return field.selection === null || covers(below, field.selection, variables);
  });
}
