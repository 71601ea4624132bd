// The short way from records into the data of the request: one walk, where the newest slice of each record has all that is wanted of it. Nearly
// always it has. Else nothing is touched, and `findValues` and `mergeValues` go the long way; what they give is the same.

import { PackedFields } from '../cache/packed-fields.ts';
import type { Slice } from '../cache/record.ts';
import type { Value } from '../cache/value.ts';
import type { VariableValues } from './canonical-name.ts';
import { type FieldPlaces, placesOf } from './field-places.ts';
import {
  covers,
  type Hole,
  holdsAsNow,
  isList,
  leafOf,
  mergeTypename,
  mergeValue,
  shapeOfValue,
  stubOf,
} from './read-record.ts';
import type { Selection, Shape } from './selection.ts';
import { TreeObject, type TreeValue } from './tree.ts';

/**
 * @param lists as `findValues` has them
 * @param used receives the slices that were taken from, one of them perhaps twice; on false what it received is of no use
 * @param holes receives the entities within; on false what it received is of no use
 * @returns false: not this way
 */
export function fillAtOnce(
  targets: readonly TreeObject[],
  typename: string | null,
  shape: Shape,
  lists: readonly (readonly Slice[])[],
  variables: VariableValues,
  used: Slice[],
  holes: Hole[],
): boolean {
  const first = targets[0];
  if (first === undefined) return false;
  const { fields } = shape;
  let slice: Slice | undefined;
  let held: PackedFields | null = null;
  let places: FieldPlaces | null = null;
  const found = new Array<Value>(fields.length);
  const built = new Array<TreeValue>(fields.length);
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index]!;
    if (field.name === '__typename') continue;
    const newest = (lists[field.apartAt + 1] ?? lists[0]!)[0];
    if (newest === undefined) return false;
    if (newest !== slice) {
      if (!(newest.fields instanceof PackedFields)) return false;
      slice = newest;
      held = newest.fields;
      places = placesOf(shape, held.shape);
      used.push(slice);
    }
    const place = places?.at[index] ?? -1;
    if (held === null || place < 0) return false;
    const value = held.held[place]!;
    const tree =
      field.selection === null
        ? leafOf(value)
        : readBelow(value, field.selection, field.planned && !isThere(first[field.outName]), variables, holes);
    if (tree === undefined) return false;
    found[index] = value;
    built[index] = tree;
  }
  for (let index = 0; index < fields.length; index += 1) {
    const { planned, name, outName, selection } = fields[index]!;
    if (!planned || name === '__typename') continue;
    first[outName] =
      selection !== null && isThere(first[outName])
        ? mergeValue(first[outName], found[index]!, selection, variables, holes)
        : built[index]!;
  }
  mergeTypename(first, typename, shape);
  for (let at = 1; at < targets.length; at += 1) fillAgain(targets[at]!, typename, shape, found, variables, holes);
  return true;
}

/** The same entity in another place. */
function fillAgain(
  target: TreeObject,
  typename: string | null,
  shape: Shape,
  found: readonly Value[],
  variables: VariableValues,
  holes: Hole[],
): void {
  const { fields } = shape;
  for (let index = 0; index < fields.length; index += 1) {
    const { planned, name, outName, selection } = fields[index]!;
    if (!planned || name === '__typename') continue;
    const value = found[index]!;
    target[outName] =
      selection === null ? leafOf(value) : mergeValue(target[outName], value, selection, variables, holes);
  }
  mergeTypename(target, typename, shape);
}

const isThere = (existing: TreeValue | undefined): boolean => existing !== undefined && existing !== null;

/** @param builds false: only looked at @returns undefined when not all that is asked for below is there */
function readBelow(
  value: Value,
  selection: Selection,
  builds: boolean,
  variables: VariableValues,
  holes: Hole[],
): TreeValue | undefined {
  if (builds) return buildValue(value, selection, variables, holes);
  return covers(value, selection, variables) ? null : undefined;
}

function buildValue(
  value: Value,
  selection: Selection,
  variables: VariableValues,
  holes: Hole[],
): TreeValue | undefined {
  if (value === null) return null;
  if (typeof value === 'string') return undefined;
  if (isList(value)) {
    const items = new Array<TreeValue>(value.length);
    for (let index = 0; index < value.length; index += 1) {
      const item = buildValue(value[index]!, selection, variables, holes);
      if (item === undefined) return undefined;
      items[index] = item;
    }
    return items;
  }
  const shape = value.kind === 'entity' ? selection.shape(value.typename) : shapeOfValue(value, selection);
  if (value.kind === 'entity') {
    if (shape.isStub) {
      const stub = stubOf(value, shape);
      if (stub !== null) mergeTypename(stub, value.typename, shape);
      return stub ?? undefined;
    }
    if (shape.key === null) return undefined;
    const object = new TreeObject();
    holes.push({ reference: value, selection, target: object });
    return object;
  }
  const { fields } = value;
  const places = fields instanceof PackedFields ? placesOf(shape, fields.shape) : null;
  if (places === null || !(fields instanceof PackedFields))
    return covers(value, selection, variables) ? mergeValue(undefined, value, selection, variables, holes) : undefined;
  if (!places.isWhole || !holdsAsNow(fields, shape)) return undefined;
  const object = new TreeObject();
  mergeTypename(object, value.typename, shape);
  for (let index = 0; index < shape.fields.length; index += 1) {
    const field = shape.fields[index]!;
    if (field.name === '__typename') continue;
    const below = fields.held[places.at[index]!]!;
    const { selection: inner, planned } = field;
    const tree = inner === null ? leafOf(below) : readBelow(below, inner, planned, variables, holes);
    if (tree === undefined) return undefined;
    if (field.planned) object[field.outName] = tree;
  }
  return object;
}
