// Mutations: what they answer is what they wrote, and what they touch stands in the outbox of the same transaction.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { SubgraphName } from '../../../subgraphs/graph.ts';
import { openLog } from '../../../subgraphs/kit/log.ts';
import { type Database, openDatabase } from '../../../subgraphs/kit/postgres.ts';
import { type Answer, ask, bearer } from './graphql-request.ts';
import { type RunningGraph, startRunningGraph } from './running-graph.ts';

interface EventRow {
  readonly kind: string;
  readonly type: string | null;
  readonly keys: readonly Readonly<Record<string, unknown>>[] | null;
  readonly tags: readonly string[];
}

let graph: RunningGraph;
let databases: Readonly<Record<SubgraphName, Database>>;

beforeAll(async () => {
  graph = await startRunningGraph(0.02);
  const open = (name: SubgraphName): Database =>
    openDatabase({ url: graph.urls[name], log: openLog('test', 'silent'), applicationName: 'test' });
  databases = {
    accounts: open('accounts'),
    catalog: open('catalog'),
    inventory: open('inventory'),
    reviews: open('reviews'),
  };
});

afterAll(async () => {
  await Promise.all(Object.values(databases ?? {}).map((database) => database.close()));
  await graph?.stop();
});

beforeEach(async () => {
  for (const database of Object.values(databases)) await database.query('delete from freshet.outbox');
});

const send = (name: SubgraphName, query: string, subject?: string): Promise<Answer> =>
  ask(graph.subgraphs[name].url, { query, headers: subject === undefined ? {} : { authorization: bearer(subject) } });

/** `Type {key}` of what the outbox names, each once. */
async function named(name: SubgraphName): Promise<readonly string[]> {
  const rows = await databases[name].query<EventRow>('select kind, type, keys, tags from freshet.outbox');
  return [
    ...new Set(rows.flatMap(({ type, keys }) => (keys ?? []).map((key) => `${type} ${JSON.stringify(key)}`))),
  ].sort();
}

it('a second change in one request sees the first: nothing that was loaded before it is answered', async () => {
  const { data } = await send(
    'catalog',
    'mutation { a: updatePrice(upc: "1", price: "1") { price brand { name } } b: updatePrice(upc: "1", price: 2.5) { price } c: updatePrice(upc: "1", price: null) { price } }',
  );
  expect(data).toMatchObject({ a: { price: '1.00' }, b: { price: '2.50' }, c: { price: null } });
  const reviews = await send(
    'reviews',
    'mutation { a: addReview(input: { upc: "2", rating: 1 }) { product { reviewCount } } b: addReview(input: { upc: "2", rating: 1 }) { product { reviewCount } } }',
  );
  const [a, b] =
    JSON.stringify(reviews.data)
      .match(/(?<="reviewCount":)\d+/g)
      ?.map(Number) ?? [];
  expect(b).toBe((a ?? 0) + 1);
});

it('a product is named by both keys, and by the old and the new SKU when it moves', async () => {
  await send('catalog', 'mutation { moveSku(upc: "3", sku: "MOVED-3") { upc } }');
  const events = await named('catalog');
  expect(events.filter((event) => event.startsWith('Product'))).toEqual([
    expect.stringMatching(/^Product \{"sku": ?"D000003-\d+", ?"upc": ?"3"\}$/),
    expect.stringMatching(/^Product \{"sku": ?"MOVED-3", ?"upc": ?"3"\}$/),
  ]);
});

it('a product that is deleted takes along what hangs on it: bundles, media and the brand are named too', async () => {
  const [bundled] = await databases.catalog.query<{ upc: string; bundle: string }>(
    "select upc, bundle_upc as bundle from catalog.bundle_item join catalog.product using (upc) where brand_id is not null and upc in (select upc from catalog.media where kind = 'VIDEO') limit 1",
  );
  const [medium] = await databases.catalog.query<{ id: string }>(
    'select id::text from catalog.media where upc = $1 limit 1',
    [bundled?.upc],
  );
  await send('catalog', `mutation { deleteProduct(upc: "${bundled?.upc}") }`);
  const events = await named('catalog');
  expect(events).toContain(`Bundle {"upc":"${bundled?.bundle}"}`);
  for (const type of ['Media', 'Image', 'Video']) expect(events).toContain(`${type} {"id":"${medium?.id}"}`);
  expect(events.filter((event) => event.startsWith('Brand'))).toHaveLength(1);
  expect(events.some((event) => event.startsWith('Product') && event.includes(`"upc":"${bundled?.upc}"`))).toBe(true);
});

