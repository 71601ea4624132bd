// Answers introspection fields from the API schema.

import {
  executeSync,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import type { VariableValues } from './canonical-name.ts';
import type { OutField } from './output-selection.ts';

/** @returns the JSON text of the field's value */
export function introspect(
  field: OutField,
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  variables: VariableValues,
): string {
  const { data } = executeSync({
    schema,
    document: {
      kind: Kind.DOCUMENT,
      definitions: [
        { ...operation, directives: [], selectionSet: { kind: Kind.SELECTION_SET, selections: field.nodes } },
        ...fragments.values(),
      ],
    },
    rootValue: {},
    variableValues: { ...variables },
  });
  return JSON.stringify(data?.[field.responseName] ?? null);
}
