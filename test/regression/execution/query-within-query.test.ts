// A field whose type is the root type again, over several subgraphs.

import { afterAll, beforeAll, it } from 'vitest';
import { type BothExecutors, startBothExecutors } from '../../unit/execution/both-executors.ts';
import { expectSame } from '../../unit/execution/expect-same.ts';
import { subgraph } from '../../unit/execution/subgraph.ts';

let both: BothExecutors;

beforeAll(async () => {
  both = await startBothExecutors([
    subgraph('a', 'type Query { self: Query! p: P } type P @key(fields: "id") { id: ID! name: String }', {
      Query: { self: () => ({}), p: () => ({ id: '1', name: 'One' }) },
      P: { __resolveReference: (p) => ({ ...p, name: 'One' }) },
    }),
    subgraph('b', 'type Query { n: Int } type P @key(fields: "id") { id: ID! stock: Int }', {
      Query: { n: () => 3 },
      P: { __resolveReference: (p) => ({ ...p, stock: 4 }) },
    }),
  ]);
});

afterAll(() => both.stop());

it('answers fields of one subgraph below it', () =>
  expectSame(both, [
    { query: '{ self { n } }' },
    { query: '{ self { p { name } n __typename } n }' },
    { query: '{ self { self { n t: __typename } p { stock } } }' },
  ]));

it('answers fields of several subgraphs beside an entity below it', () =>
  expectSame(both, [{ query: '{ self { p { stock } n } }', data: { self: { p: { stock: 4 }, n: 3 } } }]));
