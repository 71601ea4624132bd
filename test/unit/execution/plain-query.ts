// The same question in plainer words, for Apollo's gateway: it forgets fields of which conditions leave nothing, and fields
// beside fragments that can never apply.

import {
  type DirectiveNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { Operation } from './generate-operation.ts';

/** Stands where nothing is left; no part of the answer. */
export const PLACEHOLDER = 'nothing_left';

/** @returns the operation with its conditions decided, without fragments that can never apply. Named fragments are not known. */
export function plainQuery({ query, variables }: Operation, schema: GraphQLSchema): string {
  const type = schema.getQueryType();
  if (!type) throw new Error('expected a schema with a query type');
  const document = parse(query);
  const definitions = document.definitions.map((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return definition;
    const selectionSet = plainSet(definition.selectionSet, type, typesOf(type, schema), { schema, variables });
    const used = new Set<string>();
    visit(selectionSet, { Variable: ({ name }) => void used.add(name.value) });
    const variableDefinitions = definition.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value));
    return { ...definition, variableDefinitions, selectionSet };
  });
  return print({ ...document, definitions });
}

interface Deciding {
  readonly schema: GraphQLSchema;
  readonly variables: Readonly<Record<string, unknown>>;
}

const typesOf = (type: GraphQLCompositeType, schema: GraphQLSchema): ReadonlySet<string> =>
  new Set(isAbstractType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : [type.name]);

function plainSet(
  set: SelectionSetNode,
  type: GraphQLCompositeType,
  possible: ReadonlySet<string>,
  deciding: Deciding,
): SelectionSetNode {
  const selections = set.selections.flatMap((node): readonly SelectionNode[] => {
    if (node.kind === Kind.FRAGMENT_SPREAD || !applies(node.directives, deciding)) return [];
    return node.kind === Kind.FIELD
      ? [plainField(node, type, deciding)]
      : plainFragment(node, type, possible, deciding);
  });
  return { ...set, selections: selections.length > 0 ? selections : [NOTHING] };
}

const NOTHING: FieldNode = {
  kind: Kind.FIELD,
  alias: { kind: Kind.NAME, value: PLACEHOLDER },
  name: { kind: Kind.NAME, value: '__typename' },
};

const applies = (directives: readonly DirectiveNode[] = [], { variables }: Deciding): boolean =>
  directives.every(({ name, arguments: given }) => {
    const value = given?.[0]?.value;
    const condition =
      value?.kind === Kind.VARIABLE
        ? variables[value.name.value] === true
        : value?.kind === Kind.BOOLEAN && value.value;
    return condition === (name.value === 'include');
  });

function plainField(node: FieldNode, parent: GraphQLCompositeType, deciding: Deciding): FieldNode {
  const field = 'getFields' in parent ? parent.getFields()[node.name.value] : undefined;
  const type = field && getNamedType(field.type);
  if (!node.selectionSet || !isCompositeType(type)) return { ...node, directives: [] };
  const selectionSet = plainSet(node.selectionSet, type, typesOf(type, deciding.schema), deciding);
  return { ...node, directives: [], selectionSet };
}

function plainFragment(
  node: InlineFragmentNode,
  parent: GraphQLCompositeType,
  possible: ReadonlySet<string>,
  deciding: Deciding,
): readonly SelectionNode[] {
  const condition = node.typeCondition && deciding.schema.getType(node.typeCondition.name.value);
  const type = isCompositeType(condition) ? condition : parent;
  const within = typesOf(type, deciding.schema);
  const left = new Set([...possible].filter((name) => within.has(name)));
  if (left.size === 0) return [];
  if (isObjectType(parent) || type === parent) return plainSet(node.selectionSet, parent, left, deciding).selections;
  return [{ ...node, directives: [], selectionSet: plainSet(node.selectionSet, type, left, deciding) }];
}
