// Reads the document of a fetch: fragments expanded. It holds no conditions, they were decided before it was planned.

import {
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  valueFromASTUntyped,
} from 'graphql';
import { canonicalName, type VariableValues } from './canonical-name.ts';
import { type Directives, readDirectives, variablesOf } from './directives.ts';
import type { Selected } from './selection.ts';

export interface FetchDocument {
  /** `$n: Int = 3` by name. */
  readonly variableDefinitions: ReadonlyMap<string, string>;
  readonly selected: readonly Selected[];
  /** Of the operation. */
  readonly directives: Directives;
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
    variableDefinitions: new Map(variableDefinitions.map((d) => [d.variable.name.value, print(d)])),
    selected: select(selectionSet.selections, { fragments, defaults }),
    directives: readDirectives(operation.directives, defaults),
  };
}

interface Reading {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly defaults: VariableValues;
}

function select(selections: readonly SelectionNode[], reading: Reading): Selected[] {
  return selections.flatMap((node): Selected[] => {
    if (node.kind === Kind.FIELD) return [selectField(node, reading)];
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? reading.fragments.get(node.name.value) : node;
    if (fragment === undefined) return [];
    const typename = fragment.typeCondition?.name.value ?? null;
    const directives = readDirectives(node.directives, reading.defaults);
    return [{ kind: 'fragment', typename, directives, children: select(fragment.selectionSet.selections, reading) }];
  });
}

function selectField(node: FieldNode, reading: Reading): Selected {
  const args = node.arguments ?? [];
  return {
    kind: 'field',
    name: node.name.value,
    responseName: node.alias?.value ?? node.name.value,
    canonical: canonicalName(node.name.value, args, reading.defaults),
    argumentsText: args.length === 0 ? '' : `(${args.map((argument) => print(argument)).join(', ')})`,
    variables: args.flatMap(variablesOf),
    directives: readDirectives(node.directives, reading.defaults),
    children: node.selectionSet ? select(node.selectionSet.selections, reading) : null,
    planned: true,
  };
}
