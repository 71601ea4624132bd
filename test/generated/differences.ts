// Where two answers to one operation differ, and which fields of the schema stand there.

import {
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql';

/** A field that may stand under a name of the answer. */
export interface StandingField {
  readonly typename: string;
  readonly name: string;
  readonly type: GraphQLOutputType;
}

export interface Difference {
  /** From the root to the place: each name with the fields that may stand there. Lists are passed. */
  readonly way: readonly (readonly StandingField[])[];
  readonly right: unknown;
  readonly other: unknown;
}

interface Selecting {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

interface Standing extends StandingField {
  readonly below: SelectionSetNode | null;
}

/** @returns the uppermost values that are not equal, whatever the order of keys */
export function differences(schema: GraphQLSchema, query: string, right: string, other: string): readonly Difference[] {
  const document = parse(query);
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('expected an operation');
  const root = operation.operation === 'mutation' ? schema.getMutationType() : schema.getQueryType();
  const found: Difference[] = [];
  if (root)
    compare(JSON.parse(right), JSON.parse(other), [[root, operation.selectionSet]], [], { schema, fragments }, found);
  return found;
}

type Selected = readonly [GraphQLNamedType, SelectionSetNode];

function compare(
  right: unknown,
  other: unknown,
  selected: readonly Selected[],
  way: Difference['way'],
  selecting: Selecting,
  found: Difference[],
): void {
  if (Array.isArray(right) && Array.isArray(other) && right.length === other.length) {
    right.forEach((item, index) => {
      compare(item, other[index], selected, way, selecting, found);
    });
    return;
  }
  if (!isObject(right) || !isObject(other) || selected.length === 0) {
    if (JSON.stringify(right) !== JSON.stringify(other)) found.push({ way, right, other });
    return;
  }
  for (const key of new Set([...Object.keys(right), ...Object.keys(other)])) {
    const standing = selected.flatMap(([type, set]) => fieldsUnder(key, type, set, selecting));
    const below = standing.flatMap(({ type, below: set }): Selected[] =>
      set === null ? [] : [[getNamedType(type), set]],
    );
    compare(right[key], other[key], below, [...way, standing], selecting, found);
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function fieldsUnder(
  key: string,
  type: GraphQLNamedType,
  { selections }: SelectionSetNode,
  selecting: Selecting,
): readonly Standing[] {
  return selections.flatMap((node): readonly Standing[] => {
    if (node.kind === Kind.FIELD) {
      if ((node.alias ?? node.name).value !== key) return [];
      const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
      if (field === undefined) return [];
      return [{ typename: type.name, name: field.name, type: field.type, below: node.selectionSet ?? null }];
    }
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? selecting.fragments.get(node.name.value) : node;
    const condition = fragment?.typeCondition && selecting.schema.getType(fragment.typeCondition.name.value);
    return fragment === undefined ? [] : fieldsUnder(key, condition ?? type, fragment.selectionSet, selecting);
  });
}
