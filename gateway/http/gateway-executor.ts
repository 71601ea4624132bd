// What Apollo Server calls to run an operation that it has parsed, validated and admitted: our executor, in Apollo's shape.

import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server';
import { GraphQLError, type GraphQLSchema, getOperationAST } from 'graphql';
import { GatewayError } from '../errors.ts';
import type { Answer, AnswerError } from '../execution/answer.ts';
import type { Executor, RequestScope } from '../execution/executor.ts';
import { asUserInputErrors } from './answer-text.ts';

/** The interface that `ApolloServer({ gateway })` takes. */
export type GatewayInterface = ApolloServerOptionsWithGateway<BaseContext>['gateway'];
export type GatewayExecutor = NonNullable<Awaited<ReturnType<GatewayInterface['load']>>['executor']>;
type ExecutionResult = Awaited<ReturnType<GatewayExecutor>>;

/** Goes through Apollo Server with a request, and comes back with what the front door has to know of it. */
export interface RoadContext {
  readonly scope: RequestScope;
  readonly outcome: RoadOutcome;
  /** Called just before the operation is run. */
  readonly onAdmitted: () => void;
}

export interface RoadOutcome {
  /** Null until an operation was run. */
  answer: Answer | null;
  /** Introspection is not: Sandbox polls. */
  isCounted: boolean;
}

/**
 * @param executorOf the schema that Apollo Server has validated against: after a reload that may be one that is in force no more
 * @param logDefect gets what is no fault of the client, with its cause @see outwardError for what the client gets
 */
export function createGatewayExecutor(
  executorOf: (schema: GraphQLSchema) => Executor,
  logDefect: (error: unknown) => void,
): GatewayExecutor {
  return async ({ schema, source, document, request, context }) => {
    const scope: RequestScope = context.scope;
    const outcome: RoadOutcome = context.outcome;
    const onAdmitted: RoadContext['onAdmitted'] = context.onAdmitted;
    const operationName = request.operationName ?? null;
    if (!getOperationAST(document, operationName)) return { errors: [noOperation(operationName)] };
    try {
      const executor = executorOf(schema);
      const operation = executor.find(source, operationName) ?? (await executor.admit(source, operationName, document));
      outcome.isCounted = operation.kind === 'mutation' || !operation.slowRoadOnly;
      const variables = request.variables ?? {};
      const coerced = operation.coerce(variables);
      if ('errors' in coerced) return { errors: asUserInputErrors(coerced.errors).map(graphQLError) };
      onAdmitted();
      outcome.answer = await executor.run(operation, coerced.variables, variables, scope);
      return resultOf(outcome.answer);
    } catch (error) {
      if (isOurFault(error)) logDefect(error);
      throw outwardError(error);
    }
  };
}

/** Worth a line in the log. */
export function isOurFault(error: unknown): boolean {
  return !(error instanceof GatewayError) || error.httpStatus >= 500;
}

/** What a client learns of an error that ended the request: the code and message of ours, nothing of a defect. */
export function outwardError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const known =
    error instanceof GatewayError ? error : new GatewayError('INTERNAL_SERVER_ERROR', 'Internal server error');
  const extensions = { code: known.code, http: { status: known.httpStatus } };
  return new GraphQLError(known.message, { extensions });
}

function resultOf(answer: Answer): ExecutionResult {
  const result: ExecutionResult = {};
  if (answer.body !== null) result.data = JSON.parse(answer.body.toString('utf8')).data;
  else if (answer.dataText !== null) result.data = JSON.parse(answer.dataText);
  if (answer.errors.length > 0) result.errors = answer.errors.map(graphQLError);
  if (answer.extensions !== null) result.extensions = { ...answer.extensions };
  return result;
}

/** graphql-js reckons locations from nodes, of which there are none here: they are put in as they came. */
function graphQLError({ message, locations, path, extensions }: AnswerError): GraphQLError {
  const error = new GraphQLError(message, { path, extensions });
  if (locations !== undefined) Object.defineProperty(error, 'locations', { value: locations, enumerable: true });
  return error;
}

/** As graphql-js words it; Apollo Server adds the code and status 400. */
function noOperation(operationName: string | null): GraphQLError {
  return new GraphQLError(
    operationName === null
      ? 'Must provide operation name if query contains multiple operations.'
      : `Unknown operation named "${operationName}".`,
  );
}
