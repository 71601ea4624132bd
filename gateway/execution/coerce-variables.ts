// Variables of a request as the operation's types read them, or what is wrong with them, in no more words than came.

import { type GraphQLError, type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from 'graphql';
import type { AnswerError } from './answer.ts';
import type { VariableValues } from './canonical-name.ts';
import type { KnownOperation } from './executor.ts';

/** Lists and objects within one another: whoever reads or writes variables after this does so recursively. The outermost counts too. */
const MOST_LEVELS = 500;
const TOO_DEEP: AnswerError = {
  message: `Expected variables of at most ${MOST_LEVELS} levels of lists and objects, got deeper ones`,
  extensions: { code: 'BAD_USER_INPUT' },
};
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
  if (isDeeper(variables, MOST_LEVELS)) return { errors: [TOO_DEEP] };
  const read = (maxErrors: number): ReturnType<typeof getVariableValues> =>
    getVariableValues(schema, operation.variableDefinitions ?? [], { ...variables }, { maxErrors });
  const first = read(1);
  if (first.coerced) return { variables: first.coerced };
  if (isSmall(variables)) return { errors: (read(MOST_ERRORS).errors ?? []).map(told) };
  return { errors: first.errors.map(told).map(shortened) };
}

const isSmall = (variables: VariableValues): boolean => JSON.stringify(variables).length <= MOST_REPEATED;

/** @param levels each list and each object is one */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const below of Object.values(value)) if (isDeeper(below, levels - 1)) return true;
  return false;
}

const told = (error: GraphQLError): AnswerError => ({
  ...error.toJSON(),
  extensions: { code: 'INTERNAL_SERVER_ERROR' },
});

function shortened(error: AnswerError): AnswerError {
  const { message } = error;
  return message.length <= LONGEST_MESSAGE ? error : { ...error, message: `${message.slice(0, LONGEST_MESSAGE)}…` };
}
