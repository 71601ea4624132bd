// An entity whose values depend on the field that leads to it: declared `inline`, each place keeps its own, as the README says.

import { expect, it } from 'vitest';
import { type LocalGraph, startLocalGraph } from '../../support/local-graph.ts';
import { createLocalStore } from '../../support/local-store.ts';
import { NOTHING_IS_PURGED, PLAIN_RULES } from '../../unit/execution/both-executors.ts';
import { subgraph } from '../../unit/execution/subgraph.ts';

const QUERIES = [
  ['{ nearest(at: 1) { id distance } }', { nearest: [{ id: 's', distance: 1 }] }],
  ['{ nearest(at: 7) { id distance } }', { nearest: [{ id: 's', distance: 7 }] }],
  ['{ store { id distance name } }', { store: { id: 's', distance: null, name: 'S' } }],
] as const;

async function withInline(inline: readonly string[], use: (graph: LocalGraph) => Promise<void>): Promise<void> {
  const stores = subgraph(
    'stores',
    `type Query { nearest(at: Int!): [Store!]! store: Store }
     type Store @key(fields: "id") { id: ID! name: String distance: Int }`,
    {
      Query: { nearest: (_, { at }) => [{ id: 's', name: 'S', distance: at }], store: () => ({ id: 's', name: 'S' }) },
      Store: { __resolveReference: () => ({ id: 's', name: 'S' }) },
    },
  );
  const graph = await startLocalGraph([stores], {
    store: createLocalStore({ judge: NOTHING_IS_PURGED }),
    judge: NOTHING_IS_PURGED,
    rules: { ...PLAIN_RULES, isInline: (coordinate) => inline.includes(coordinate) },
    ttlMs: 60_000,
  });
  try {
    await use(graph);
  } finally {
    await graph.stop();
  }
}

it.each(['Query.nearest', 'Store.distance'])(
  'is what its place makes of it, again and again, where inline names %s',
  (coordinate) =>
    withInline([coordinate], async (graph) => {
      for (let round = 0; round < 3; round += 1) {
        for (const [query, data] of QUERIES) expect(await graph.ours(query)).toEqual({ data });
      }
      expect(graph.sent).toHaveLength(QUERIES.length);
    }),
);

it('without it, is one entity wherever it stands', () =>
  withInline([], async (graph) => {
    await graph.ours(QUERIES[0][0]);
    await graph.ours(QUERIES[1][0]);
    expect(await graph.ours(QUERIES[0][0])).toEqual({ data: QUERIES[1][1] });
  }));
