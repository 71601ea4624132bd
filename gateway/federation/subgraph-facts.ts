// What the supergraph's join directives say of each subgraph: its types, keys, fields and who may implement what.

import {
  type ConstDirectiveNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  Kind,
  parseType,
  print,
} from 'graphql';
import { createArgumentFillers, type FillArguments } from './argument-values.ts';
import { type FieldSet, parseFieldSet } from './field-set.ts';
import { cacheTagsOf, text, usesOf } from './join-directives.ts';
import { type LeafFacts, readLeaf } from './leaf-facts.ts';
import { listDepth, namedType } from './type-node.ts';

export interface FieldFacts {
  /** The name of the field's type, as this subgraph has it, without lists and non-null. */
  readonly typename: string;
  /** This subgraph's type is another one than the supergraph's, such as a member of its union. */
  readonly isNarrowed: boolean;
  /** 0: no list. 2: a list of lists. */
  readonly listDepth: number;
  /** Declared only, resolved by another subgraph: has a value here only where `@provides` says so. */
  readonly external: boolean;
  /** The field set of its `@provides`; '' without. */
  readonly provides: string;
  /** The selection of its `@requires`; '' without. */
  readonly requires: string;
  /** Formats of `@cacheTag`. */
  readonly cacheTags: readonly string[];
  /** Name, arguments and type as SDL: what a stored value of the field means. */
  readonly signature: string;
  /** As this subgraph has it, `[Int!]!`. */
  readonly typeText: string;
  readonly fillArguments: FillArguments;
  /** Types of the arguments, without lists and non-null. */
  readonly argumentTypenames: readonly string[];
}

export interface TypeFacts {
  readonly kind: 'object' | 'interface' | 'union';
  /** An interface of the supergraph that this subgraph knows as an object. */
  readonly isInterfaceObject: boolean;
  /** Resolvable keys only: those by which `_entities` of this subgraph finds it. */
  readonly keys: readonly FieldSet[];
  readonly fields: ReadonlyMap<string, FieldFacts>;
  readonly cacheTags: readonly string[];
}

export interface SubgraphFacts {
  readonly name: string;
  readonly url: string;
  readonly types: ReadonlyMap<string, TypeFacts>;
  /** Values of each enum of the supergraph. */
  readonly enumValues: ReadonlyMap<string, ReadonlySet<string>>;
  /** The object types of this subgraph that a value of the type can have; the type itself for an object type. */
  possibleTypes(typename: string): ReadonlySet<string>;
}

export interface SupergraphFacts {
  readonly subgraphs: ReadonlyMap<string, SubgraphFacts>;
  /** Enums, scalars and input types. */
  readonly leaves: ReadonlyMap<string, LeafFacts>;
  /** Is `typename` the type `condition`, or does it implement or belong to it, anywhere in the supergraph? */
  isSubtype(condition: string, typename: string): boolean;
}

interface DraftType {
  readonly kind: TypeFacts['kind'];
  isInterfaceObject: boolean;
  readonly keys: FieldSet[];
  readonly fields: Map<string, FieldFacts>;
  readonly cacheTags: string[];
  readonly members: Set<string>;
}

interface DraftGraph {
  readonly name: string;
  readonly url: string;
  readonly types: Map<string, DraftType>;
}

/** @param supergraph the parsed supergraph, valid for the planner */
export function readSupergraphFacts(supergraph: DocumentNode): SupergraphFacts {
  const graphs = readGraphs(supergraph);
  const fillerOf = createArgumentFillers(supergraph);
  const subtypes = new Map<string, Set<string>>();
  const addSubtype = (condition: string, typename: string): void => {
    const known = subtypes.get(condition);
    if (known) known.add(typename);
    else subtypes.set(condition, new Set([typename]));
  };
  for (const definition of supergraph.definitions) {
    switch (definition.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_DEFINITION: {
        const kind = definition.kind === Kind.OBJECT_TYPE_DEFINITION ? 'object' : 'interface';
        const typename = definition.name.value;
        for (const { name } of definition.interfaces ?? []) addSubtype(name.value, typename);
        readType(graphs, typename, kind, definition.directives ?? []);
        for (const field of definition.fields ?? []) readField(graphs, typename, field, fillerOf);
        break;
      }
      case Kind.UNION_TYPE_DEFINITION: {
        const typename = definition.name.value;
        for (const { name } of definition.types ?? []) addSubtype(typename, name.value);
        readType(graphs, typename, 'union', definition.directives ?? []);
        for (const use of usesOf(definition.directives, 'join__unionMember')) {
          graphs.get(text(use.graph))?.types.get(typename)?.members.add(text(use.member));
        }
        break;
      }
      default:
    }
  }
  readMembers(supergraph, graphs);
  closeMembers(graphs);
  const leaves = new Map(supergraph.definitions.map(readLeaf).filter((leaf) => leaf !== null));
  const enumValues = new Map([...leaves].flatMap(([name, { values }]) => (values === null ? [] : [[name, values]])));
  return {
    leaves,
    subgraphs: new Map([...graphs.values()].map((graph) => [graph.name, toSubgraphFacts(graph, enumValues)])),
    isSubtype: (condition, typename) => condition === typename || (subtypes.get(condition)?.has(typename) ?? false),
  };
}

