// What is put together from entries: of the right type, and with the lifetime of the entry that ends first.

import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareSupergraph, type Supergraph } from '../../../gateway/federation/supergraph.ts';
import { composedLocally } from '../../support/composed.ts';
import { createLocalExecutor } from '../../support/local-graph.ts';
import { createLocalStore } from '../../support/local-store.ts';
import { type BothExecutors, NOTHING_IS_PURGED, PLAIN_RULES, startBothExecutors } from './both-executors.ts';
import { subgraph } from './subgraph.ts';

describe('entities of two types that have one key', () => {
  let both: BothExecutors;

  beforeAll(async () => {
    both = await startBothExecutors([
      subgraph(
        'list',
        `type Query { things: [Thing] } union Thing = Cup | Mug
         type Cup @key(fields: "id") { id: ID! } type Mug @key(fields: "id") { id: ID! }`,
        {
          Query: {
            things: () => [
              { __typename: 'Cup', id: '1' },
              { __typename: 'Mug', id: '1' },
              { __typename: 'Cup', id: '2' },
            ],
          },
        },
      ),
      subgraph(
        'names',
        `type Cup @key(fields: "id") { id: ID! name: String } type Mug @key(fields: "id") { id: ID! name: String }`,
        {
          Cup: { __resolveReference: ({ id }) => ({ __typename: 'Cup', id, name: `cup ${id}` }) },
          Mug: { __resolveReference: ({ id }) => ({ __typename: 'Mug', id, name: `mug ${id}` }) },
        },
      ),
    ]);
  });

  afterAll(() => both.stop());

  it('are read each from the entry of its own', async () => {
    await both.ours('{ things { ... on Cup { name } ... on Mug { name } } }');
    const asked = both.sent.length;
    const { data } = await both.ours('{ again: things { ... on Cup { name } ... on Mug { name } } }');
    expect(data).toEqual({ again: [{ name: 'cup 1' }, { name: 'mug 1' }, { name: 'cup 2' }] });
    expect(both.sent.length).toBe(asked);
  });
});

describe('the lifetime of an answer that is put together', () => {
  const S = 5_000;
  const AS_OF_AGE_MS = 2_000;
  let supergraph: Supergraph;

  beforeAll(async () => {
    const sdl = composedLocally([
      subgraph('list', 'type Query { cups: [Cup] } type Cup @key(fields: "id") { id: ID! }'),
      subgraph('names', 'type Cup @key(fields: "id") { id: ID! name: String }'),
    ]);
    supergraph = await prepareSupergraph(sdl, { authorization: 'refuse' });
  });

  afterAll(() => supergraph.close());

  /** @param maxAges of the two entities, seconds */
  const lifetimeOf = async (maxAges: readonly [number, number], policy: 'bounded' | 'ttl') => {
    const judge = { ...NOTHING_IS_PURGED, asOfAgeMs: () => AS_OF_AGE_MS };
    const executor = createLocalExecutor(supergraph, {
      judge,
      rules: { ...PLAIN_RULES, policy: () => (policy === 'ttl' ? { kind: policy } : { kind: policy, boundMs: S }) },
      store: createLocalStore({ judge }),
      client: {
        send: (name) => {
          const freshet = { entities: maxAges.map((maxAge) => ({ maxAge })) };
          const data =
            name === 'list'
              ? {
                  cups: [
                    { __typename: 'Cup', id: '1' },
                    { __typename: 'Cup', id: '2' },
                  ],
                }
              : { _entities: ['1', '2'].map((id) => ({ __typename: 'Cup', id, name: `cup ${id}` })) };
          const body = Buffer.from(JSON.stringify({ data, ...(name === 'names' && { extensions: { freshet } }) }));
          return Promise.resolve({ kind: 'answer', body, lifetime: { kind: 'store', ttlMs: 60_000, scope: 'public' } });
        },
      },
    });
    const ask = async (text: string) => {
      const operation = await executor.admit(text, null, parse(text));
      const signal = new AbortController().signal;
      return executor.run(operation, {}, {}, { headers: {}, subject: null, hasGone: false, signal });
    };
    await ask('{ cups { name } }');
    const { source, lifetime } = await ask('{ again: cups { name } }');
    expect(source).toBe('entries');
    return lifetime?.maxAgeMs ?? 0;
  };

  it.each([[[30, 3]], [[3, 30]]] as const)('is that of the entity that expires first: %j', async (maxAges) => {
    expect(await lifetimeOf(maxAges, 'ttl')).toBeLessThanOrEqual(3_000);
    expect(await lifetimeOf(maxAges, 'ttl')).toBeGreaterThan(1_000);
  });

  it('ends with the bound, counted from the as-of by which the entities were judged', async () => {
    expect(await lifetimeOf([30, 30], 'bounded')).toBeLessThanOrEqual(S - AS_OF_AGE_MS);
    expect(await lifetimeOf([30, 30], 'bounded')).toBeGreaterThan(0);
  });
});
