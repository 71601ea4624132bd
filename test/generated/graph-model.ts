// What the schemas of all subgraphs say together: of each field its type, its arguments, who resolves it and from what.

import {
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  parseType,
  print,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';
import type { SubgraphSdl } from './sdl-draft.ts';

/** What one subgraph says of a field. */
export interface FieldUse {
  readonly isExternal: boolean;
  readonly isOverridden: boolean;
  readonly requires: SelectionSetNode | null;
  readonly provides: SelectionSetNode | null;
}

export interface FieldModel {
  readonly typename: string;
  readonly name: string;
  /** The strictest of all: what is told fits wherever it is told. */
  readonly type: TypeNode;
  /** Those that every subgraph knows; of the others the API has none. */
  readonly args: ReadonlySet<string>;
  readonly uses: ReadonlyMap<string, FieldUse>;
  readonly requires: SelectionSetNode | null;
}

export interface TypeModel {
  readonly name: string;
  readonly kind: 'object' | 'interface' | 'union' | 'enum' | 'scalar' | 'input';
  readonly fields: ReadonlyMap<string, FieldModel>;
  /** By subgraph: members, implementers or values. */
  readonly members: ReadonlyMap<string, ReadonlySet<string>>;
  readonly keys: readonly SelectionSetNode[];
  /** Subgraphs in which it stands for all implementers of an interface. */
  readonly objectIn: ReadonlySet<string>;
  readonly interfaces: ReadonlySet<string>;
}

export interface GraphModel {
  readonly types: ReadonlyMap<string, TypeModel>;
  /** Root fields whose parent has another name in some subgraph count as those of `Query` and `Mutation`. */
  readonly rootNames: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly documents: ReadonlyMap<string, DocumentNode>;
}

interface TypeInMaking {
  kind: TypeModel['kind'];
  readonly fields: Map<string, FieldModel>;
  readonly members: Map<string, Set<string>>;
  readonly keys: Map<string, SelectionSetNode>;
  readonly objectIn: Set<string>;
  readonly interfaces: Set<string>;
}

export function readGraphModel(subgraphs: readonly SubgraphSdl[]): GraphModel {
  const making = new Map<string, TypeInMaking>();
  const documents = new Map(subgraphs.map(({ name, typeDefs }) => [name, parse(typeDefs, { noLocation: true })]));
  const rootNames = new Map([...documents].map(([name, document]) => [name, rootNamesOf(document)]));
  for (const [subgraph, document] of documents) {
    const roots = rootNames.get(subgraph);
    for (const node of document.definitions) {
      if (!('name' in node) || node.name === undefined || !isTypeNode(node)) continue;
      const typename = roots?.get(node.name.value) ?? node.name.value;
      const type = made(making, typename);
      type.kind = kindOf(node);
      readMembers(node, typename, subgraph, making);
      if (!isObjectLike(node)) continue;
      if (node.directives?.some(({ name }) => name.value === 'interfaceObject')) type.objectIn.add(subgraph);
      for (const key of argumentsNamed(node, 'key', 'fields')) type.keys.set(key, fieldSet(key));
      for (const field of node.fields ?? []) addField(type, typename, field, subgraph);
    }
  }
  const types = new Map([...making].map(([name, type]) => [name, { name, ...type, keys: [...type.keys.values()] }]));
  return { types, rootNames, documents };
}

type ObjectLikeNode = Pick<ObjectTypeDefinitionNode, 'fields' | 'interfaces' | 'directives'>;

const made = (making: Map<string, TypeInMaking>, name: string): TypeInMaking => {
  const type = making.get(name) ?? {
    kind: 'object',
    fields: new Map(),
    members: new Map(),
    keys: new Map(),
    objectIn: new Set(),
    interfaces: new Set(),
  };
  making.set(name, type);
  return type;
};

function rootNamesOf(document: DocumentNode): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const node of document.definitions) {
    if (node.kind !== Kind.SCHEMA_DEFINITION) continue;
    for (const { operation, type } of node.operationTypes) {
      names.set(type.name.value, operation === 'mutation' ? 'Mutation' : 'Query');
    }
  }
  return names;
}

const isTypeNode = ({ kind }: { readonly kind: string }): boolean =>
  kind.endsWith('TypeDefinition') || kind.endsWith('TypeExtension');

const isObjectLike = (node: {
  readonly kind: string;
}): node is ObjectLikeNode & { readonly kind: Kind.OBJECT_TYPE_DEFINITION } =>
  node.kind.startsWith('ObjectType') || node.kind.startsWith('InterfaceType');

