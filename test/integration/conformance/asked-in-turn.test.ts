// Operations that ask different parts of the same values, again and again: each is answered from the cache, whatever was asked in between.

import { afterEach, describe, expect, it } from 'vitest';
import { silentCacheMetrics } from '../../../gateway/cache/cache-metrics.ts';
import { openShard } from '../../../gateway/cache/shard.ts';
import type { CacheStore } from '../../../gateway/cache/store.ts';
import { type LocalGraph, startLocalGraph } from '../../support/local-graph.ts';
import { createLocalStore } from '../../support/local-store.ts';
import { shardAt } from '../../support/shard-at.ts';
import { NOTHING_IS_PURGED, PLAIN_RULES } from '../../unit/execution/both-executors.ts';
import { subgraph } from '../../unit/execution/subgraph.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const TIERS = { 'in L1 alone': l1Alone, 'by a shard alone': shardAlone };

function l1Alone(): CacheStore {
  return createLocalStore({ judge: NOTHING_IS_PURGED });
}

function shardAlone(): CacheStore {
  const clock = { nowAt: () => Date.now() };
  const shard = openShard(shardAt('memory:turns'), {
    metrics: silentCacheMetrics,
    clock,
    monotonicMs: () => performance.now(),
    random: () => 0,
    deadlineMs: 10_000,
  });
  closers.push(() => shard.close());
  return createLocalStore({ judge: NOTHING_IS_PURGED, l1MaxBytes: 0, shards: [shard], clock });
}

interface Size {
  readonly width: number;
  readonly height: number;
}

type Parcels = readonly { readonly label: string; readonly size: Size | null }[];

/** What the subgraph answers: a test may change it between two asks. */
interface Rows {
  viewer: Readonly<Record<string, unknown>> | null;
  parcels: Parcels;
}

const ROWS: Rows = {
  viewer: { a: 1, b: 2, c: 3 },
  parcels: [
    { label: 'one', size: { width: 1, height: 2 } },
    { label: 'two', size: { width: 3, height: 4 } },
  ],
};

/** Each the other's best friend: as one of the list, and as the friend of a friend. */
const ANN = { id: 'u', name: 'Ann', address: { city: 'Rome', zip: '1' }, best: (): unknown => BOB };
const BOB = { id: 'v', name: 'Bob', address: { city: 'Oslo', zip: '2' }, best: (): unknown => ANN };

async function start(store: CacheStore, rows: Rows = ROWS) {
  const graph: LocalGraph = await startLocalGraph(
    [
      subgraph(
        'a',
        `type Query { viewer: Viewer parcels: [Parcel] product: Product users: [User] hit: Hit reviews: [Review] }
         type Viewer { a: Int b: Int c: Int }
         type Parcel { label: String size: Size }
         type Size { width: Int height: Int }
         type Product @key(fields: "upc") { upc: ID! name: String size: Size sizes: [Size] }
         type User @key(fields: "id") { id: ID! name: String address: Address best: User }
         type Address { city: String zip: String }
         union Hit = Viewer | Size
         type Review @key(fields: "id") { id: ID! author: Author @provides(fields: "name") }
         type Author @key(fields: "id") { id: ID! name: String @external age: Int }`,
        {
          Query: {
            viewer: () => rows.viewer,
            parcels: () => rows.parcels,
            product: () => ({ upc: 'p', name: 'Table', size: rows.parcels[0]?.size, sizes: [rows.parcels[1]?.size] }),
            users: () => [ANN, BOB],
            hit: () => ({ __typename: 'Viewer', ...rows.viewer }),
            reviews: () => [{ id: 'r', author: { id: 'x', name: 'Ada', age: 30 } }],
          },
          Author: { __resolveReference: ({ id }) => ({ id, age: 30 }) },
        },
      ),
      subgraph('b', 'type Author @key(fields: "id") { id: ID! name: String @shareable }', {
        Author: { __resolveReference: ({ id }) => ({ id, name: 'Ada' }) },
      }),
    ],
    { store, judge: NOTHING_IS_PURGED, rules: PLAIN_RULES, ttlMs: 60_000 },
  );
  closers.push(() => graph.stop());
  return {
    ask: async (query: string) => {
      const sentCount = graph.sent.length;
      const answer = await graph.ours(query);
      await store.idle();
      return { data: answer.data, errors: answer.errors, requestCount: graph.sent.length - sentCount };
    },
    uncached: (query: string) => graph.uncached(query),
  };
}

