// The data of a random supergraph: each value is a function of the seed, of where it stands and of its arguments. All subgraphs tell the
// same, and what is right needs no gateway.

import {
  type FieldNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  type TypeNode,
  valueFromASTUntyped,
} from 'graphql';
import { type FieldModel, fieldOf, type GraphModel, nameOf, type TypeModel } from './graph-model.ts';

/** An object: an entity, or what stands within one. */
export interface DataObject {
  readonly __typename: string;
  /** Tells it from all others. */
  readonly at: string;
  /** Of an entity, and of an object that is part of its key. */
  readonly row: number | null;
  /** Which entity's key it is part of, and where it stands in there; '' for the entity itself. */
  readonly keyPath: string;
  readonly entity: string;
}

export type Value =
  | null
  | boolean
  | number
  | string
  | DataObject
  | readonly Value[]
  | { readonly [name: string]: unknown };
export type Arguments = Readonly<Record<string, unknown>>;

/** `error`: the resolver throws. `null`: it tells nothing where something is. */
export type Fault = 'none' | 'error' | 'null';

export interface GraphData {
  readonly model: GraphModel;
  value(object: DataObject, field: FieldModel, args: Arguments): Value;
  /** Values of a set of fields, for what is computed from them. */
  inputs(object: DataObject, set: SelectionSetNode): unknown;
  /** What a field that requires others is for these inputs. */
  computed(field: FieldModel, inputs: unknown, args: Arguments): Value;
  /** The entity that a representation means; null: there is none, or no whole key is given. */
  find(typename: string, representation: Arguments): DataObject | null;
  /** @param at the object @param field by name */
  fault(object: DataObject, field: FieldModel): Fault;
  root(typename: string): DataObject;
}

/** Rows of each entity. */
const ROW_COUNT = 3;

export interface DataOptions {
  readonly seed: number;
  /** How many in a hundred fields fail, and how many are null that are not. */
  readonly faultPercent: number;
}

export function createGraphData(model: GraphModel, { seed, faultPercent }: DataOptions): GraphData {
  const keys = new Map([...model.types].map(([name, type]) => [name, keyPaths(type, model)]));
  const needed = neededFields(model);
  const objectAt = (typename: string, row: number): DataObject => ({
    __typename: typename,
    at: `${typename}-${row}`,
    row,
    keyPath: '',
    entity: typename,
  });

  const value = (object: DataObject, field: FieldModel, args: Arguments): Value => {
    if (object.row !== null) {
      const path = object.keyPath === '' ? field.name : `${object.keyPath}.${field.name}`;
      const known = keys.get(object.entity)?.get(path);
      if (known === 'object') return keyObject(object, path, field);
      if (known !== undefined) return keyValue(object, path, known, nameOf(field.type));
    }
    if (field.requires !== null) return computed(field, inputs(object, field.requires), args);
    const given = JSON.stringify([...field.args].sort().map((name) => args[name] ?? null));
    return valueAt(field.type, field, `${object.at}.${field.name}${given}`);
  };
  const valueAt = (type: TypeNode, field: FieldModel, at: string): Value => {
    if (type.kind === Kind.NON_NULL_TYPE) return present(type.type, field, at);
    return hash(`${seed}null${at}`) % 6 === 0 ? null : present(type, field, at);
  };
  const present = (type: TypeNode, field: FieldModel, at: string): Value => {
    if (type.kind === Kind.NON_NULL_TYPE) return present(type.type, field, at);
    const chance = hash(`${seed}${at}`);
    if (type.kind === Kind.LIST_TYPE) {
      const count = chance % 4;
      return Array.from({ length: count }, (_, index) => valueAt(type.type, field, `${at}[${index}]`));
    }
    return named(type.name.value, field, at, chance);
  };
  const named = (typename: string, field: FieldModel, at: string, chance: number): Value => {
    const leaf = leafValue(typename, field.name, chance);
    if (leaf !== undefined) return leaf;
    const type = model.types.get(typename);
    if (type === undefined) throw new Error(`expected a type of the graph, got ${typename}`);
    if (type.kind === 'enum') return pick(membersFor(type, field), chance) ?? null;
    if (type.kind === 'scalar') return ANY_VALUES[chance % ANY_VALUES.length] ?? null;
    const concrete =
      type.kind === 'object' && type.objectIn.size === 0 ? typename : pick(membersFor(type, field), chance);
    if (concrete === undefined) return null;
    if ((model.types.get(concrete)?.keys.length ?? 0) > 0) return objectAt(concrete, (chance >>> 8) % ROW_COUNT);
    return { __typename: concrete, at, row: null, keyPath: '', entity: concrete };
  };
  const keyObject = ({ row, entity }: DataObject, path: string, field: FieldModel): Value => {
    const typename = nameOf(field.type);
    return { __typename: typename, at: `${entity}-${row}.${path}`, row, keyPath: path, entity };
  };
  const inputs = (object: DataObject, set: SelectionSetNode): unknown =>
    readSelection(set, {
      typename: object.__typename,
      isA: (typename) => isMember(object.__typename, typename, model),
      read(node) {
        if (node.name.value === '__typename') return object.__typename;
        const field = fieldOf(model, object.__typename, node.name.value);
        return below(value(object, field, argumentsOf(node, field, model)), node.selectionSet);
      },
    });
  const below = (found: Value, set: SelectionSetNode | undefined): unknown => {
    if (found === null || set === undefined) return found;
    if (Array.isArray(found)) return found.map((item: Value) => below(item, set));
    return isDataObject(found) ? inputs(found, set) : found;
  };
  const computed = (field: FieldModel, given: unknown, args: Arguments): Value => {
    const text = JSON.stringify([given, args.n ?? null]);
    return nameOf(field.type) === 'Int' ? hash(text) % 100_000 : `${field.name} of ${text}`;
  };
  return {
    model,
    value,
    inputs,
    computed,
    find(typename, representation) {
      for (const concrete of concreteOf(typename, model)) {
        const type = model.types.get(concrete);
        const set = [...(type?.keys ?? []), ...(model.types.get(typename)?.keys ?? [])].find((key) =>
          isWhole(key, representation),
        );
        if (set === undefined) continue;
        for (let row = 0; row < ROW_COUNT; row += 1) {
          const object = objectAt(concrete, row);
          if (isEqual(inputs(object, set), representedInputs(set, representation, model))) return object;
        }
      }
      return null;
    },
    fault(object, field) {
      if (faultPercent === 0 || needed.has(`${field.typename}.${field.name}`) || field.name.startsWith('step'))
        return 'none';
      const chance = hash(`${seed}fault${object.at}.${field.name}`) % 200;
      if (chance < faultPercent) return 'error';
      return chance < 2 * faultPercent && field.type.kind !== Kind.NON_NULL_TYPE ? 'null' : 'none';
    },
    root: (typename) => ({ __typename: typename, at: typename, row: null, keyPath: '', entity: typename }),
  };

  /** Members that everyone knows who tells the field. */
  function membersFor(type: TypeModel, field: FieldModel): readonly string[] {
    const tellers = [...field.uses]
      .filter(([, use]) => !use.isExternal && !use.isOverridden)
      .map(([subgraph]) => subgraph);
    const all = [...new Set([...type.members.values()].flatMap((members) => [...members]))].sort();
    return all.filter((member) =>
      tellers.every((teller) => type.objectIn.has(teller) || type.members.get(teller)?.has(member)),
    );
  }
}

