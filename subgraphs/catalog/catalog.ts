// The catalog subgraph as a whole: its contract, its resolvers, what a request holds.

import { readFileSync } from 'node:fs';
import type { Database } from '../kit/postgres.ts';
import type { RequestContext, SubgraphDefinition } from '../kit/subgraph.ts';
import { type CatalogLoaders, createCatalogLoaders } from './loaders.ts';
import { catalogResolvers } from './resolvers.ts';

export interface CatalogContext extends RequestContext {
  readonly database: Database;
  /** Made anew after each write of the request. */
  loaders: CatalogLoaders;
}

/** @param database migrated; closed by who opened it, after the subgraph has stopped */
export function catalogSubgraph(database: Database): SubgraphDefinition<CatalogContext> {
  return {
    name: 'catalog',
    sdl: readFileSync(new URL('../../schema/catalog.graphql', import.meta.url), 'utf8'),
    resolvers: catalogResolvers,
    context: (request) => ({ ...request, database, loaders: createCatalogLoaders(database) }),
  };
}
