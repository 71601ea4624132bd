// Counts SQL statements: whatever a request asks of one kind is loaded by one statement, however many entities ask for it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccountsLoaders, createAccountsLoaders } from '../../../subgraphs/accounts/loaders.ts';
import { type CatalogLoaders, createCatalogLoaders } from '../../../subgraphs/catalog/loaders.ts';
import type { SubgraphName } from '../../../subgraphs/graph.ts';
import { createInventoryLoaders, type InventoryLoaders } from '../../../subgraphs/inventory/loaders.ts';
import { openLog } from '../../../subgraphs/kit/log.ts';
import { type Database, openDatabase } from '../../../subgraphs/kit/postgres.ts';
import { createReviewsLoaders, type ReviewsLoaders } from '../../../subgraphs/reviews/loaders.ts';
import { ask } from './graphql-request.ts';
import { type RunningGraph, startRunningGraph } from './running-graph.ts';

/** For each loader, what 50 entities ask of it within one turn. */
type Calls<Loaders> = Readonly<Record<keyof Loaders, (loaders: Loaders) => readonly Promise<unknown>[]>>;

const KEYS = Array.from({ length: 50 }, (_, index) => String(index + 1));
const page = { firstCount: 3, after: null };
const each = (load: (key: string) => Promise<unknown>): Promise<unknown>[] => KEYS.map(load);
const twice = (load: () => Promise<unknown>): Promise<unknown>[] => [load(), load()];

const ACCOUNTS: Calls<AccountsLoaders> = {
  userById: (loaders) => each((id) => loaders.userById.load(id)),
  userByUsername: (loaders) => each((name) => loaders.userByUsername.load(name)),
  users: (loaders) => twice(() => loaders.users.load({ filter: { tier: 'GOLD' }, orderBy: 'USERNAME', page })),
  userCount: (loaders) => twice(() => loaders.userCount.load(null)),
  followers: (loaders) => each((id) => loaders.followers.with(page).load(id)),
  followerCount: (loaders) => each((id) => loaders.followerCount.load(id)),
  wishedSkus: (loaders) => each((id) => loaders.wishedSkus.load(id)),
  cart: (loaders) => each((id) => loaders.cart.load(id)),
};

const CATALOG: Calls<CatalogLoaders> = {
  productByUpc: (loaders) => each((upc) => loaders.productByUpc.load(upc)),
  productBySku: (loaders) => each((sku) => loaders.productBySku.load(sku)),
  products: (loaders) =>
    twice(() => loaders.products.load({ filter: null, orderBy: { field: 'PRICE', direction: 'DESC' }, page })),
  productCount: (loaders) => twice(() => loaders.productCount.load({ category: 'BOOK' })),
  bundleByUpc: (loaders) => each((upc) => loaders.bundleByUpc.load(`b${upc}`)),
  bundles: (loaders) => twice(() => loaders.bundles.load(page)),
  bundleCount: (loaders) => twice(() => loaders.bundleCount.load('all')),
  brandById: (loaders) => each((id) => loaders.brandById.load(id)),
  brands: (loaders) => twice(() => loaders.brands.load(page)),
  brandCount: (loaders) => twice(() => loaders.brandCount.load('all')),
  brandProducts: (loaders) => each((id) => loaders.brandProducts.with(page).load(id)),
  brandProductCount: (loaders) => each((id) => loaders.brandProductCount.load(id)),
  mediaById: (loaders) => each((id) => loaders.mediaById.load(id)),
  found: (loaders) => twice(() => loaders.found.load({ text: 'e', firstCount: 5 })),
  newest: (loaders) => twice(() => loaders.newest.load(5)),
  variants: (loaders) => each((upc) => loaders.variants.load(upc)),
  priceHistory: (loaders) => each((upc) => loaders.priceHistory.with(2).load(upc)),
  media: (loaders) => each((upc) => loaders.media.with('IMAGE').load(upc)),
  similar: (loaders) => each((upc) => loaders.similar.with(2).load(upc)),
  bundledUpcs: (loaders) => each((upc) => loaders.bundledUpcs.load(`b${upc}`)),
};

const INVENTORY: Calls<InventoryLoaders> = {
  warehouseById: (loaders) => each((id) => loaders.warehouseById.load(id)),
  warehouses: (loaders) => twice(() => loaders.warehouses.load(null)),
  productByUpc: (loaders) => each((upc) => loaders.productByUpc.load(upc)),
  stockByKey: (loaders) => each((upc) => loaders.stockByKey.load({ warehouseId: 'ber-1', upc })),
  productStock: (loaders) => each((upc) => loaders.productStock.with(0).load(upc)),
  productQuantity: (loaders) => each((upc) => loaders.productQuantity.load(upc)),
  warehouseStock: (loaders) => each((id) => loaders.warehouseStock.with(page).load(id)),
  warehouseProductCount: (loaders) => each((id) => loaders.warehouseProductCount.load(id)),
  lowStock: (loaders) => twice(() => loaders.lowStock.load({ below: 3, page })),
  lowStockCount: (loaders) => twice(() => loaders.lowStockCount.load(3)),
  sender: (loaders) => each((upc) => loaders.sender.with('DE').load(upc)),
  isServed: (loaders) => each((country) => loaders.isServed.load(country)),
};

