// The operation as the planner gets it: one name for one field with one set of arguments, so that nothing ever conflicts.
//
// Two aliases of one leaf become one; fields that differ in arguments or meaning get names of their own. The
// planner then never has to merge conflicting fields. Introspection and root `__typename` are taken out: both are answered
// here. Conditions are decided: there is one such document for each combination of the variables that they name.
// Directives that subgraphs are told stay where they are. Where there are any, what the client wrote under one alias, and
// nothing else, is under one name: a subgraph sees it together, and keys are none of the client's fields.

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
  type OperationTypeNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  type VariableNode,
  visit,
} from 'graphql';
import { GatewayError } from '../errors.ts';
import type { FieldConflicts } from '../federation/field-conflicts.ts';
import type { VariableValues } from './canonical-name.ts';
import { isIncluded } from './condition.ts';
import { directivesAround, directivesOn, holdDirectives } from './forwarded-directives.ts';

export interface PlanningDocument {
  /** One operation without named fragments; null when no subgraph is asked for anything. */
  readonly text: string | null;
  /** The name in the plan's data of a field of the client's operation. `__typename` keeps its name. */
  planNameOf(field: FieldNode): string;
}

export interface PlanningSpec {
  readonly schema: GraphQLSchema;
  readonly rootType: GraphQLCompositeType;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly conflicts: FieldConflicts;
  /** Names of those that subgraphs are told. */
  readonly directives: ReadonlySet<string>;
  /** With defaults applied; conditions are decided by them, so that no planner has to. */
  readonly variables: VariableValues;
}

export function toPlanningDocument(operation: OperationDefinitionNode, spec: PlanningSpec): PlanningDocument {
  const directives = directivesOn(operation, spec);
  const isTold = holdDirectives([operation, ...spec.fragments.values()], spec);
  const naming = createNaming(spec, operation.operation, isTold ? 'each alias' : 'each meaning');
  let left = LARGEST_EXPANSION;
  const visited = (): void => {
    left -= 1;
    if (left < 0) {
      throw new GatewayError(
        'BAD_REQUEST',
        `Expected at most ${LARGEST_EXPANSION} selections when all fragments are expanded, got more`,
      );
    }
  };
  const renaming = { spec, visited, nameIn: naming.nameIn };
  const renamed = rename(operation.selectionSet, spec.rootType, typesOf(spec.rootType, spec), renaming);
  const selections = withoutMeta(renamed.selections);
  if (selections.length === 0) return { text: null, planNameOf: naming.nameOf };
  const used = new Set<string>();
  const collect = { Variable: (node: VariableNode) => void used.add(node.name.value) };
  visit({ kind: Kind.SELECTION_SET, selections }, collect);
  for (const directive of directives) visit(directive, collect);
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [
      {
        kind: Kind.OPERATION_DEFINITION,
        operation: operation.operation,
        variableDefinitions: operation.variableDefinitions
          ?.filter((d) => used.has(d.variable.name.value))
          .map((d) => ({ ...d, directives: [] })),
        directives,
        selectionSet: { kind: Kind.SELECTION_SET, selections },
      },
    ],
  };
  return { text: print(document), planNameOf: naming.nameOf };
}

/** Fragments that spread others twice grow without bound; no client needs so many selections. */
const LARGEST_EXPANSION = 20_000;

interface Naming {
  nameIn(field: FieldNode, parentType: GraphQLCompositeType): string;
  nameOf(field: FieldNode): string;
}

/** `name`, then `_1_name`, `_2_name` … The parent type of a field node is one and the same wherever its fragment is spread. */
function createNaming(
  { conflicts, rootType }: PlanningSpec,
  kind: OperationTypeNode,
  named: 'each alias' | 'each meaning',
): Naming {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  const memo = new WeakMap<FieldNode, string>();
  return {
    nameIn(field, parentType) {
      const name = field.name.value;
      const meaning = conflicts(parentType.name, name) ? parentType.name : '';
      // Each field of a mutation is done, however often it is asked for under other names.
      const isDone = kind === 'mutation' && parentType === rootType;
      // Of an object each alias is asked for by itself: a null that may not be takes only what that alias selects.
      const alias = field.alias?.value ?? '';
      const own = named === 'each alias' ? alias || name : isDone || field.selectionSet !== undefined ? alias : '';
      const done = isDone ? `${own}!` : own;
      const signature = `${done}${meaning}.${name}(${argumentsText(field)})`;
      let planName = signature === `.${name}()` ? name : names.get(signature);
      if (planName === undefined) {
        const count = (counts.get(name) ?? 0) + 1;
        counts.set(name, count);
        planName = `_${count}_${name}`;
        names.set(signature, planName);
      }
      memo.set(field, planName);
      return planName;
    },
    nameOf: (field) => memo.get(field) ?? field.name.value,
  };
}

