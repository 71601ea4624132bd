// Variables of a request as the operation's types read them, or what is wrong with them, in no more words than came.

import { GraphQLError, type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from 'graphql';
import type { AnswerError } from './answer.ts';
import type { VariableValues } from './canonical-name.ts';
import type { KnownOperation } from './executor.ts';

/** As many errors about variables as `@apollo/gateway` tells. */
const MOST_ERRORS = 50;
/** Characters of variables of which every error is told: each repeats the value that it stands in. */
const MOST_REPEATED = 16 * 1024;
/** Characters of a message about larger ones. */
const LONGEST_MESSAGE = 2_000;

export function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: VariableValues,
): ReturnType<KnownOperation['coerce']> {
  const read = (maxErrors: number): ReturnType<typeof getVariableValues> =>
    getVariableValues(schema, operation.variableDefinitions ?? [], { ...variables }, { maxErrors });
  const first = read(1);
  if (first.coerced) return { variables: first.coerced };
  if (isSmall(variables)) return { errors: (read(MOST_ERRORS).errors ?? []).map(told) };
  return { errors: first.errors.map(told).map(shortened) };
}

function isSmall(variables: VariableValues): boolean {
  try {
    return JSON.stringify(variables).length <= MOST_REPEATED;
  } catch {
    // Nested deeper than the stack goes.
    return false;
  }
}

/** graphql-js passes on whatever is thrown while it reads a value: one that is nested too deep overflows its stack. */
function told(error: Error): AnswerError {
  const plain =
    error instanceof GraphQLError
      ? error.toJSON()
      : { message: `Expected variables that can be read, got: ${error.message}` };
  return { ...plain, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}

function shortened(error: AnswerError): AnswerError {
  const { message } = error;
  return message.length <= LONGEST_MESSAGE ? error : { ...error, message: `${message.slice(0, LONGEST_MESSAGE)}…` };
}