function readGraphs(supergraph: DocumentNode): Map<string, DraftGraph> {
  const join = supergraph.definitions.find(
    (definition): definition is EnumTypeDefinitionNode =>
      definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph',
  );
  const graphs = new Map<string, DraftGraph>();
  for (const value of join?.values ?? []) {
    const [graph] = usesOf(value.directives, 'join__graph');
    if (graph) graphs.set(value.name.value, { name: text(graph.name), url: text(graph.url), types: new Map() });
  }
  return graphs;
}

function readType(
  graphs: Map<string, DraftGraph>,
  typename: string,
  kind: TypeFacts['kind'],
  directives: readonly ConstDirectiveNode[],
): void {
  for (const use of usesOf(directives, 'join__type')) {
    const types = graphs.get(text(use.graph))?.types;
    if (types === undefined) continue;
    const isInterfaceObject = use.isInterfaceObject === true;
    let type = types.get(typename);
    if (type === undefined) {
      type = {
        kind: isInterfaceObject ? 'object' : kind,
        isInterfaceObject,
        keys: [],
        fields: new Map(),
        cacheTags: [],
        members: new Set(),
      };
      types.set(typename, type);
    }
    if (typeof use.key === 'string' && use.resolvable !== false) type.keys.push(parseFieldSet(use.key));
  }
  for (const [graph, format] of cacheTagsOf(directives)) graphs.get(graph)?.types.get(typename)?.cacheTags.push(format);
}

/** A field without `@join__field` is in every subgraph that has its type; with it, where it says. */
function readField(
  graphs: Map<string, DraftGraph>,
  typename: string,
  field: FieldDefinitionNode,
  fillerOf: (field: FieldDefinitionNode) => FillArguments,
): void {
  const uses = usesOf(field.directives, 'join__field');
  const tags = cacheTagsOf(field.directives ?? []);
  const signature = signatureOf(field);
  const fillArguments = fillerOf(field);
  const argumentTypenames = (field.arguments ?? []).map((argument) => namedType(argument.type));
  const add = (graphId: string, graph: DraftGraph, use: Record<string, unknown>): void => {
    const typeText = text(use.type) || print(field.type);
    const type = parseType(typeText, { noLocation: true });
    graph.types.get(typename)?.fields.set(field.name.value, {
      typename: namedType(type),
      isNarrowed: namedType(type) !== namedType(field.type),
      listDepth: listDepth(type),
      external: use.external === true,
      provides: text(use.provides),
      requires: text(use.requires),
      cacheTags: tags.filter(([id]) => id === graphId).map(([, format]) => format),
      signature: `${signature}: ${typeText}`,
      typeText,
      fillArguments,
      argumentTypenames,
    });
  };
  if (uses.length === 0) for (const [id, graph] of graphs) add(id, graph, {});
  for (const use of uses) {
    const id = text(use.graph);
    const graph = graphs.get(id);
    if (graph) add(id, graph, use);
  }
}

function signatureOf({ name, arguments: args = [] }: FieldDefinitionNode): string {
  const given = args.map(
    (a) => `${a.name.value}: ${print(a.type)}${a.defaultValue ? ` = ${print(a.defaultValue)}` : ''}`,
  );
  return `${name.value}(${given.join(', ')})`;
}

/** When all types are known: an implementer may stand before its interface. */
function readMembers(supergraph: DocumentNode, graphs: Map<string, DraftGraph>): void {
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const use of usesOf(definition.directives, 'join__implements')) {
      graphs.get(text(use.graph))?.types.get(text(use.interface))?.members.add(definition.name.value);
    }
  }
}

/** Interfaces that implement interfaces pass their object types on; an object type stands for itself. */
function closeMembers(graphs: Map<string, DraftGraph>): void {
  for (const graph of graphs.values()) {
    for (const [typename, type] of graph.types) {
      for (const member of [...type.members]) {
        if (graph.types.get(member)?.kind === 'interface') type.members.delete(member);
      }
      if (type.kind === 'object') type.members.add(typename);
    }
  }
}

function toSubgraphFacts(graph: DraftGraph, enumValues: SubgraphFacts['enumValues']): SubgraphFacts {
  const none: ReadonlySet<string> = new Set();
  return {
    name: graph.name,
    url: graph.url,
    types: graph.types,
    enumValues,
    possibleTypes: (typename) => graph.types.get(typename)?.members ?? none,
  };
}
