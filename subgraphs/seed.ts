// Fills the reference graph with sample data that fits together: people, what is sold, where it lies, what is said of it.

import { accountsSample, usernameOf } from './accounts/sample.ts';
import { catalogSample, mediaCountOf, skuOf } from './catalog/sample.ts';
import type { DatabaseUrls, SubgraphName } from './graph.ts';
import { inventorySample, SAMPLE_WAREHOUSE_IDS } from './inventory/sample.ts';
import type { Log } from './kit/log.ts';
import { openDatabase } from './kit/postgres.ts';
import { fillTables, type SampleTable, type WhenFilled } from './kit/sample-tables.ts';
import { reviewsSample } from './reviews/sample.ts';

export interface SeedOptions {
  /** Migrated. */
  readonly databaseUrls: DatabaseUrls;
  /** 1: 10,000 products, 20,000 users, 100,000 reviews. At least 0.002. */
  readonly scale: number;
  readonly whenFilled: WhenFilled;
  readonly log: Log;
  readonly onProgress: (progress: SeedProgress) => void;
}

export interface SeedProgress {
  readonly subgraph: SubgraphName;
  /** `catalog.product`; null: the subgraph is done. */
  readonly table: string | null;
  /** Rows of the table, or of all tables when the subgraph is done; 0 then: it was filled already. */
  readonly rowCount: number;
}

export const LEAST_SCALE = 0.002;

/** The four subgraphs at once. @returns rows written, of all of them */
export async function seedGraph(options: SeedOptions): Promise<number> {
  const productCount = Math.round(10_000 * options.scale);
  const userCount = productCount * 2;
  const warehouseIds = SAMPLE_WAREHOUSE_IDS;
  const samples: Readonly<Record<SubgraphName, SampleTable[]>> = {
    accounts: accountsSample({ userCount, productCount, skuOf, warehouseIds }),
    catalog: catalogSample({ productCount }),
    inventory: inventorySample({ productCount }),
    reviews: reviewsSample({
      reviewCount: productCount * 10,
      productCount,
      userCount,
      usernameOf,
      warehouseIds,
      mediaCount: mediaCountOf(productCount),
    }),
  };
  const counts = await Promise.all([
    seedSubgraph('accounts', samples.accounts, options),
    seedSubgraph('catalog', samples.catalog, options),
    seedSubgraph('inventory', samples.inventory, options),
    seedSubgraph('reviews', samples.reviews, options),
  ]);
  return counts.reduce((sum, count) => sum + count, 0);
}

async function seedSubgraph(name: SubgraphName, tables: readonly SampleTable[], options: SeedOptions): Promise<number> {
  const database = openDatabase({
    url: options.databaseUrls[name],
    log: options.log,
    applicationName: `freshet seed ${name}`,
    maxConnectionsCount: 1,
    statementTimeoutMs: 0,
  });
  try {
    const rowCount = await fillTables(database, tables, options.whenFilled, (table) =>
      options.onProgress({ subgraph: name, table: table.table, rowCount: table.rowCount }),
    );
    options.onProgress({ subgraph: name, table: null, rowCount });
    return rowCount;
  } finally {
    await database.close();
  }
}