const LEAF_KINDS: Readonly<Record<string, (name: string, chance: number) => Value>> = {
  Int: (_, chance) => (chance % 400) - 100,
  Float: (_, chance) => (chance % 1_000) / 8 - 20,
  Boolean: (_, chance) => chance % 2 === 0,
  ID: (name, chance) => (chance % 3 === 0 ? String(chance % 50) : `${name}~${chance % 1_000}`),
  String: (name, chance) => (chance % 9 === 0 ? `${name} "é\\\n\u2028😀"` : `${name}-${chance.toString(36)}`),
};

const leafValue = (typename: string, name: string, chance: number): Value | undefined =>
  LEAF_KINDS[typename]?.(name, chance);

const ANY_VALUES: readonly Value[] = [
  1,
  'any',
  true,
  0.5,
  [1, [null, 'x']],
  { b: { a: [1] }, a: null, 'ü "': 2 },
  {},
  [],
];

const pick = <Item>(items: readonly Item[], chance: number): Item | undefined =>
  items[(chance >>> 4) % Math.max(1, items.length)];

/** FNV-1a, 32 bits. */
export function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193);
  sum = Math.imul(sum ^ (sum >>> 15), 0x2c1b3c6d);
  return (sum ^ (sum >>> 13)) >>> 0;
}

/** `alone`: a row has one of its own. `first`, `later`: of a key of several, which differ together. */
type KeyPart = 'alone' | 'first' | 'later' | 'object';

function keyPaths(type: TypeModel, model: GraphModel): ReadonlyMap<string, KeyPart> {
  const paths = new Map<string, KeyPart>();
  for (const key of type.keys) {
    const leaves = leafPaths(key, '', paths);
    leaves.forEach((leaf, index) => {
      const part = leaves.length === 1 ? 'alone' : index === 0 ? 'first' : 'later';
      if (!paths.has(leaf)) paths.set(leaf, part);
    });
  }
  for (const name of type.interfaces)
    for (const key of model.types.get(name)?.keys ?? [])
      for (const leaf of leafPaths(key, '', paths)) paths.set(leaf, 'alone');
  return paths;
}

function leafPaths({ selections }: SelectionSetNode, prefix: string, objects: Map<string, KeyPart>): readonly string[] {
  return selections.flatMap((node) => {
    if (node.kind !== Kind.FIELD) return [];
    const path = `${prefix}${node.name.value}`;
    if (node.selectionSet === undefined) return [path];
    objects.set(path, 'object');
    return leafPaths(node.selectionSet, `${path}.`, objects);
  });
}

