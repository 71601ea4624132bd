// An answer that was broken off because its client has gone is not whole, and says so: nobody may keep it for others.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { GONE, type LocalGraph, startLocalGraph } from '../../support/local-graph.ts';
import { createLocalStore } from '../../support/local-store.ts';
import { NOTHING_IS_PURGED, PLAIN_RULES } from '../../unit/execution/both-executors.ts';
import { subgraph } from '../../unit/execution/subgraph.ts';

let graph: LocalGraph;
beforeAll(async () => {
  const store = createLocalStore({ judge: NOTHING_IS_PURGED });
  const item = subgraph('a', 'type Query { item: Int other: Int }', { Query: { item: () => 5, other: () => 6 } });
  graph = await startLocalGraph([item], { store, judge: NOTHING_IS_PURGED, rules: PLAIN_RULES, ttlMs: 60_000 });
});
afterAll(() => graph?.stop());

it('names the subgraph that was not asked, and the next client gets all', async () => {
  expect(await graph.ours('{ item }', {}, GONE)).toEqual({
    data: { item: null },
    errors: [
      {
        message: 'Subgraph "a" was not asked: the client has gone',
        extensions: { code: 'ORIGIN_ABANDONED', serviceName: 'a' },
      },
    ],
  });
  expect(graph.sent).toEqual([]);
  expect(await graph.ours('{ item }')).toEqual({ data: { item: 5 } });
});

it('is whole where nothing had to be fetched', async () => {
  await graph.ours('{ item }');
  expect(await graph.ours('{ item }', {}, GONE)).toEqual({ data: { item: 5 } });
});

it('makes no signal for a client of whose answer something may be kept', async () => {
  const client = {
    hasGone: false,
    get signal(): AbortSignal {
      throw new Error('expected no signal to be asked for');
    },
  };
  expect(await graph.ours('{ other }', {}, client)).toEqual({ data: { other: 6 } });
});
