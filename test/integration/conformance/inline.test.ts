// What `inline` keeps in the parent of an entity dies with whatever purges the entity, and with nothing less than its own field's place.

import { afterEach, expect, it } from 'vitest';
import type { PurgeEvent } from '../../../schema/purge-event.ts';
import { type ConformanceGraph, startConformanceGraph } from './conformance-graph.ts';

let graph: ConformanceGraph | null = null;
afterEach(async () => {
  await graph?.stop();
  graph = null;
});

const NEAR = { query: '{ near { id distance } }' };
const FAR = { query: '{ far { id distance } }' };

/** Stores that move between two asks. */
async function startMoving(inline: readonly string[]) {
  const offset = { metres: 0 };
  const started = await startConformanceGraph(
    {
      subgraphs: [
        {
          name: 'stores',
          typeDefs: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@key", "@cacheTag"])
            type Query { near: [Store] far: [Store] }
            type Store @key(fields: "id") @cacheTag(format: "store-{$key.id}") { id: ID! distance: Int }`,
          resolvers: {
            Query: {
              near: () => [{ id: 1, distance: 1 + offset.metres }],
              far: () => [{ id: 1, distance: 99 + offset.metres }],
            },
            Store: { __resolveReference: ({ id }: { readonly id: string }) => ({ id, distance: null }) },
          },
        },
      ],
      inline,
    },
    'default',
  );
  graph = started;
  const ask = async (query: typeof NEAR) => (await started.ours(query)).data;
  return { ask, graph: started, move: (metres: number) => Object.assign(offset, { metres }) };
}

it.each([[['Store.distance']], [['Query.near', 'Query.far']], [['Query.near']]])(
  'an entity tells each place its own, asked in turn, and is fetched once for each: %s',
  async (inline) => {
    const { ask, graph: asked } = await startMoving(inline);
    for (let round = 0; round < 3; round += 1) {
      expect(await ask(NEAR)).toEqual({ near: [{ id: '1', distance: 1 }] });
      expect(await ask(FAR)).toEqual({ far: [{ id: '1', distance: 99 }] });
    }
    expect(asked.sent).toHaveLength(2);
  },
);

const IN_STORES = { subgraph: 'stores', ts: 0 } as const;
const PURGES: readonly (readonly [string, PurgeEvent])[] = [
  [
    'the entity',
    { ...IN_STORES, kind: 'entity', type: 'Store', keys: [{ id: '1' }], op: 'update', list: false, tags: [] },
  ],
  ['its type', { ...IN_STORES, kind: 'type', type: 'Store', tags: [] }],
  ['a tag that its type declares', { ...IN_STORES, kind: 'tag', tags: ['store-1'] }],
  ['its subgraph', { ...IN_STORES, kind: 'subgraph', reason: 'test' }],
];

it.each(PURGES)('what is kept in a place is fetched anew after a purge of %s', async (_what, event) => {
  const { ask, graph: asked, move } = await startMoving(['Store.distance']);
  await ask(NEAR);
  move(10);
  asked.purgeBy(event);
  expect(await ask(NEAR)).toEqual({ near: [{ id: '1', distance: 11 }] });
});

it('what is kept in a place outlives a purge of a tag that another entity declares', async () => {
  const { ask, graph: asked, move } = await startMoving(['Store.distance']);
  await ask(NEAR);
  move(10);
  asked.purgeBy({ ...IN_STORES, kind: 'tag', tags: ['store-2'] });
  expect(await ask(NEAR)).toEqual({ near: [{ id: '1', distance: 1 }] });
});
