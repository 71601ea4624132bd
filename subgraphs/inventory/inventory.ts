// The inventory subgraph as a whole: its contract, its resolvers, what a request holds.

import { readFileSync } from 'node:fs';
import type { Database } from '../kit/postgres.ts';
import type { RequestContext, SubgraphDefinition } from '../kit/subgraph.ts';
import { createInventoryLoaders, type InventoryLoaders } from './loaders.ts';
import { inventoryResolvers } from './resolvers.ts';

export interface InventoryContext extends RequestContext {
  readonly database: Database;
  /** Made anew after each write of the request. */
  loaders: InventoryLoaders;
}

/** @param database migrated; closed by who opened it, after the subgraph has stopped */
export function inventorySubgraph(database: Database): SubgraphDefinition<InventoryContext> {
  return {
    name: 'inventory',
    sdl: readFileSync(new URL('../../schema/inventory.graphql', import.meta.url), 'utf8'),
    resolvers: inventoryResolvers,
    context: (request) => ({ ...request, database, loaders: createInventoryLoaders(database) }),
  };
}
