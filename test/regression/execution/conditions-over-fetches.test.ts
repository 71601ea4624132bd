// Conditions by variables hold in every request: what is excluded is not asked for, what is not excluded is.

import { afterAll, beforeAll, it } from 'vitest';
import { type BothExecutors, startBothExecutors } from '../../unit/execution/both-executors.ts';
import { expectSame } from '../../unit/execution/expect-same.ts';
import { by, type Row, subgraph } from '../../unit/execution/subgraph.ts';

const ROWS: readonly Row[] = [
  { __typename: 'P', id: '1', size: 2 },
  { __typename: 'Q', id: '2' },
];

let both: BothExecutors;

beforeAll(async () => {
  both = await startBothExecutors([
    subgraph(
      'a',
      `type Query { things: [Thing] }
       union Thing = P | Q
       type P @key(fields: "id") { id: ID! size: Int broken: Shop must: Int! }
       type Shop { name: String }
       type Q @key(fields: "id") { id: ID! }`,
      {
        Query: { things: () => ROWS },
        P: {
          __resolveReference: by(ROWS, 'id'),
          broken: () => {
            throw new Error('broken');
          },
          must: () => null,
        },
        Q: { __resolveReference: by(ROWS, 'id') },
      },
    ),
    subgraph(
      'b',
      'type P @key(fields: "id") { id: ID! size: Int @external double: Int @requires(fields: "size") stock: Int }',
      { P: { __resolveReference: (p) => p, double: ({ size }) => Number(size) * 2, stock: () => 5 } },
    ),
  ]);
});

afterAll(() => both.stop());

const excluded = (query: string, data: unknown) => ({
  query: `query($x: Boolean!) ${query}`,
  variables: { x: false },
  data,
});

it('does not ask for an excluded field beside one that needs another fetch', () =>
  expectSame(both, [
    excluded('{ things { ... on P { broken @include(if: $x) { name } stock @include(if: $x) } } }', {
      things: [{}, {}],
    }),
    excluded('{ things { ... on P @include(if: $x) { must stock } } }', { things: [{}, {}] }),
  ]));

it('asks for a field beside excluded ones of the same subgraph', () =>
  expectSame(both, [
    excluded('{ things { ... on Thing @include(if: $x) { ... on P { double } } ... on P { stock } } }', {
      things: [{ stock: 5 }, {}],
    }),
  ]));
