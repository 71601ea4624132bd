// The same question in words that Apollo's gateway understands: how it is told that only the words were its trouble.

import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { Variables } from './operation-arbitrary.ts';

/**
 * `aliases`: none is the name of another field.
 * `arguments`: a field that takes some never stands under its own name.
 * `conditions`: `@skip` and `@include` are decided, fragments that cannot apply are left out.
 * `fragments`: there are none but of one object type each, where several may stand.
 * `introspection`: is not asked for.
 */
export type Change = 'aliases' | 'arguments' | 'conditions' | 'fragments' | 'introspection';

interface Rewording {
  readonly schema: GraphQLSchema;
  readonly variables: Variables;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly changes: ReadonlySet<Change>;
}

/** Before an alias that was the name of a field. */
const RENAMED = 'zz_';
/** Stands where nothing is left. */
const PLACEHOLDER = 'zznothing';

interface OtherWords {
  /** The operation without named fragments. */
  readonly query: string;
  /** What is within its answer, under the client's names. */
  clientNames(data: unknown): unknown;
  /** An error's text, with the client's names in its path. */
  clientPath(error: string): string;
}

export function inOtherWords(
  schema: GraphQLSchema,
  query: string,
  variables: Variables,
  changes: readonly Change[],
): OtherWords {
  const document = parse(query, { noLocation: true });
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  const operation = document.definitions.find(
    (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
  );
  const root = operation?.operation === 'mutation' ? schema.getMutationType() : schema.getQueryType();
  if (operation === undefined || !root) throw new Error('expected an operation');
  const rewording: Rewording = { schema, variables, fragments, changes: new Set(changes) };
  const selectionSet = reworded(operation.selectionSet, root, typesOf(root, schema), rewording);
  const used = new Set<string>();
  visit(selectionSet, { Variable: ({ name }) => void used.add(name.value) });
  const variableDefinitions = operation.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value));
  const plain: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [{ ...operation, variableDefinitions, selectionSet }],
  };
  return { query: print(plain), clientNames, clientPath: (error) => error.replaceAll(`"${RENAMED}`, '"') };
}

function clientNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clientNames);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) =>
      name === PLACEHOLDER ? [] : [[name.startsWith(RENAMED) ? name.slice(RENAMED.length) : name, clientNames(item)]],
    ),
  );
}

const typesOf = (type: GraphQLCompositeType, schema: GraphQLSchema): ReadonlySet<string> =>
  new Set(isAbstractType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : [type.name]);

function reworded(
  set: SelectionSetNode,
  parent: GraphQLCompositeType,
  possible: ReadonlySet<string>,
  rewording: Rewording,
): SelectionSetNode {
  const selections = set.selections.flatMap((node) => rewordedSelection(node, parent, possible, rewording));
  return { ...set, selections: selections.length > 0 ? selections : [NOTHING] };
}

const NOTHING: FieldNode = {
  kind: Kind.FIELD,
  alias: { kind: Kind.NAME, value: PLACEHOLDER },
  name: { kind: Kind.NAME, value: '__typename' },
};

function rewordedSelection(
  node: SelectionNode,
  parent: GraphQLCompositeType,
  possible: ReadonlySet<string>,
  rewording: Rewording,
): readonly SelectionNode[] {
  const { schema, changes, fragments } = rewording;
  const decides = changes.has('conditions');
  if (decides && !applies(node, rewording)) return [];
  const directives = decides ? [] : node.directives;
  if (node.kind === Kind.FIELD) {
    const name = node.name.value;
    if (name.startsWith('__') && name !== '__typename') return changes.has('introspection') ? [] : [node];
    const field = 'getFields' in parent ? parent.getFields()[name] : undefined;
    const type = field && getNamedType(field.type);
    const selectionSet =
      node.selectionSet && isCompositeType(type)
        ? reworded(node.selectionSet, type, typesOf(type, schema), rewording)
        : node.selectionSet;
    return [{ ...node, alias: aliasOf(node, (field?.args.length ?? 0) > 0, changes), directives, selectionSet }];
  }
  const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
  if (fragment === undefined) return [];
  const condition = fragment.typeCondition && schema.getType(fragment.typeCondition.name.value);
  const type = isCompositeType(condition) ? condition : parent;
  const within = typesOf(type, schema);
  const left = new Set([...possible].filter((name) => within.has(name)));
  if (decides && left.size === 0) return [];
  if (changes.has('fragments')) return byObjectType(fragment.selectionSet, parent, left, rewording, directives);
  const selectionSet = reworded(fragment.selectionSet, type, left, rewording);
  return [{ kind: Kind.INLINE_FRAGMENT, typeCondition: fragment.typeCondition, directives, selectionSet }];
}

function byObjectType(
  set: SelectionSetNode,
  parent: GraphQLCompositeType,
  possible: ReadonlySet<string>,
  rewording: Rewording,
  directives: SelectionNode['directives'],
): readonly SelectionNode[] {
  const isWithin = !isAbstractType(parent);
  return [...possible].flatMap((name): readonly SelectionNode[] => {
    const type = rewording.schema.getType(name);
    if (!isCompositeType(type)) return [];
    const selectionSet = reworded(set, type, new Set([name]), rewording);
    if (isWithin && !directives?.length) return selectionSet.selections;
    return [
      {
        kind: Kind.INLINE_FRAGMENT,
        typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } },
        directives,
        selectionSet,
      },
    ];
  });
}

function aliasOf(
  { alias, name }: FieldNode,
  takesArguments: boolean,
  changes: Rewording['changes'],
): FieldNode['alias'] {
  const isOwn = alias === undefined || alias.value === name.value;
  const isRenamed = isOwn ? takesArguments && changes.has('arguments') : changes.has('aliases');
  return isRenamed ? { kind: Kind.NAME, value: `${RENAMED}${alias?.value ?? name.value}` } : alias;
}

const applies = ({ directives = [] }: SelectionNode, { variables }: Rewording): boolean =>
  directives.every(({ name, arguments: given }) => {
    const value = given?.[0]?.value;
    const isTrue =
      value?.kind === Kind.VARIABLE
        ? variables[value.name.value] === true
        : value?.kind === Kind.BOOLEAN && value.value;
    return isTrue === (name.value === 'include');
  });