const LIST = { filter: null, orderBy: 'NEWEST', page } as const;
const REVIEWS: Calls<ReviewsLoaders> = {
  reviewById: (loaders) => each((id) => loaders.reviewById.load(id)),
  reviews: (loaders) => twice(() => loaders.reviews.load(LIST)),
  reviewCount: (loaders) => twice(() => loaders.reviewCount.load({ minRating: 3 })),
  productReviews: (loaders) => each((upc) => loaders.productReviews.with(LIST).load(upc)),
  productReviewCount: (loaders) => each((upc) => loaders.productReviewCount.with({ minRating: 3 }).load(upc)),
  ratings: (loaders) => each((upc) => loaders.ratings.load(upc)),
  userReviews: (loaders) => each((id) => loaders.userReviews.with(LIST).load(id)),
  userReviewCount: (loaders) => each((id) => loaders.userReviewCount.load(id)),
  likeCount: (loaders) => each((id) => loaders.likeCount.load(id)),
  topRatedUpcs: (loaders) => twice(() => loaders.topRatedUpcs.load({ firstCount: 5, minReviews: 2 })),
  mostLikedMedia: (loaders) => twice(() => loaders.mostLikedMedia.load(5)),
};

let graph: RunningGraph;

beforeAll(async () => {
  graph = await startRunningGraph(0.02);
});

afterAll(async () => {
  await graph?.stop();
});

async function statementsFor<Loaders>(
  name: SubgraphName,
  create: (database: Database) => Loaders,
  call: (loaders: Loaders) => readonly Promise<unknown>[],
): Promise<readonly string[]> {
  const statements: string[] = [];
  const database = openDatabase({
    url: graph.urls[name],
    log: openLog('test', 'silent'),
    applicationName: 'test',
    onStatement: (text) => void statements.push(text),
  });
  try {
    await Promise.all(call(create(database)));
    return statements;
  } finally {
    await database.close();
  }
}

/** Spelled out for each subgraph: their loaders are of different types. */
describe.each(Object.entries(ACCOUNTS))('accounts: %s', (_, call) => {
  it('loads what 50 entities ask for by one statement', async () => {
    expect(await statementsFor('accounts', createAccountsLoaders, call)).toHaveLength(1);
  });
});

describe.each(Object.entries(CATALOG))('catalog: %s', (_, call) => {
  it('loads what 50 entities ask for by one statement', async () => {
    expect(await statementsFor('catalog', createCatalogLoaders, call)).toHaveLength(1);
  });
});

describe.each(Object.entries(INVENTORY))('inventory: %s', (_, call) => {
  it('loads what 50 entities ask for by one statement', async () => {
    expect(await statementsFor('inventory', createInventoryLoaders, call)).toHaveLength(1);
  });
});

describe.each(Object.entries(REVIEWS))('reviews: %s', (_, call) => {
  it('loads what 50 entities ask for by one statement', async () => {
    expect(await statementsFor('reviews', createReviewsLoaders, call)).toHaveLength(1);
  });
});

/** `fields` on 50 entities at once, through `_entities`. */
const BATCHES: readonly [SubgraphName, typename: string, fields: string, statementCount: number][] = [
  ['accounts', 'User', 'name followerCount followers(first: 2) { totalCount nodes { id } } wishlist { sku }', 4],
  [
    'catalog',
    'Product',
    'name brand { name productCount } variants { size } media { url } similar(first: 1) { upc }',
    6,
  ],
  ['catalog', 'Product', 'one: priceHistory(last: 1) { price } two: priceHistory(last: 2) { price }', 3],
  ['catalog', 'Bundle', 'name price productCount products { name }', 3],
  [
    'inventory',
    'Product',
    'inStock totalQuantity stock { quantity warehouse { name } } delivery(country: "DE") { days }',
    6,
  ],
  ['reviews', 'Product', 'reviewCount averageRating ratings reviews(first: 3) { totalCount nodes { rating } }', 3],
  ['reviews', 'User', 'reviewCount reviews(first: 3) { nodes { rating product { reviewCount } } }', 3],
];

describe('a batch of 50 entities', () => {
  it.each(BATCHES)('%s: %s { %s } takes %i statements', async (name, typename, fields, statementCount) => {
    const keyName = typename === 'User' ? 'id' : 'upc';
    const prefix = typename === 'Bundle' ? 'b' : '';
    graph.takeStatements(name);
    const { errors } = await ask(graph.subgraphs[name].url, {
      query: `query ($all: [_Any!]!) { _entities(representations: $all) { ... on ${typename} { ${fields} } } }`,
      variables: { all: KEYS.map((key) => ({ __typename: typename, [keyName]: `${prefix}${key}` })) },
    });
    expect(errors).toBeUndefined();
    expect(graph.takeStatements(name)).toHaveLength(statementCount);
  });

  it('asks again in the next request: nothing that was loaded outlives one', async () => {
    const query = '{ product(upc: "1") { name } }';
    const read = async (): Promise<number> => {
      await ask(graph.subgraphs.catalog.url, { query });
      return graph.takeStatements('catalog').length;
    };
    graph.takeStatements('catalog');
    expect([await read(), await read()]).toEqual([1, 1]);
  });
});
