// The accounts subgraph as a whole: its contract, its resolvers, what a request holds.

import { readFileSync } from 'node:fs';
import type { Database } from '../kit/postgres.ts';
import type { RequestContext, SubgraphDefinition } from '../kit/subgraph.ts';
import { type AccountsLoaders, createAccountsLoaders } from './loaders.ts';
import { accountsResolvers } from './resolvers.ts';

export interface AccountsContext extends RequestContext {
  readonly database: Database;
  /** Made anew after each write of the request. */
  loaders: AccountsLoaders;
}

/** @param database migrated; closed by who opened it, after the subgraph has stopped */
export function accountsSubgraph(database: Database): SubgraphDefinition<AccountsContext> {
  return {
    name: 'accounts',
    sdl: readFileSync(new URL('../../schema/accounts.graphql', import.meta.url), 'utf8'),
    resolvers: accountsResolvers,
    context: (request) => ({ ...request, database, loaders: createAccountsLoaders(database) }),
  };
}