it('the products of a brand that is deleted are named: they have none now', async () => {
  const products = await databases.catalog.query<{ upc: string }>('select upc from catalog.product where brand_id = 2');
  expect(products.length).toBeGreaterThan(0);
  expect((await send('catalog', 'mutation { deleteBrand(id: "2") }')).data).toEqual({ deleteBrand: true });
  const kept = await databases.catalog.query('select from catalog.product where upc = any($1) and brand_id is null', [
    products.map(({ upc }) => upc),
  ]);
  expect(kept).toHaveLength(products.length);
  const events = await named('catalog');
  for (const { upc } of products)
    expect(events.some((event) => event.startsWith('Product') && event.includes(`"upc":"${upc}"`))).toBe(true);
});

it('stock is named by its compound key, as a representation spells it, with its product and its warehouse', async () => {
  await send('inventory', 'mutation { setStock(input: { warehouseId: "ber-1", upc: "5", quantity: 9 }) { quantity } }');
  expect(await named('inventory')).toEqual([
    'Product {"upc":"5"}',
    'Stock {"upc":"5","warehouse":{"id":"ber-1"}}',
    'Warehouse {"id":"ber-1"}',
  ]);
});

it('stock that cannot be moved is left as it is, and nothing is named', async () => {
  const { data } = await send(
    'inventory',
    'mutation { moveStock(upc: "5", from: "ber-1", to: "par-1", quantity: 100000) { quantity } }',
  );
  expect(data).toEqual({ moveStock: null });
  expect(await named('inventory')).toEqual([]);
});

it('a review that moves names the product that it left and the one that it came to, and its author', async () => {
  const [review] = await databases.reviews.query<{ id: string; upc: string; author: string }>(
    "select id::text, upc, author_id::text as author from reviews.review where author_id is not null and upc <> '1' limit 1",
  );
  await send('reviews', `mutation { moveReview(id: "${review?.id}", upc: "1") { id } }`);
  expect(await named('reviews')).toEqual(
    [
      `Product {"upc":"${review?.upc}"}`,
      'Product {"upc":"1"}',
      `Review {"id":"${review?.id}"}`,
      `User {"id":"${review?.author}"}`,
    ].sort(),
  );
});

it('the cart belongs to who asks, and only they see it', async () => {
  const added = await send(
    'accounts',
    'mutation { addToCart(sku: "X-1", quantity: 3) { items { quantity product { sku } } } }',
    '300',
  );
  expect(added.data).toEqual({ addToCart: { items: [{ quantity: 3, product: { sku: 'X-1' } }] } });
  expect(await named('accounts')).toEqual(['User {"id":"300"}']);
  const query = '{ user(id: "300") { username email cart { quantity } } }';
  expect((await send('accounts', query, '300')).data).toMatchObject({
    user: { email: expect.any(String), cart: { quantity: 3 } },
  });
  expect((await send('accounts', query, '301')).data).toMatchObject({ user: { email: null, cart: null } });
  expect((await send('accounts', query)).data).toMatchObject({ user: { email: null, cart: null } });
});

it.each([
  ['accounts', 'mutation { registerUser(input: { username: "grace.1", email: "x" }) { id } }', 'is taken'],
  [
    'accounts',
    'mutation { registerUser(input: { username: "NOT OK", email: "x" }) { id } }',
    'expected 2 to 40 of a-z',
  ],
  ['accounts', 'mutation { addToCart(sku: "X") { quantity } }', 'expected the token of a person'],
  [
    'catalog',
    'mutation { createProduct(input: { upc: "1", sku: "S", name: "N", category: TOY }) { upc } }',
    'expected a upc and a sku that are free',
  ],
  ['catalog', 'mutation { updatePrice(upc: "1", price: -1) { upc } }', 'price: expected at least 0'],
  [
    'catalog',
    'mutation { updateProduct(upc: "1", input: { brandId: "77777" }) { upc } }',
    'expected a brand that exists',
  ],
  [
    'catalog',
    'mutation { addMedia(upc: "1", input: { kind: VIDEO, url: "u" }) { id } }',
    'seconds: expected with a video',
  ],
  [
    'inventory',
    'mutation { setStock(input: { warehouseId: "ber-1", upc: "1", quantity: -1 }) { quantity } }',
    'of at least 0',
  ],
  ['reviews', 'mutation { addReview(input: { upc: "1", rating: 0 }) { id } }', 'rating: expected 1 to 5, got 0'],
  ['reviews', 'mutation { likeMedia(id: "x", userId: "1") { id } }', 'expected a whole number above 0'],
] as const)('%s refuses %s in words for the client, and writes nothing', async (name, query, words) => {
  const { errors } = await send(name, query);
  expect(errors?.[0]?.message).toContain(words);
  expect(await named(name)).toEqual([]);
});

it('answers again when the database has been gone and is back', async () => {
  await graph.postgres.restart();
  await expect
    .poll(async () => (await send('catalog', '{ product(upc: "7") { upc } }')).data, { timeout: 20_000 })
    .toEqual({ product: { upc: '7' } });
});