const PAIRS: readonly (readonly [string, string])[] = [
  ['{ viewer { a } }', '{ viewer { b } }'],
  ['{ viewer { a b } }', '{ viewer { b c } }'],
  ['{ hit { ... on Viewer { a } } }', '{ hit { ... on Viewer { b } } }'],
  ['{ parcels { size { width } } }', '{ parcels { size { height } } }'],
  ['{ parcels { label } }', '{ parcels { size { width } } }'],
  ['{ product { size { width } } }', '{ product { size { height } } }'],
  ['{ product { sizes { width } } }', '{ product { sizes { height } } }'],
  ['{ users { address { city } } }', '{ users { address { zip } } }'],
  ['{ users { id } }', '{ users { name } }'],
  ['{ users { best { best { id } } } }', '{ users { best { best { name } } } }'],
  ['{ reviews { author { id } } }', '{ reviews { author { name } } }'],
  ['{ reviews { author { age } } }', '{ reviews { author { name } } }'],
];

describe.each(Object.entries(TIERS))('%s', (_tier, openStore) => {
  it.each(PAIRS)('%s and %s, asked in turn, are hits once both were asked', async (first, second) => {
    const { ask, uncached } = await start(openStore());
    const data = [(await uncached(first)).data, (await uncached(second)).data];
    const answers = [];
    for (let round = 0; round < 3; round += 1) for (const query of [first, second]) answers.push(await ask(query));
    expect(answers.map((answer) => answer.data)).toEqual([...data, ...data, ...data]);
    expect(answers.slice(2).map(({ requestCount }) => requestCount)).toEqual([0, 0, 0, 0]);
  });

  it.each([
    '{ users { best { best { id } } } }',
    '{ users { best { name best { id best { address { city } } } } } }',
    '{ x: viewer { a } y: viewer { b } }',
    '{ reviews { author { id } other: author { name } } }',
    '{ reviews { author { name } other: author { id } } }',
  ])('%s is a hit when it is asked again', async (query) => {
    const { ask } = await start(openStore());
    const cold = await ask(query);
    expect(await ask(query)).toEqual({ ...cold, requestCount: 0 });
  });

  it('three operations that share no part are all hits, and so is one for fewer fields', async () => {
    const { ask } = await start(openStore());
    const queries = ['{ viewer { a } }', '{ viewer { b } }', '{ viewer { a c } }'];
    for (const query of queries) await ask(query);
    for (const query of [...queries, '{ viewer { c } }'])
      expect(await ask(query), query).toMatchObject({ requestCount: 0 });
  });

  it('parts of different ages are never put together', async () => {
    const rows = { ...ROWS };
    const { ask } = await start(openStore(), rows);
    await ask('{ viewer { a } }');
    await ask('{ viewer { b } }');
    rows.viewer = { a: 10, b: 20, c: 30 };
    expect(await ask('{ viewer { a b } }')).toMatchObject({ data: { viewer: { a: 10, b: 20 } }, requestCount: 1 });
    expect((await ask('{ viewer { a } }')).data).toEqual({ viewer: { a: 10 } });
    expect((await ask('{ viewer { b } }')).data).toEqual({ viewer: { b: 20 } });
  });

  it('an older answer is not read when a newer one says otherwise of a part that both have', async () => {
    const rows = { ...ROWS };
    const { ask } = await start(openStore(), rows);
    await ask('{ viewer { a c } }');
    rows.viewer = { a: 10, b: 20, c: 30 };
    await ask('{ viewer { b c } }');
    expect((await ask('{ viewer { a c } }')).data).toEqual({ viewer: { a: 10, c: 30 } });
  });

  it('a list of another length is not read beside a newer one', async () => {
    const rows = { ...ROWS };
    const { ask } = await start(openStore(), rows);
    await ask('{ parcels { size { width } } }');
    rows.parcels = [{ label: 'new', size: { width: 9, height: 9 } }];
    await ask('{ parcels { label } }');
    expect((await ask('{ parcels { size { width } } }')).data).toEqual({ parcels: [{ size: { width: 9 } }] });
  });

  it('an object is not read where a newer answer says that there is none', async () => {
    const rows = { ...ROWS };
    const { ask } = await start(openStore(), rows);
    await ask('{ viewer { a } }');
    rows.viewer = null;
    await ask('{ viewer { b } }');
    expect((await ask('{ viewer { a } }')).data).toEqual({ viewer: null });
  });

  it('that there is none is not read where a newer answer has an object', async () => {
    const rows: Rows = { ...ROWS, parcels: [{ label: 'one', size: null }] };
    const { ask } = await start(openStore(), rows);
    await ask('{ parcels { size { width } } }');
    rows.parcels = [{ label: 'one', size: { width: 1, height: 2 } }];
    await ask('{ parcels { label size { height } } }');
    expect((await ask('{ parcels { size { width } } }')).data).toEqual({ parcels: [{ size: { width: 1 } }] });
  });

  it('one value that is asked for under two names comes from one answer', async () => {
    const rows = { ...ROWS };
    const { ask } = await start(openStore(), rows);
    await ask('{ product { size { width } } }');
    rows.parcels = [{ label: 'one', size: { width: 10, height: 20 } }];
    await ask('{ product { size { height } } }');
    expect((await ask('{ product { x: size { width } y: size { height } } }')).data).toEqual({
      product: { x: { width: 10 }, y: { height: 20 } },
    });
  });
});
