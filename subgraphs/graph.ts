// The reference graph: which subgraphs there are, and how each is migrated and served.

import { accountsSubgraph } from './accounts/accounts.ts';
import { catalogSubgraph } from './catalog/catalog.ts';
import { inventorySubgraph } from './inventory/inventory.ts';
import { subgraphDatabaseUrl } from './kit/database-url.ts';
import type { Log } from './kit/log.ts';
import { migrate } from './kit/migrate.ts';
import { type Database, openDatabase } from './kit/postgres.ts';
import { type Subgraph, type SubgraphAddress, startSubgraph } from './kit/subgraph.ts';
import { installWatch } from './kit/watch.ts';
import { reviewsSubgraph } from './reviews/reviews.ts';

export const SUBGRAPH_NAMES = ['accounts', 'catalog', 'inventory', 'reviews'] as const;
export type SubgraphName = (typeof SUBGRAPH_NAMES)[number];

/** The ports that stand in schema/supergraph.graphql. */
export const DEFAULT_PORTS: Readonly<Record<SubgraphName, number>> = {
  accounts: 4101,
  catalog: 4102,
  inventory: 4103,
  reviews: 4104,
};

export type DatabaseUrls = Readonly<Record<SubgraphName, string>>;

export interface ServeOptions extends SubgraphAddress {
  readonly databaseUrl: string;
  /** Default 10. */
  readonly maxConnectionsCount?: number;
  /** Called with each statement that is sent. */
  readonly onStatement?: (text: string) => void;
}

const STARTS: Readonly<Record<SubgraphName, (database: Database, address: SubgraphAddress) => Promise<Subgraph>>> = {
  accounts: (database, address) => startSubgraph(accountsSubgraph(database), address),
  catalog: (database, address) => startSubgraph(catalogSubgraph(database), address),
  inventory: (database, address) => startSubgraph(inventorySubgraph(database), address),
  reviews: (database, address) => startSubgraph(reviewsSubgraph(database), address),
};

/**
 * Where each subgraph's database is: `ACCOUNTS_DATABASE_URL` …, else one of its own on the server of `serverUrl`
 * (`freshet_accounts` …). Each has its own, so that each is a source with an outbox of its own.
 */
export function databaseUrls(serverUrl: string, env: Readonly<Record<string, string | undefined>> = {}): DatabaseUrls {
  const urlOf = (name: SubgraphName): string =>
    env[`${name.toUpperCase()}_DATABASE_URL`] ?? subgraphDatabaseUrl(serverUrl, name);
  return {
    accounts: urlOf('accounts'),
    catalog: urlOf('catalog'),
    inventory: urlOf('inventory'),
    reviews: urlOf('reviews'),
  };
}

/** Makes the database where it is missing, installs `freshet.watch`, applies the migrations. @returns those applied now */
export function migrateSubgraph(name: SubgraphName, databaseUrl: string, log: Log): Promise<readonly string[]> {
  const folder = new URL(`./${name}/migrations/`, import.meta.url);
  return migrate({ url: databaseUrl, schema: name, folder, log, prepare: installWatch });
}

/** @param options its database is migrated. @returns a subgraph whose `stop` closes its connections too */
export async function serveSubgraph(name: SubgraphName, options: ServeOptions): Promise<Subgraph> {
  const { databaseUrl, maxConnectionsCount, onStatement, ...address } = options;
  const database = openDatabase({
    url: databaseUrl,
    log: address.log,
    applicationName: `freshet ${name}`,
    maxConnectionsCount,
    onStatement,
  });
  try {
    const subgraph = await STARTS[name](database, address);
    return {
      ...subgraph,
      async stop() {
        await subgraph.stop();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
