// The executor of the supergraph that is in force; a reload puts another in its place, running requests end with theirs.

import { GatewayError } from '../errors.ts';
import type { Executor, KnownOperation } from './executor.ts';

export interface CurrentExecutor extends Executor {
  replace(executor: Executor): void;
}

export function createCurrentExecutor(): CurrentExecutor {
  let current: Executor | null = null;
  const owners = new WeakMap<KnownOperation, Executor>();
  const inForce = (): Executor => {
    if (current === null)
      throw new GatewayError('INTERNAL_SERVER_ERROR', 'expected a supergraph to be loaded, none is yet');
    return current;
  };
  const owned = (operation: KnownOperation, executor: Executor): KnownOperation => {
    owners.set(operation, executor);
    return operation;
  };
  return {
    replace(executor) {
      current = executor;
    },
    find(text, operationName) {
      const executor = inForce();
      const operation = executor.find(text, operationName);
      return operation === null ? null : owned(operation, executor);
    },
    async admit(text, operationName, document) {
      const executor = inForce();
      return owned(await executor.admit(text, operationName, document), executor);
    },
    run: (operation, coerced, variables, scope) =>
      (owners.get(operation) ?? inForce()).run(operation, coerced, variables, scope),
  };
}
