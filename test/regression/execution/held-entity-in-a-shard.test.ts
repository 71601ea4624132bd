// A record that holds an entity of another type within is written to the shards as JSON that can be read again.

import { afterEach, expect, it } from 'vitest';
import { type CacheMetrics, silentCacheMetrics } from '../../../gateway/cache/cache-metrics.ts';
import { openShard } from '../../../gateway/cache/shard.ts';
import type { Shard } from '../../../gateway/cache/shard-guard.ts';
import { type LocalGraph, startLocalGraph } from '../../support/local-graph.ts';
import { createLocalStore } from '../../support/local-store.ts';
import { shardAt } from '../../support/shard-at.ts';
import { NOTHING_IS_PURGED, PLAIN_RULES } from '../../unit/execution/both-executors.ts';
import { subgraph } from '../../unit/execution/subgraph.ts';

const clock = { nowAt: () => Date.now() };
const shards: Shard[] = [];
const graphs: LocalGraph[] = [];
afterEach(async () => {
  await Promise.all(graphs.splice(0).map((graph) => graph.stop()));
  await Promise.all(shards.splice(0).map((shard) => shard.close()));
});

/** A gateway that keeps nothing in its own process. */
async function startWithShard(inline: string | null) {
  const unreadable: string[] = [];
  const metrics: CacheMetrics = { ...silentCacheMetrics, unreadable: (_shard, reason) => void unreadable.push(reason) };
  const monotonicMs = () => performance.now();
  const shard = openShard(shardAt('memory:one'), { metrics, clock, monotonicMs, random: () => 0, deadlineMs: 10_000 });
  shards.push(shard);
  const store = createLocalStore({ judge: NOTHING_IS_PURGED, l1MaxBytes: 0, shards: [shard], clock, metrics });
  const rules = { ...PLAIN_RULES, isInline: (coordinate: string) => coordinate === inline };
  const user = { id: 'u', name: 'Ada' };
  const graph = await startLocalGraph(
    [
      subgraph(
        'a',
        `type Query { top: Review reviews: [Review] }
         type Review @key(fields: "id") { id: ID! text: String author: User @provides(fields: "name") }
         type User @key(fields: "id") { id: ID! name: String @external }`,
        {
          Query: {
            top: () => ({ id: '1', text: 'a', author: user }),
            reviews: () => [{ id: '2', text: 'b', author: user }],
          },
          Review: { __resolveReference: (row) => ({ ...row, text: 'c', author: user }) },
        },
      ),
      subgraph('b', 'type User @key(fields: "id") { id: ID! name: String @shareable }', {
        User: { __resolveReference: (row) => ({ ...row, name: 'Ada' }) },
      }),
    ],
    { store, judge: NOTHING_IS_PURGED, rules, ttlMs: 60_000 },
  );
  graphs.push(graph);
  return { graph, store, unreadable };
}

it.each([
  ['with a field that only @provides gives', null, '{ top { text author { name } } }'],
  ['in a list, with a field that only @provides gives', null, '{ reviews { text author { name } } }'],
  ['where its place is declared inline', 'Query.top', '{ top { text } }'],
])('an entity that is held within another record, %s', async (_why, inline, query) => {
  const { graph, store, unreadable } = await startWithShard(inline);
  const cold = await graph.ours(query);
  await store.idle();
  const sentCount = graph.sent.length;
  expect(await graph.ours(query)).toEqual(cold);
  expect(graph.sent.slice(sentCount)).toEqual([]);
  expect(unreadable).toEqual([]);
});
