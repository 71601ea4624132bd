// Our gateway as Apollo Server takes it: it tells of schemas and runs operations.

import type { GraphQLSchema } from 'graphql';
import type { GatewayExecutor, GatewayInterface } from './gateway-executor.ts';

export interface SchemaInForce {
  readonly apiSchema: GraphQLSchema;
  readonly coreSupergraphSdl: string;
}

export interface SchemaGateway extends GatewayInterface {
  /** Tells Apollo Server of another schema. @throws what Apollo Server says of a bad one */
  update(schema: SchemaInForce): void;
}

export function createSchemaGateway(first: SchemaInForce, executor: GatewayExecutor): SchemaGateway {
  const listeners = new Set<(schema: SchemaInForce) => void>();
  let inForce = first;
  return {
    onSchemaLoadOrUpdate(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async load() {
      for (const listener of listeners) listener(inForce);
      return { executor };
    },
    async stop() {
      listeners.clear();
    },
    update(schema) {
      inForce = schema;
      for (const listener of listeners) listener(schema);
    },
  };
}
