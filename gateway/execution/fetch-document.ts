// Reads the document of a fetch: fragments expanded, conditions decided by the variables they name.

import {
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import { canonicalName, type VariableValues } from './canonical-name.ts';
import { conditionVariables, isIncluded } from './condition.ts';
import type { Selected } from './selection.ts';

export interface FetchDocument {
  /** Variables that `@skip` and `@include` name: a document is one selection for each combination of their values. */
  readonly conditions: readonly string[];
  /** `$n: Int = 3` by name. */
  readonly variableDefinitions: ReadonlyMap<string, string>;
  /** @param variables with the operation's defaults applied */
  selected(variables: VariableValues): readonly Selected[];
}

/** @param text one operation, as a planner wrote it. @throws {GraphQLError} when it is none */
export function readFetchDocument(text: string): FetchDocument {
  const document = parse(text, { noLocation: true });
  const fragments = new Map<string, FragmentDefinitionNode>();
  let operation: OperationDefinitionNode | null = null;
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    else if (definition.kind === Kind.OPERATION_DEFINITION) operation = definition;
  }
  if (operation === null) throw new Error(`expected an operation in the plan's document, got: ${text}`);
  const { selectionSet, variableDefinitions = [] } = operation;
  const defaults: Record<string, unknown> = {};
  for (const definition of variableDefinitions) {
    if (definition.defaultValue)
      defaults[definition.variable.name.value] = valueFromASTUntyped(definition.defaultValue);
  }
  return {
    conditions: conditionVariables(document),
    variableDefinitions: new Map(variableDefinitions.map((d) => [d.variable.name.value, print(d)])),
    selected: (variables) => select(selectionSet.selections, { fragments, defaults, variables }),
  };
}

interface Reading {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly defaults: VariableValues;
  readonly variables: VariableValues;
}

function select(selections: readonly SelectionNode[], reading: Reading): Selected[] {
  return selections.flatMap((node): Selected[] => {
    if (!isIncluded(node.directives, reading.variables)) return [];
    if (node.kind === Kind.FIELD) return [selectField(node, reading)];
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? reading.fragments.get(node.name.value) : node;
    if (fragment === undefined) return [];
    const typename = fragment.typeCondition?.name.value ?? null;
    return [{ kind: 'fragment', typename, children: select(fragment.selectionSet.selections, reading) }];
  });
}

function selectField(node: FieldNode, reading: Reading): Selected {
  const args = node.arguments ?? [];
  const variables = new Set<string>();
  for (const argument of args) {
    visit(argument, {
      Variable({ name }) {
        variables.add(name.value);
      },
    });
  }
  return {
    kind: 'field',
    name: node.name.value,
    responseName: node.alias?.value ?? node.name.value,
    canonical: canonicalName(node.name.value, args, reading.defaults),
    argumentsText: args.length === 0 ? '' : `(${args.map((argument) => print(argument)).join(', ')})`,
    variables: [...variables],
    children: node.selectionSet ? select(node.selectionSet.selections, reading) : null,
    planned: true,
  };
}
