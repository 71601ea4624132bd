// From a subgraph's parsed answer into what is stored: entities cut out under their keys, the rest as trees.

import type { EntityReference, ObjectValue, Value } from '../cache/value.ts';
import type { VariableValues } from './canonical-name.ts';
import { tagsOfEntity } from './declared-tags.ts';
import type { KeyPlan } from './key-plan.ts';
import { shapeOfObject } from './merge-answer.ts';
import type { FieldPlan, Selection, Shape } from './selection.ts';
import { isTreeObject, type TreeObject, type TreeValue } from './tree.ts';

/** What one record gets from one answer. */
export interface Harvest {
  readonly fields: ReadonlyMap<string, Value>;
  /** Types of entities that are held within, because their key is not known or their place says more of them than the key. */
  readonly inlined: ReadonlySet<string>;
  /** Tags that the types of these entities declare, where their key is known. */
  readonly declared: ReadonlySet<string>;
}

/** Receives the entities found within. */
export interface EntitySink {
  entity(typename: string, keyText: string, shape: Shape, object: TreeObject, selection: Selection): void;
}

export const nameOf = (field: FieldPlan, variables: VariableValues): string =>
  typeof field.canonical === 'string' ? field.canonical : field.canonical(variables);

/** A field may be asked for under two names, once for its key: both are one record. */
export function byCanonicalName(
  fields: readonly FieldPlan[],
  variables: VariableValues,
): ReadonlyMap<string, readonly FieldPlan[]> {
  const known = groupsOf.get(fields);
  if (known !== undefined) return known;
  const groups = Map.groupBy(fields, (field) => nameOf(field, variables));
  // Names that hold variables are another request's others.
  if (fields.every((field) => typeof field.canonical === 'string')) groupsOf.set(fields, groups);
  return groups;
}

const groupsOf = new WeakMap<readonly FieldPlan[], ReadonlyMap<string, readonly FieldPlan[]>>();

/**
 * @param fields of one object; `__typename` is no field of a record
 * @returns null when the subgraph left out a field that it was asked, or gave what its schema forbids: such an answer is not stored
 */
export function harvest(
  object: TreeObject,
  fields: readonly FieldPlan[],
  variables: VariableValues,
  sink: EntitySink,
): Harvest | null {
  const inlined = new Set<string>();
  const declared = new Set<string>();
  const values = harvestFields(object, fields, { variables, sink, inlined, declared });
  return values === null ? null : { fields: values, inlined, declared };
}

/** The key fields as canonical JSON text; null when one of them is null, missing or not of its type. */
export function keyTextOf(object: TreeObject, key: KeyPlan): string | null {
  const parts: string[] = [];
  for (const { name, responseName, below, conforms } of key.fields) {
    const value = object[responseName];
    if (value === null || value === undefined || !conforms(value)) return null;
    const text = below === null ? value : isTreeObject(value) ? keyTextOf(value, below) : null;
    if (typeof text !== 'string') return null;
    parts.push(`${JSON.stringify(name)}:${text}`);
  }
  return `{${parts.join(',')}}`;
}

/** Where an entity that is held within another record keeps its type's digest: no field has such a name. */
export const HELD_AS = '#held-as';

interface Harvesting {
  readonly variables: VariableValues;
  readonly sink: EntitySink;
  readonly inlined: Set<string>;
  readonly declared: Set<string>;
}

function harvestFields(
  object: TreeObject,
  fields: readonly FieldPlan[],
  harvesting: Harvesting,
): Map<string, Value> | null {
  const values = new Map<string, Value>();
  for (const field of fields) {
    if (field.name === '__typename') continue;
    const given = object[field.responseName];
    if (!field.conforms(given)) return null;
    const value = field.selection === null ? leafValue(given) : harvestValue(given, field.selection, harvesting);
    if (value === undefined) return null;
    const name = nameOf(field, harvesting.variables);
    const before = values.get(name);
    values.set(name, before === undefined ? value : mergeValues(before, value));
  }
  return values;
}

/** One field asked for under two names with different selections: both tell of the same value. */
function mergeValues(a: Value, b: Value): Value {
  if (isList(a) && isList(b) && a.length === b.length)
    return a.map((item, index) => mergeValues(item, b[index] ?? null));
  // What is held in its place has the key beside what no record of its own has.
  if (isObject(a) && isReference(b)) return a;
  if (!isObject(a) || !isObject(b)) return b;
  const fields = new Map(a.fields);
  for (const [name, value] of b.fields) {
    const before = fields.get(name);
    fields.set(name, before === undefined ? value : mergeValues(before, value));
  }
  return { ...b, fields };
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

const isReference = (value: Value): value is EntityReference =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'entity';

const isObject = (value: Value): value is ObjectValue =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'object';

function leafValue(value: TreeValue | undefined): Value | undefined {
  if (value === null || value === undefined || typeof value === 'string') return value;
  return Array.isArray(value) ? value.map((item) => leafValue(item) ?? null) : undefined;
}

function harvestValue(given: TreeValue | undefined, selection: Selection, harvesting: Harvesting): Value | undefined {
  if (given === null) return null;
  if (Array.isArray(given)) {
    const items: Value[] = [];
    for (const item of given) {
      const value = harvestValue(item, selection, harvesting);
      if (value === undefined) return undefined;
      items.push(value);
    }
    return items;
  }
  return isTreeObject(given) ? harvestObject(given, selection, harvesting) : undefined;
}

function harvestObject(object: TreeObject, selection: Selection, harvesting: Harvesting): Value | undefined {
  const shape = shapeOfObject(object, selection);
  const { typename } = shape;
  if (typename === null) return undefined;
  if (shape.key !== null) {
    const keyText = keyTextOf(object, shape.key);
    if (keyText !== null) {
      if (!shape.isStub) harvesting.sink.entity(typename, keyText, shape, object, selection);
      return { kind: 'entity', typename, keyText } satisfies EntityReference;
    }
  }
  const fields = harvestFields(object, shape.fields, harvesting);
  if (fields === null) return undefined;
  if (shape.heldAs !== null && !shape.isStub) {
    harvesting.inlined.add(typename);
    for (const tag of declaredTags(object, shape, selection)) harvesting.declared.add(tag);
    fields.set(HELD_AS, shape.heldAs);
  }
  return { kind: 'object', typename, fields };
}

/** A record of its own would bear them: a purge of one by hand names nothing else of the entity. */
function declaredTags(object: TreeObject, { typename, identity }: Shape, { subgraph }: Selection): readonly string[] {
  const keyText = identity === null ? null : keyTextOf(object, identity);
  return typename === null || keyText === null ? [] : tagsOfEntity(subgraph.types.get(typename), keyText);
}