function kindOf({ kind }: { readonly kind: string }): TypeModel['kind'] {
  if (kind.startsWith('Interface')) return 'interface';
  if (kind.startsWith('Union')) return 'union';
  if (kind.startsWith('Enum')) return 'enum';
  if (kind.startsWith('Scalar')) return 'scalar';
  return kind.startsWith('Input') ? 'input' : 'object';
}

function readMembers(node: object, typename: string, subgraph: string, making: Map<string, TypeInMaking>): void {
  const add = (abstract: string, member: string): void => {
    const { members } = made(making, abstract);
    members.set(subgraph, (members.get(subgraph) ?? new Set()).add(member));
  };
  if ('types' in node) for (const { name } of node.types as ObjectTypeDefinitionNode[]) add(typename, name.value);
  if ('values' in node) for (const { name } of node.values as ObjectTypeDefinitionNode[]) add(typename, name.value);
  if (!('interfaces' in node)) return;
  for (const { name } of node.interfaces as ObjectTypeDefinitionNode[]) {
    add(name.value, typename);
    made(making, typename).interfaces.add(name.value);
  }
}

function addField({ fields }: TypeInMaking, typename: string, node: FieldDefinitionNode, subgraph: string): void {
  const name = node.name.value;
  const use: FieldUse = {
    isExternal: has(node, 'external'),
    isOverridden: false,
    requires: selectionOf(node, 'requires'),
    provides: selectionOf(node, 'provides'),
  };
  const known = fields.get(name);
  const own = new Set((node.arguments ?? []).map((argument: InputValueDefinitionNode) => argument.name.value));
  const uses = new Map(known?.uses).set(subgraph, use);
  const [from] = argumentsNamed(node, 'override', 'from');
  const overridden = from === undefined ? undefined : uses.get(from);
  if (from !== undefined) uses.set(from, { ...(overridden ?? use), isOverridden: true });
  if (known?.uses.get(subgraph)?.isOverridden) uses.set(subgraph, { ...use, isOverridden: true });
  fields.set(name, {
    typename,
    name,
    type: known === undefined ? node.type : strictest(known.type, node.type),
    args: known === undefined ? own : new Set([...own].filter((argument) => known.args.has(argument))),
    uses,
    requires: use.requires ?? known?.requires ?? null,
  });
}

const has = (node: { readonly directives?: FieldDefinitionNode['directives'] }, directive: string): boolean =>
  (node.directives ?? []).some(({ name }) => name.value === directive);

function argumentsNamed(
  node: ObjectLikeNode | FieldDefinitionNode,
  directive: string,
  argument: string,
): readonly string[] {
  return (node.directives ?? []).flatMap(({ name, arguments: given }) => {
    const value = given?.find((each) => each.name.value === argument)?.value;
    return name.value === directive && value?.kind === Kind.STRING ? [value.value] : [];
  });
}

function selectionOf(node: FieldDefinitionNode, directive: string): SelectionSetNode | null {
  const [fields] = argumentsNamed(node, directive, 'fields');
  return fields === undefined ? null : fieldSet(fields);
}

function fieldSet(fields: string): SelectionSetNode {
  const [operation] = parse(`{ ${fields} }`, { noLocation: true }).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`expected a set of fields, got ${fields}`);
  return operation.selectionSet;
}

function strictest(one: TypeNode, other: TypeNode): TypeNode {
  if (one.kind === Kind.NON_NULL_TYPE || other.kind === Kind.NON_NULL_TYPE) {
    const type = strictest(
      one.kind === Kind.NON_NULL_TYPE ? one.type : one,
      other.kind === Kind.NON_NULL_TYPE ? other.type : other,
    );
    return parseType(`${print(type)}!`, { noLocation: true });
  }
  if (one.kind !== Kind.LIST_TYPE || other.kind !== Kind.LIST_TYPE) return one;
  return { ...one, type: strictest(one.type, other.type) };
}

export const nameOf = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type));

/** @returns the field as an object of this type has it: its own, or that of an interface which some subgraph takes for an object */
export function fieldOf(model: GraphModel, typename: string, name: string): FieldModel {
  const type = model.types.get(typename);
  const own = type?.fields.get(name);
  if (own !== undefined) return own;
  for (const each of type?.interfaces ?? []) {
    const inherited = model.types.get(each)?.fields.get(name);
    if (inherited !== undefined) return inherited;
  }
  throw new Error(`expected a field of the graph, got ${typename}.${name}`);
}
