// A field below which only impossible fragments stand is there all the same.

import { afterAll, beforeAll, it } from 'vitest';
import { type BothExecutors, startBothExecutors } from '../../unit/execution/both-executors.ts';
import { expectSame } from '../../unit/execution/expect-same.ts';
import { type Row, subgraph } from '../../unit/execution/subgraph.ts';

const TOASTER: Row = { __typename: 'Toaster', id: 't1' };

let both: BothExecutors;

beforeAll(async () => {
  both = await startBothExecutors([
    subgraph(
      'a',
      `type Query { products: [Product] node: Node } union Product = Oven | Toaster interface Node { id: ID! }
       type Oven @key(fields: "id") { id: ID! } type Toaster implements Node @key(fields: "id") { id: ID! }`,
      {
        Query: { products: () => [TOASTER, null], node: () => TOASTER },
        Toaster: { __resolveReference: () => TOASTER },
      },
    ),
    subgraph('b', 'interface Node { id: ID! } type Oven implements Node @key(fields: "id") { id: ID! heat: Int }', {
      Oven: { __resolveReference: ({ id }) => ({ id, heat: 9 }) },
    }),
  ]);
});

afterAll(() => both.stop());

it('answers empty objects', () =>
  expectSame(both, [
    {
      query: '{ node { id } products { ... on Toaster { ... on Node { ... on Oven { id } } } } }',
      data: { node: { id: 't1' }, products: [{}, null] },
    },
    { query: '{ node { ... on Oven { ... on Node { ... on Toaster { id } } } } }', data: { node: {} } },
    { query: '{ products { ... on Oven { ... on Product { ... on Toaster { id } ... on Oven { id } } } } }' },
  ]));
