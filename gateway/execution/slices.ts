// From a subgraph's parsed answer into what is stored: entities cut out under their keys, the rest as trees.

import { ownText, PackedFields } from '../cache/packed-fields.ts';
import type { EntityStore } from '../cache/record.ts';
import type { EntityReference, ObjectValue, Value } from '../cache/value.ts';
import type { VariableValues } from './canonical-name.ts';
import { tagsOfEntity } from './declared-tags.ts';
import type { KeyPlan } from './key-plan.ts';
import { shapeOfObject } from './merge-answer.ts';
import type { FieldPlan, Selection, Shape } from './selection.ts';
import { isTreeObject, type TreeObject, type TreeValue } from './tree.ts';

/** What one record gets from one answer. It holds on to nothing of the answer's text. */
export interface Harvest {
  readonly fields: PackedFields;
  /** It holds entities within, because their key is not known or their place says more of them than the key. */
  readonly holdsEntities: boolean;
  /** Tags that the types of these entities declare, where their key is known. */
  readonly declared: readonly string[];
}

const NONE_DECLARED: readonly string[] = [];

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
  shapes: EntityStore['shapes'],
  sink: EntitySink,
): Harvest | null {
  const harvesting: Harvesting = { variables, shapes, sink, holdsEntities: false, declared: null };
  const harvested = harvestFields(object, fields, null, harvesting);
  if (harvested === null) return null;
  const { holdsEntities, declared } = harvesting;
  return { fields: harvested, holdsEntities, declared: declared === null ? NONE_DECLARED : [...declared] };
}

/** The key fields as canonical JSON text; null when one of them is null, missing or not of its type. */
export function keyTextOf(object: TreeObject, key: KeyPlan): string | null {
  let keyText = '';
  for (const { text, responseName, below, conforms } of key.fields) {
    const value = object[responseName];
    if (value === null || value === undefined || !conforms(value)) return null;
    const valueText = below === null ? value : isTreeObject(value) ? keyTextOf(value, below) : null;
    if (typeof valueText !== 'string') return null;
    keyText += keyText === '' ? text + valueText : `,${text}${valueText}`;
  }
  return `{${keyText}}`;
}

/** Where an entity that is held within another record keeps its type's digest: no field has such a name. */
export const HELD_AS = '#held-as';

interface Harvesting {
  readonly variables: VariableValues;
  readonly shapes: EntityStore['shapes'];
  readonly sink: EntitySink;
  holdsEntities: boolean;
  /** Null: none yet. */
  declared: Set<string> | null;
}

function harvestFields(
  object: TreeObject,
  fields: readonly FieldPlan[],
  heldAs: string | null,
  harvesting: Harvesting,
): PackedFields | null {
  const plan = planOf(fields, heldAs !== null);
  if (plan.names === null) return harvestUnderNames(object, plan.fields, heldAs, harvesting);
  // Of exact length: an array that grows keeps room for more.
  const held = new Array<Value>(plan.names.length);
  let place = 0;
  for (const field of plan.fields) {
    const value = harvestField(object, field, harvesting);
    if (value === undefined) return null;
    held[place] = value;
    place += 1;
  }
  if (heldAs !== null) held[place] = heldAs;
  return new PackedFields(harvesting.shapes.ofList(plan.names), held);
}

/** The slow way: names that the variables are part of, or one name several times. */
function harvestUnderNames(
  object: TreeObject,
  fields: readonly FieldPlan[],
  heldAs: string | null,
  harvesting: Harvesting,
): PackedFields | null {
  const values = new Map<string, Value>();
  for (const field of fields) {
    const value = harvestField(object, field, harvesting);
    if (value === undefined) return null;
    const name = nameOf(field, harvesting.variables);
    const before = values.get(name);
    values.set(name, before === undefined ? value : mergeValues(before, value, harvesting.shapes));
  }
  if (heldAs !== null) values.set(HELD_AS, heldAs);
  return packed(values, harvesting.shapes);
}

const packed = (values: ReadonlyMap<string, Value>, shapes: EntityStore['shapes']): PackedFields =>
  new PackedFields(shapes.of([...values.keys()]), [...values.values()]);

interface HarvestPlan {
  /** Without `__typename`. */
  readonly fields: readonly FieldPlan[];
  /** One for each field, all different, then perhaps HELD_AS. Null: they have to be worked out each time. */
  readonly names: readonly string[] | null;
}

const plans = {
  free: new WeakMap<readonly FieldPlan[], HarvestPlan>(),
  held: new WeakMap<readonly FieldPlan[], HarvestPlan>(),
};

function planOf(fields: readonly FieldPlan[], isHeld: boolean): HarvestPlan {
  const known = isHeld ? plans.held : plans.free;
  let plan = known.get(fields);
  if (plan === undefined) {
    const own = fields.filter((field) => field.name !== '__typename');
    const names = own.flatMap(({ canonical }) => (typeof canonical === 'string' ? [canonical] : []));
    const isFixed = names.length === own.length && new Set(names).size === names.length;
    plan = { fields: own, names: isFixed ? [...names, ...(isHeld ? [HELD_AS] : [])] : null };
    known.set(fields, plan);
  }
  return plan;
}

function harvestField(object: TreeObject, field: FieldPlan, harvesting: Harvesting): Value | undefined {
  const given = object[field.responseName];
  if (!field.conforms(given)) return undefined;
  return field.selection === null ? leafValue(given) : harvestValue(given, field.selection, harvesting);
}

/** One field asked for under two names with different selections: both tell of the same value. */
function mergeValues(a: Value, b: Value, shapes: EntityStore['shapes']): Value {
  if (isList(a) && isList(b) && a.length === b.length)
    return a.map((item, index) => mergeValues(item, b[index] ?? null, shapes));
  // What is held in its place has the key beside what no record of its own has.
  if (isObject(a) && isReference(b)) return a;
  if (!isObject(a) || !isObject(b)) return b;
  const fields = new Map(a.fields);
  for (const [name, value] of b.fields) {
    const before = fields.get(name);
    fields.set(name, before === undefined ? value : mergeValues(before, value, shapes));
  }
  return { ...b, fields: packed(fields, shapes) };
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

const isReference = (value: Value): value is EntityReference =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'entity';

const isObject = (value: Value): value is ObjectValue =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'object';

function leafValue(value: TreeValue | undefined): Value | undefined {
  if (value === null || value === undefined) return value;
  if (typeof value === 'string') return ownText(value);
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
    const written = keyTextOf(object, shape.key);
    if (written !== null) {
      const keyText = ownText(written);
      if (!shape.isStub) harvesting.sink.entity(typename, keyText, shape, object, selection);
      return { kind: 'entity', typename, keyText } satisfies EntityReference;
    }
  }
  const heldAs = shape.isStub ? null : shape.heldAs;
  const fields = harvestFields(object, shape.fields, heldAs, harvesting);
  if (fields === null) return undefined;
  if (heldAs !== null) {
    harvesting.holdsEntities = true;
    for (const tag of declaredTags(object, shape, selection)) {
      harvesting.declared ??= new Set();
      harvesting.declared.add(tag);
    }
  }
  return { kind: 'object', typename, fields };
}

/** A record of its own would bear them: a purge of one by hand names nothing else of the entity. */
function declaredTags(object: TreeObject, { typename, identity }: Shape, { subgraph }: Selection): readonly string[] {
  const keyText = identity === null ? null : keyTextOf(object, identity);
  return typename === null || keyText === null ? [] : tagsOfEntity(subgraph.types.get(typename), keyText);
}
