// Pages of every list: one after the other they are the whole list, whatever repeats in the column that orders it.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import type { SubgraphName } from '../../../subgraphs/graph.ts';
import { ask } from './graphql-request.ts';
import { type RunningGraph, startRunningGraph } from './running-graph.ts';

const page = z.object({
  edges: z.array(z.object({ cursor: z.string(), node: z.record(z.string(), z.unknown()) })),
  pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  totalCount: z.number(),
});

let graph: RunningGraph;

beforeAll(async () => {
  graph = await startRunningGraph(0.02);
});

afterAll(async () => {
  await graph?.stop();
});

/** A list with at least ten rows, at the path of its connection; `$page` stands for `first` and `after`. */
const LISTS: readonly [SubgraphName, path: string, key: string, query: string][] = [
  ...(['NAME', 'PRICE', 'CREATED'] as const).flatMap((field) =>
    (['ASC', 'DESC'] as const).map((direction): [SubgraphName, string, string, string] => [
      'catalog',
      'products',
      'upc',
      `{ products($page, orderBy: { field: ${field}, direction: ${direction} }) { … } }`,
    ]),
  ),
  [
    'catalog',
    'products',
    'upc',
    '{ products($page, filter: { category: TOY, colors: [RED, BLUE], maxPrice: 500 }) { … } }',
  ],
  ['catalog', 'bundles', 'upc', '{ bundles($page) { … } }'],
  ['catalog', 'brand.products', 'upc', '{ brand(id: "1") { products($page) { … } } }'],
  ...(['JOINED_LAST', 'JOINED_FIRST', 'USERNAME'] as const).map((order): [SubgraphName, string, string, string] => [
    'accounts',
    'users',
    'id',
    `{ users($page, orderBy: ${order}, filter: { tier: GOLD }) { … } }`,
  ]),
  ['accounts', 'user.followers', 'id', '{ user(id: "1") { followers($page) { … } } }'],
  ...(['NEWEST', 'OLDEST', 'RATING', 'HELPFUL'] as const).flatMap((order): [SubgraphName, string, string, string][] => [
    [
      'reviews',
      'reviews',
      'id',
      `{ reviews($page, orderBy: ${order}, filter: { languages: [JA], verified: true }) { … } }`,
    ],
    [
      'reviews',
      'product.reviews',
      'id',
      `{ product: topRated(first: 1, minReviews: 15) { reviews($page, orderBy: ${order}) { … } } }`,
    ],
  ]),
  ['inventory', 'lowStock', 'upc warehouse { id }', '{ lowStock($page, below: 20) { … } }'],
  ['inventory', 'warehouse.stock', 'upc', '{ warehouse(id: "ber-1") { stock($page) { … } } }'],
];

async function readPage(
  [name, path, key, query]: (typeof LISTS)[number],
  first: number,
  after: string | null,
): Promise<z.infer<typeof page>> {
  const text = query
    .replace('$page', `first: ${first}${after === null ? '' : `, after: ${JSON.stringify(after)}`}`)
    .replace('…', `totalCount pageInfo { hasNextPage endCursor } edges { cursor node { ${key} } }`);
  const { data, errors } = await ask(graph.subgraphs[name].url, { query: text });
  expect(errors).toBeUndefined();
  let found: unknown = data;
  for (const part of path.split('.')) {
    const inside: unknown = Array.isArray(found) ? found[0] : found;
    if (typeof inside !== 'object' || inside === null || !(part in inside))
      throw new Error(`expected ${part} in the answer`);
    found = Object.entries(inside).find(([field]) => field === part)?.[1];
  }
  return page.parse(Array.isArray(found) ? found[0] : found);
}

it.each(LISTS)('%s: the pages of %s follow one another (by %s: %s)', async (...list) => {
  const longest = await readPage(list, 100, null);
  expect(longest.totalCount).toBeGreaterThanOrEqual(10);
  const read: string[] = [];
  let after: string | null = null;
  do {
    const next: z.infer<typeof page> = await readPage(list, 7, after);
    read.push(...next.edges.map(({ node }) => JSON.stringify(node)));
    expect(next.pageInfo.endCursor).toBe(next.edges.at(-1)?.cursor ?? null);
    after = next.pageInfo.hasNextPage ? next.pageInfo.endCursor : null;
  } while (after !== null);
  expect(read).toHaveLength(longest.totalCount);
  expect(new Set(read).size).toBe(read.length);
  expect(read.slice(0, 100)).toEqual(longest.edges.map(({ node }) => JSON.stringify(node)));
});
