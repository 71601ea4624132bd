// The executor of the supergraph that is in force; a reload puts another in its place, running requests end with theirs.

import type { GraphQLSchema } from 'graphql';
import { GatewayError } from '../errors.ts';
import type { Executor, KnownOperation } from './executor.ts';

/** What was admitted before: found and run by the executor that admitted it. */
export type KnownOperations = Pick<Executor, 'find' | 'run'>;

export interface CurrentExecutor extends KnownOperations {
  /** From now on operations are found in this one. @param apiSchema that whoever validates for it validates against */
  replace(apiSchema: GraphQLSchema, executor: Executor): void;
  /**
   * Whose operations are validated against this schema. A request that was validated before a reload is admitted, remembered and
   * run by the executor before it: under the new one its fields may mean something else, or nothing.
   * @throws {GatewayError} INTERNAL_SERVER_ERROR for a schema that never was in force
   */
  of(apiSchema: GraphQLSchema): Executor;
}

export function createCurrentExecutor(): CurrentExecutor {
  let current: Executor | null = null;
  const owners = new WeakMap<KnownOperation, Executor>();
  // Weak: an executor goes with the last request that was validated for it.
  const bySchema = new WeakMap<GraphQLSchema, Executor>();
  const ready = (executor: Executor | null | undefined): Executor => {
    if (executor) return executor;
    throw new GatewayError('INTERNAL_SERVER_ERROR', 'expected a supergraph to be loaded, none is yet');
  };
  return {
    replace(apiSchema, executor) {
      bySchema.set(apiSchema, executor);
      current = executor;
    },
    of: (apiSchema) => ready(bySchema.get(apiSchema)),
    find(text, operationName) {
      const executor = ready(current);
      const operation = executor.find(text, operationName);
      if (operation !== null) owners.set(operation, executor);
      return operation;
    },
    run: (operation, coerced, variables, scope) =>
      ready(owners.get(operation)).run(operation, coerced, variables, scope),
  };
}
