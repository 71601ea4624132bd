// An entity that is held within another record is read by nobody whose schema has another type for it.

import { afterEach, expect, it } from 'vitest';
import { type LocalGraph, startLocalGraph } from '../../support/local-graph.ts';
import { createLocalStore } from '../../support/local-store.ts';
import { NOTHING_IS_PURGED, PLAIN_RULES } from '../../unit/execution/both-executors.ts';
import { subgraph } from '../../unit/execution/subgraph.ts';

const running: LocalGraph[] = [];
afterEach(() => Promise.all(running.splice(0).map((graph) => graph.stop())));

const QUERY = '{ top { price } }';

/** Two gateways over one store, whose subgraphs say the price as a number, and as a text. */
async function twoVersions(id: string | null, inline: string | null) {
  const store = createLocalStore({ judge: NOTHING_IS_PURGED });
  const start = async (type: string, price: unknown): Promise<LocalGraph> => {
    const graph = await startLocalGraph(
      [
        subgraph('a', `type Query { top: [P] } type P @key(fields: "id") { id: ID price: ${type} }`, {
          Query: { top: () => [{ id, price }] },
          P: { __resolveReference: ({ id: given }) => ({ id: given, price }) },
        }),
      ],
      {
        store,
        judge: NOTHING_IS_PURGED,
        rules: { ...PLAIN_RULES, isInline: (coordinate) => coordinate === inline },
        ttlMs: 60_000,
      },
    );
    running.push(graph);
    return graph;
  };
  return { numbers: await start('Int', 5), texts: await start('String', 'five') };
}

it.each([
  ['because its key is null', null, null],
  ['because its place is declared inline', '1', 'Query.top'],
])('an entity that stays within its list %s', async (_why, id, inline) => {
  const { numbers, texts } = await twoVersions(id, inline);
  for (let round = 0; round < 2; round += 1) {
    expect((await numbers.ours(QUERY)).data).toEqual({ top: [{ price: 5 }] });
    expect((await texts.ours(QUERY)).data).toEqual({ top: [{ price: 'five' }] });
  }
});

it('whose schema is the same reads it', async () => {
  const { numbers } = await twoVersions('1', 'Query.top');
  await numbers.ours(QUERY);
  await numbers.ours(QUERY);
  expect(numbers.sent).toHaveLength(1);
});
