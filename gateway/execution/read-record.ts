// From records into the data of the request. Entities inside are left as holes, to be filled from records of their own.

import type { Slice } from '../cache/record.ts';
import type { EntityReference, ObjectValue, Value } from '../cache/value.ts';
import type { VariableValues } from './canonical-name.ts';
import { isBetterKnown } from './merge-answer.ts';
import type { FieldPlan, Selection, Shape } from './selection.ts';
import { byCanonicalName, HELD_AS, nameOf } from './slices.ts';
import { isTreeObject, TreeObject, type TreeValue, toLeaf } from './tree.ts';

/** An object of the request's data that an entity's fields belong into. */
export interface Hole {
  readonly reference: EntityReference;
  readonly selection: Selection;
  readonly target: TreeObject;
}

/**
 * The newest live slice wins per field.
 * @param lists slices of the record itself, then of each of the shape's `apart`, as far as those are records of their own
 * @param used receives the slices that were taken from
 * @returns a value for each field of the shape, in order (`__typename`: null); null unless every field is covered whole
 */
export function findValues(
  shape: Shape,
  lists: readonly (readonly Slice[])[],
  variables: VariableValues,
  used: Slice[],
): readonly Value[] | null {
  const values: Value[] = [];
  for (const field of shape.fields) {
    if (field.name === '__typename') {
      values.push(null);
      continue;
    }
    const slices = lists[field.apartAt + 1] ?? lists[0] ?? [];
    const name = nameOf(field, variables);
    const value = findValue(sharersOf(name, field, shape, variables), slices, name, variables, used);
    if (value === undefined) return null;
    values.push(value);
  }
  return values;
}

/** The fields that show one value: all from one slice, or they would tell of two moments. */
function sharersOf(name: string, field: FieldPlan, shape: Shape, variables: VariableValues): readonly FieldPlan[] {
  return shape.repeats ? (byCanonicalName(shape.fields, variables).get(name) ?? []) : [field];
}

function findValue(
  fields: readonly FieldPlan[],
  slices: readonly Slice[],
  name: string,
  variables: VariableValues,
  used: Slice[],
): Value | undefined {
  for (const slice of slices) {
    const value = slice.fields?.get(name);
    if (value === undefined) continue;
    if (!fields.every(({ selection }) => selection === null || covers(value, selection, variables))) continue;
    if (!used.includes(slice)) used.push(slice);
    return value;
  }
  return undefined;
}

/** Puts values under the planned names, and `__typename` where it is asked. */
export function mergeValues(
  target: TreeObject,
  typename: string | null,
  shape: Shape,
  values: readonly Value[],
  variables: VariableValues,
  holes: Hole[],
): void {
  shape.fields.forEach((field, index) => {
    if (!field.planned) return;
    if (field.name !== '__typename') mergeField(target, field, values[index] ?? null, variables, holes);
  });
  mergeTypename(target, typename, shape);
}

export function mergeTypename(target: TreeObject, typename: string | null, shape: Shape): void {
  if (typename === null) return;
  for (const field of shape.fields) {
    if (field.name !== '__typename' || !field.planned || isBetterKnown(target, shape, field)) continue;
    target[field.outName] = `"${typename}"`;
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

export function mergeValue(
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
    const shape = selection.shape(value.typename);
    const stub = stubOf(value, shape);
    if (stub !== null) {
      mergeTypename(object, value.typename, shape);
      return Object.assign(object, stub);
    }
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
export function stubOf({ keyText }: EntityReference, shape: Shape): TreeObject | null {
  if (!shape.isStub) return null;
  const stub = new TreeObject();
  for (const field of shape.fields) {
    if (field.name === '__typename') continue;
    const value = onlyText(keyText, field.name) ?? toLeaf(JSON.parse(keyText)[field.name], 0);
    if (value === undefined) return null;
    if (field.planned) stub[field.outName] = value;
  }
  return stub;
}

/** Of a key that is one text, `{"upc":"1"}`, as nearly all are: cut out, which takes a tenth of the time of parsing it. */
function onlyText(keyText: string, name: string): string | null {
  const from = name.length + '{"":'.length;
  const isOnly = keyText.startsWith(`{"${name}":"`) && keyText.indexOf('"', from + 1) === keyText.length - '"}'.length;
  return isOnly ? keyText.slice(from, -1) : null;
}

export const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

export const shapeOfValue = (value: ObjectValue, selection: Selection): Shape =>
  selection.shape(selection.onlyType ?? value.typename);

export function leafOf(value: Value): TreeValue {
  if (value === null || typeof value === 'string') return value;
  return isList(value) ? value.map(leafOf) : null;
}

export function covers(value: Value, selection: Selection, variables: VariableValues): boolean {
  if (value === null) return true;
  if (typeof value === 'string') return false;
  if (isList(value)) return value.every((item) => covers(item, selection, variables));
  if (value.kind === 'entity') {
    const shape = selection.shape(value.typename);
    return shape.isStub ? stubOf(value, shape) !== null : shape.key !== null;
  }
  const shape = shapeOfValue(value, selection);
  if (!holdsAsNow(value.fields, shape)) return false;
  return shape.fields.every((field) => {
    if (field.name === '__typename') return true;
    const below = value.fields.get(nameOf(field, variables));
    if (below === undefined) return false;
    return field.selection === null || covers(below, field.selection, variables);
  });
}

/** False: kept when the entity's type was another. A record's own digest covers the record's own fields alone. */
export function holdsAsNow(fields: ReadonlyMap<string, Value>, { isStub, heldAs }: Shape): boolean {
  return heldAs === null || isStub || fields.get(HELD_AS) === heldAs;
}
