// The operation as the planner gets it: one name for one field with one set of arguments, so that nothing ever conflicts.
//
// Two aliases of one field become one; fields that differ in arguments or conditions get names of their own. The planner
// then never has to merge conflicting aliases. Introspection and root `__typename` are taken out: both are answered here.

import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';

export interface PlanningDocument {
  /** One operation without fragments; null when no subgraph is asked for anything. */
  readonly text: string | null;
  /** The name in the plan's data of a field of the client's operation. `__typename` keeps its name. */
  planNameOf(field: FieldNode): string;
}

export function toPlanningDocument(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): PlanningDocument {
  const planNameOf = createNaming();
  const selections = rootSelections(operation.selectionSet, fragments, planNameOf);
  if (selections.length === 0) return { text: null, planNameOf };
  const used = new Set<string>();
  collectVariables(selections, used);
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [
      {
        kind: Kind.OPERATION_DEFINITION,
        operation: operation.operation,
        variableDefinitions: operation.variableDefinitions?.filter((d) => used.has(d.variable.name.value)),
        selectionSet: { kind: Kind.SELECTION_SET, selections },
      },
    ],
  };
  return { text: print(document), planNameOf };
}

/** `name`, then `name_1`, `name_2` … for other arguments or conditions; a name that the schema may have is never made. */
function createNaming(): (field: FieldNode) => string {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  const memo = new WeakMap<FieldNode, string>();
  return (field) => {
    const known = memo.get(field);
    if (known !== undefined) return known;
    const name = field.name.value;
    const signature = `${name}(${argumentsText(field)})${conditionsText(field.directives)}`;
    let planName = signature === `${name}()` ? name : names.get(signature);
    if (planName === undefined) {
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      planName = `_${count}_${name}`;
      names.set(signature, planName);
    }
    memo.set(field, planName);
    return planName;
  };
}

const argumentsText = (field: FieldNode): string =>
  (field.arguments ?? []).map((argument) => print(argument)).sort().join(',');

const conditionsText = (directives: readonly DirectiveNode[] | undefined): string =>
  (directives ?? []).filter(isCondition).map((directive) => print(directive)).sort().join('');

const isCondition = (directive: DirectiveNode): boolean =>
  directive.name.value === 'skip' || directive.name.value === 'include';

function rootSelections(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  planNameOf: (field: FieldNode) => string,
): SelectionNode[] {
  const isMeta = (name: string): boolean => name === '__typename' || name === '__schema' || name === '__type';
  const strip = (selections: readonly SelectionNode[]): SelectionNode[] =>
    selections.flatMap((selection): SelectionNode[] => {
      if (selection.kind === Kind.FIELD) return isMeta(selection.name.value) ? [] : [selection];
      if (selection.kind !== Kind.INLINE_FRAGMENT) return [];
      const below = strip(selection.selectionSet.selections);
      return below.length === 0 ? [] : [{ ...selection, selectionSet: { kind: Kind.SELECTION_SET, selections: below } }];
    });
  return strip(rename(set, fragments, planNameOf).selections);
}

function rename(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  planNameOf: (field: FieldNode) => string,
): SelectionSetNode {
  const selections = set.selections.flatMap((selection): SelectionNode[] => {
    switch (selection.kind) {
      case Kind.FIELD: {
        const name = selection.name.value;
        const planName = name === '__typename' ? name : planNameOf(selection);
        const directives = (selection.directives ?? []).filter(isCondition);
        return [
          {
            kind: Kind.FIELD,
            name: selection.name,
            alias: planName === name ? undefined : { kind: Kind.NAME, value: planName },
            arguments: selection.arguments,
            directives: name === '__typename' ? [] : directives,
            selectionSet: selection.selectionSet && rename(selection.selectionSet, fragments, planNameOf),
          },
        ];
      }
      case Kind.INLINE_FRAGMENT:
        return [
          {
            kind: Kind.INLINE_FRAGMENT,
            typeCondition: selection.typeCondition,
            directives: (selection.directives ?? []).filter(isCondition),
            selectionSet: rename(selection.selectionSet, fragments, planNameOf),
          },
        ];
      case Kind.FRAGMENT_SPREAD: {
        const fragment = fragments.get(selection.name.value);
        if (fragment === undefined) return [];
        return [
          {
            kind: Kind.INLINE_FRAGMENT,
            typeCondition: fragment.typeCondition,
            directives: (selection.directives ?? []).filter(isCondition),
            selectionSet: rename(fragment.selectionSet, fragments, planNameOf),
          },
        ];
      }
    }
  });
  return { kind: Kind.SELECTION_SET, selections };
}

function collectVariables(selections: readonly SelectionNode[], into: Set<string>): void {
  visit({ kind: Kind.SELECTION_SET, selections }, { Variable: (node) => void into.add(node.name.value) });
}
