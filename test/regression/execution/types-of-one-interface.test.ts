// Entities of several types of one interface are asked for in one request that their subgraph accepts.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BothExecutors, startBothExecutors } from '../../unit/execution/both-executors.ts';
import { subgraph } from '../../unit/execution/subgraph.ts';

let both: BothExecutors;

beforeAll(async () => {
  both = await startBothExecutors([
    subgraph(
      'lists',
      `type Query { items: [I] } interface I { id: ID! }
       type T implements I @key(fields: "id") { id: ID! } type U implements I @key(fields: "id") { id: ID! }`,
      {
        Query: {
          items: () => [
            { __typename: 'T', id: 't' },
            { __typename: 'U', id: 'u' },
          ],
        },
      },
    ),
    subgraph(
      'names',
      `interface I @key(fields: "id") { id: ID! b: String c: String }
       type T implements I @key(fields: "id") { id: ID! b: String! c: String }
       type U implements I @key(fields: "id") { id: ID! b: String c: String! }`,
      {
        T: { __resolveReference: (row) => ({ ...row, b: 'tb', c: 'tc' }) },
        U: { __resolveReference: (row) => ({ ...row, b: 'ub', c: 'uc' }) },
        I: {
          __resolveReference: ({ id }) => ({ __typename: id === 't' ? 'T' : 'U', id, b: `${id}b`, c: `${id}c` }),
        },
      },
    ),
  ]);
});

afterAll(() => both.stop());

it.each(['{ items { b } }', '{ items { c b } }', '{ items { ... on T { b } ... on U { c } } }'])(
  'though each type has a type of its own for a field: %s',
  async (query) => {
    const expected = await both.apollo(query);
    expect(expected.errors).toEqual([]);
    expect(await both.uncached(query)).toEqual(expected);
    both.forgetAll();
    expect(await both.ours(query)).toEqual(expected);
    both.forget(({ typename }) => typename !== 'Query');
    expect(await both.ours(query)).toEqual(expected);
  },
);
