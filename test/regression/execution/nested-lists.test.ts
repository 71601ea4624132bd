// Entities in lists of lists are reached by the fetches that follow.

import { afterAll, beforeAll, it } from 'vitest';
import { type BothExecutors, startBothExecutors } from '../../unit/execution/both-executors.ts';
import { expectSame } from '../../unit/execution/expect-same.ts';
import { subgraph } from '../../unit/execution/subgraph.ts';

let both: BothExecutors;

beforeAll(async () => {
  both = await startBothExecutors([
    subgraph('a', 'type Query { grid: [[P]] cube: [[[P!]!]!] } type P @key(fields: "id") { id: ID! }', {
      Query: {
        grid: () => [[{ id: '1' }, null], null, [{ id: '2' }], []],
        cube: () => [[[{ id: '1' }, { id: '3' }], []]],
      },
      P: { __resolveReference: (p) => p },
    }),
    subgraph('b', 'type P @key(fields: "id") { id: ID! stock: Int rows: [[P]] }', {
      P: { __resolveReference: (p) => p, stock: (p) => Number(p.id), rows: () => [[{ id: '2' }]] },
    }),
    subgraph('c', 'type P @key(fields: "id") { id: ID! colour: String }', {
      P: { __resolveReference: (p) => p, colour: (p) => `c${p.id}` },
    }),
  ]);
});

afterAll(() => both.stop());

it('fills in entities within lists of lists', () =>
  expectSame(both, [
    { query: '{ grid { stock } }', data: { grid: [[{ stock: 1 }, null], null, [{ stock: 2 }], []] } },
    { query: '{ cube { stock colour } }' },
    { query: '{ grid { rows { colour } } }' },
  ]));
