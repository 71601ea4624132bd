// Literal conditions can leave nothing of an operation, or nothing below a field.

import { afterAll, beforeAll, it } from 'vitest';
import { type BothExecutors, startBothExecutors } from '../../unit/execution/both-executors.ts';
import { expectSame } from '../../unit/execution/expect-same.ts';
import { subgraph } from '../../unit/execution/subgraph.ts';

let both: BothExecutors;

beforeAll(async () => {
  both = await startBothExecutors([
    subgraph('a', 'type Query { p: P } type P @key(fields: "id") { id: ID! name: String }', {
      Query: { p: () => ({ id: '1', name: 'One' }) },
      P: { __resolveReference: () => ({ id: '1', name: 'One' }) },
    }),
    subgraph('b', 'type Query { n: Int } type P @key(fields: "id") { id: ID! stock: Int }', {
      Query: { n: () => 3 },
      P: { __resolveReference: (p) => ({ ...p, stock: 4 }) },
    }),
  ]);
});

afterAll(() => both.stop());

it('answers an operation of which nothing is left', () =>
  expectSame(both, [
    { query: '{ n @include(if: false) }', data: {} },
    { query: '{ n @include(if: false) p @skip(if: true) { name } }', data: {} },
    { query: '{ ... @include(if: false) { n } }', data: {} },
    { query: '{ ... @include(if: false) { n } __typename }', data: { __typename: 'Query' } },
    { query: 'query($x: Boolean!) { n @include(if: $x) }', variables: { x: false }, data: {} },
  ]));

it('answers a field below which nothing is left', () =>
  expectSame(both, [
    { query: '{ p { name @include(if: false) } }', data: { p: {} } },
    { query: '{ p { stock @include(if: false) } n }', data: { p: {}, n: 3 } },
    { query: '{ p { ... @skip(if: true) { stock } } }', data: { p: {} } },
    { query: 'query($x: Boolean!) { p { stock @include(if: $x) } }', variables: { x: false }, data: { p: {} } },
    { query: 'query($x: Boolean!) { p { id @include(if: $x) stock } }', variables: { x: false } },
  ]));