/** The same text for the same arguments in any order. */
function argumentsText(field: FieldNode): string {
  const sorted = (field.arguments ?? []).map((argument) =>
    print(
      visit(argument, {
        ObjectValue: {
          leave: (node) => ({
            ...node,
            fields: [...node.fields].sort((a, b) => (a.name.value < b.name.value ? -1 : 1)),
          }),
        },
      }),
    ),
  );
  return sorted.sort().join(',');
}

function withoutMeta(selections: readonly SelectionNode[]): SelectionNode[] {
  return selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD) return selection.name.value.startsWith('__') ? [] : [selection];
    if (selection.kind !== Kind.INLINE_FRAGMENT) return [];
    const below = withoutMeta(selection.selectionSet.selections);
    return below.length === 0 ? [] : [{ ...selection, selectionSet: { kind: Kind.SELECTION_SET, selections: below } }];
  });
}

interface Renaming {
  readonly spec: PlanningSpec;
  /** Called for each selection that is expanded. */
  visited(): void;
  nameIn: Naming['nameIn'];
}

const typesOf = (type: GraphQLCompositeType, { schema }: PlanningSpec): ReadonlySet<string> =>
  new Set(isAbstractType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : [type.name]);

/** @param possible the object types that can be here: Hive's planner drops a field below which only other types are asked for */
function rename(
  set: SelectionSetNode,
  parentType: GraphQLCompositeType,
  possible: ReadonlySet<string>,
  renaming: Renaming,
): SelectionSetNode {
  const { spec } = renaming;
  const spread = new Set<string>();
  const selections = set.selections.flatMap((selection): SelectionNode[] => {
    renaming.visited();
    if (!isIncluded(selection.directives, spec.variables)) return [];
    if (selection.kind === Kind.FIELD) return renameField(selection, parentType, renaming);
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? spec.fragments.get(selection.name.value) : selection;
    if (fragment === undefined) return [];
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      // A second time it says nothing new.
      const told = directivesOn(selection, spec).map((directive) => print(directive));
      const text = [selection.name.value, ...told].join(' ');
      if (spread.has(text)) return [];
      spread.add(text);
    }
    const condition = fragment.typeCondition && spec.schema.getType(fragment.typeCondition.name.value);
    const type = isCompositeType(condition) ? condition : parentType;
    const left = new Set([...typesOf(type, spec)].filter((name) => possible.has(name)));
    if (left.size === 0) return [];
    const selectionSet = rename(fragment.selectionSet, type, left, renaming);
    if (selectionSet.selections.length === 0) return [];
    const around = directivesAround(selection, fragment, spec);
    // Apollo's planner sends what stands in a fragment after what stands beside it: mutations are done in the client's order.
    if (type === spec.rootType && around.length === 0) return [...selectionSet.selections];
    return [
      {
        kind: Kind.INLINE_FRAGMENT,
        typeCondition: fragment.typeCondition,
        directives: around,
        selectionSet,
      },
    ];
  });
  return { kind: Kind.SELECTION_SET, selections };
}

function renameField(field: FieldNode, parentType: GraphQLCompositeType, renaming: Renaming): SelectionNode[] {
  const name = field.name.value;
  if (name === '__typename') return [{ kind: Kind.FIELD, name: field.name }];
  const planName = renaming.nameIn(field, parentType);
  const definition = 'getFields' in parentType ? parentType.getFields()[name] : undefined;
  const type = definition && getNamedType(definition.type);
  const renamed =
    field.selectionSet && isCompositeType(type)
      ? rename(field.selectionSet, type, typesOf(type, renaming.spec), renaming)
      : undefined;
  return [
    {
      kind: Kind.FIELD,
      name: field.name,
      alias: planName === name ? undefined : { kind: Kind.NAME, value: planName },
      arguments: field.arguments,
      directives: directivesOn(field, renaming.spec),
      // GraphQL knows no empty selection: the object itself is still asked for.
      selectionSet: renamed && (renamed.selections.length > 0 ? renamed : TYPENAME_ONLY),
    },
  ];
}

const TYPENAME_ONLY: SelectionSetNode = {
  kind: Kind.SELECTION_SET,
  selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }],
};