function keyValue({ row, entity }: DataObject, path: string, part: KeyPart, typename: string): Value {
  const index = row ?? 0;
  const number = part === 'alone' ? index : part === 'first' ? index % 2 : Math.floor(index / 2);
  return typename === 'Int' ? number * 7 + 1 : `${entity}-${path}-${number}`;
}

/** Fields that others are found by or computed from: a fault there is seen differently by each plan. */
function neededFields(model: GraphModel): ReadonlySet<string> {
  const needed = new Set<string>();
  const add = (set: SelectionSetNode | null, typename: string): void => {
    for (const node of set?.selections ?? []) {
      if (node.kind === Kind.INLINE_FRAGMENT) add(node.selectionSet, node.typeCondition?.name.value ?? typename);
      if (node.kind !== Kind.FIELD) continue;
      // Of an abstract type: whichever object it is.
      for (const name of concreteOf(typename, model)) needed.add(`${name}.${node.name.value}`);
      const field = concreteOf(typename, model)
        .map((name) => model.types.get(name)?.fields.get(node.name.value))
        .find(Boolean);
      if (field && node.selectionSet) add(node.selectionSet, nameOf(field.type));
    }
  };
  for (const type of model.types.values()) {
    for (const key of type.keys) add(key, type.name);
    for (const field of type.fields.values()) {
      add(field.requires, type.name);
      for (const { provides } of field.uses.values()) add(provides, nameOf(field.type));
    }
  }
  return needed;
}

/** An object's type is its own; of an interface or a union, whoever is one anywhere. */
function concreteOf(typename: string, model: GraphModel): readonly string[] {
  const type = model.types.get(typename);
  if (type === undefined) return [typename];
  const members = [...new Set([...type.members.values()].flatMap((each) => [...each]))];
  return members.length > 0 && type.kind !== 'enum' ? [...members, typename] : [typename];
}

export const isMember = (typename: string, abstract: string, model: GraphModel): boolean =>
  concreteOf(abstract, model).includes(typename);

export const isDataObject = (value: unknown): value is DataObject =>
  typeof value === 'object' && value !== null && 'at' in value && 'keyPath' in value;

interface Readable {
  readonly typename: string;
  isA(typename: string): boolean;
  read(node: FieldNode): unknown;
}

function readSelection({ selections }: SelectionSetNode, object: Readable): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  const take = (node: SelectionNode): void => {
    if (node.kind === Kind.FIELD) read[node.name.value] = object.read(node);
    else if (node.kind === Kind.INLINE_FRAGMENT && object.isA(node.typeCondition?.name.value ?? object.typename)) {
      for (const inner of node.selectionSet.selections) take(inner);
    }
  };
  for (const node of selections) take(node);
  return read;
}

/** The same set, of what a gateway sent. What it did not send is missing here. */
export function representedInputs(set: SelectionSetNode, representation: Arguments, model: GraphModel): unknown {
  const typename = typeof representation.__typename === 'string' ? representation.__typename : null;
  const below = (found: unknown, inner: SelectionSetNode | undefined): unknown => {
    if (inner === undefined || typeof found !== 'object' || found === null) return found;
    if (Array.isArray(found)) return found.map((item) => below(item, inner));
    return representedInputs(inner, found as Arguments, model);
  };
  return readSelection(set, {
    typename: typename ?? '',
    // Within, the type is told where it was required; what was sent for another type is not there.
    isA: (name) => typename === null || isMember(typename, name, model),
    read: (node) => below(representation[node.name.value], node.selectionSet),
  });
}

function isWhole({ selections }: SelectionSetNode, representation: Arguments): boolean {
  return selections.every((node) => {
    if (node.kind !== Kind.FIELD) return true;
    const value = representation[node.name.value];
    if (value === undefined || value === null) return false;
    return (
      node.selectionSet === undefined || (typeof value === 'object' && isWhole(node.selectionSet, value as Arguments))
    );
  });
}

const isEqual = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

function argumentsOf(node: FieldNode, field: FieldModel, model: GraphModel): Arguments {
  const given = new Map(node.arguments?.map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));
  const args: Record<string, unknown> = {};
  for (const name of field.args) args[name] = given.has(name) ? given.get(name) : defaultOf(field, name, model);
  return args;
}

function defaultOf({ typename, name }: FieldModel, argument: string, model: GraphModel): unknown {
  for (const document of model.documents.values()) {
    for (const node of document.definitions) {
      if (!('fields' in node) || !('name' in node) || node.name?.value !== typename) continue;
      for (const field of node.fields ?? []) {
        if (field.name.value !== name || field.kind !== Kind.FIELD_DEFINITION) continue;
        const value = field.arguments?.find((each) => each.name.value === argument)?.defaultValue;
        if (value !== undefined) return valueFromASTUntyped(value);
      }
    }
  }
  return undefined;
}
