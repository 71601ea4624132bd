// Subgraphs that answer from the data of a random supergraph, by what their own schema says that they resolve.

import {
  GraphQLError,
  type GraphQLFieldResolver,
  Kind,
  type ObjectTypeDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { LocalSubgraph } from '../support/local-graph.ts';
import {
  type Arguments,
  type DataObject,
  type GraphData,
  hash,
  isDataObject,
  representedInputs,
  type Value,
} from './graph-data.ts';
import { type FieldModel, type FieldUse, fieldOf, nameOf } from './graph-model.ts';
import type { SubgraphSdl } from './sdl-draft.ts';

/** Counts within one request: whoever mutates tells when it was asked. */
export interface Serial {
  last: number;
}

/** An object as a subgraph holds it. */
interface ServedObject extends DataObject {
  /** The representation by which it was asked for. */
  readonly sent: Arguments | null;
  /** What the field that told it promised beside. */
  readonly provided: SelectionSetNode | null;
}

export interface ServedOptions {
  readonly serial: Serial;
  /** How many in a hundred entities a subgraph does not find, though another one told of them. */
  readonly unknownPercent: number;
}

export function generatedSubgraphs(
  subgraphs: readonly SubgraphSdl[],
  data: GraphData,
  options: ServedOptions,
): readonly LocalSubgraph[] {
  return subgraphs.map((subgraph) => ({ ...subgraph, resolvers: resolversOf(subgraph.name, data, options) }));
}

type TypeResolvers = Record<
  string,
  GraphQLFieldResolver<ServedObject, unknown> | ((sent: Arguments) => ServedObject | null)
>;

function resolversOf(subgraph: string, data: GraphData, options: ServedOptions): LocalSubgraph['resolvers'] {
  const { model } = data;
  const resolvers: Record<string, TypeResolvers> = {};
  for (const node of model.documents.get(subgraph)?.definitions ?? []) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    const own = node.name.value;
    const typename = model.rootNames.get(subgraph)?.get(own) ?? own;
    const type: TypeResolvers = {};
    if ((model.types.get(typename)?.keys.length ?? 0) > 0)
      type.__resolveReference = (sent: Arguments) => found(subgraph, typename, sent, data, options);
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION) addFields(type, node, typename, subgraph, data, options);
    resolvers[own] = type;
  }
  return resolvers as LocalSubgraph['resolvers'];
}

function addFields(
  type: TypeResolvers,
  node: ObjectTypeDefinitionNode,
  typename: string,
  subgraph: string,
  data: GraphData,
  { serial }: ServedOptions,
): void {
  for (const { name } of node.fields ?? []) {
    const field = fieldOf(data.model, typename, name.value);
    const use = field.uses.get(subgraph);
    if (use === undefined) continue;
    type[name.value] = (parent, args) => {
      if (field.name.startsWith('step')) {
        serial.last += 1;
        return serial.last;
      }
      const object = isDataObject(parent) ? parent : { ...data.root(typename), sent: null, provided: null };
      return resolved(object, field, use, args, subgraph, data);
    };
  }
}

/** @throws {GraphQLError} where the data says that it fails */
function resolved(
  object: ServedObject,
  field: FieldModel,
  use: FieldUse,
  args: Arguments,
  subgraph: string,
  data: GraphData,
): unknown {
  if (use.isOverridden) return wrong(field, 'overridden');
  const provided = providedBelow(object.provided, field.name);
  if (use.isExternal && provided === null && !isKeyLeaf(object, field, data)) {
    const sent = object.sent?.[field.name];
    return sent === undefined ? wrong(field, 'external') : sent;
  }
  switch (data.fault(object, field)) {
    case 'error':
      throw new GraphQLError(`${field.name} of ${object.at} failed`, {
        extensions: { code: `FAULT_${hash(object.at) % 3}` },
      });
    case 'null':
      return null;
    case 'none':
      break;
  }
  const value =
    use.requires === null
      ? data.value(object, field, args)
      : data.computed(field, representedInputs(use.requires, typed(object), data.model), args);
  return served(value, use.provides ?? (provided?.selections.length ? provided : null), subgraph, data);
}

const typed = ({ sent, __typename }: ServedObject): Arguments => ({ __typename, ...sent });

/** What a subgraph says that may not be asked: to be seen in the answer. */
function wrong(field: FieldModel, why: string): unknown {
  const leaf = nameOf(field.type);
  if (leaf === 'Int') return -999_999;
  if (leaf === 'String' || leaf === 'ID') return `WRONG: ${why} ${field.name}`;
  throw new Error(`WRONG: ${why} ${field.name}`);
}

const NOTHING_MORE: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [] };

/** Null: the field is not promised. */
function providedBelow(provided: SelectionSetNode | null, name: string): SelectionSetNode | null {
  for (const node of provided?.selections ?? []) {
    if (node.kind === Kind.FIELD && node.name.value === name) return node.selectionSet ?? NOTHING_MORE;
  }
  return null;
}

/** A key may be external where only others tell it otherwise. */
const isKeyLeaf = (object: ServedObject, field: FieldModel, { model }: GraphData): boolean =>
  object.row !== null &&
  (model.types.get(object.entity)?.keys ?? []).some(({ selections }) =>
    selections.some((node) => node.kind === Kind.FIELD && node.name.value === field.name),
  );

function served(value: Value, provided: SelectionSetNode | null, subgraph: string, data: GraphData): unknown {
  if (Array.isArray(value)) return value.map((item: Value) => served(item, provided, subgraph, data));
  if (!isDataObject(value)) return value;
  return { ...value, __typename: toldTypename(value.__typename, subgraph, data), sent: null, provided };
}

/** An interface object has the interface's name. */
function toldTypename(typename: string, subgraph: string, { model }: GraphData): string {
  for (const name of model.types.get(typename)?.interfaces ?? [])
    if (model.types.get(name)?.objectIn.has(subgraph)) return name;
  return typename;
}

function found(
  subgraph: string,
  typename: string,
  sent: Arguments,
  data: GraphData,
  { unknownPercent }: ServedOptions,
): ServedObject | null {
  const object = data.find(typename, sent);
  if (object === null || hash(`${subgraph} knows ${object.at}`) % 100 < unknownPercent) return null;
  return { ...object, __typename: toldTypename(object.__typename, subgraph, data), sent, provided: null };
}
