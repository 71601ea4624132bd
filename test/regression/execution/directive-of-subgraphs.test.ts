// Directives that subgraphs define for operations may stand in them; no subgraph is told.

import { afterAll, beforeAll, it } from 'vitest';
import { type BothExecutors, startBothExecutors } from '../../unit/execution/both-executors.ts';
import { expectSame } from '../../unit/execution/expect-same.ts';
import { subgraph } from '../../unit/execution/subgraph.ts';

const DIRECTIVE =
  'directive @loud(how: How! = VERY) on FIELD | INLINE_FRAGMENT | QUERY | VARIABLE_DEFINITION enum How { VERY LITTLE }';

let both: BothExecutors;

beforeAll(async () => {
  both = await startBothExecutors([
    subgraph('a', `${DIRECTIVE} type Query { a: A } type A @key(fields: "id") { id: ID! name: String }`, {
      Query: { a: () => ({ id: '1', name: 'one' }) },
      A: { __resolveReference: () => ({ id: '1', name: 'one' }) },
    }),
    subgraph('b', `${DIRECTIVE} type Query { b: String } type A @key(fields: "id") { id: ID! price: Int }`, {
      Query: { b: () => 'b' },
      A: { __resolveReference: ({ id }) => ({ id, price: 2 }) },
    }),
  ]);
});

afterAll(() => both.stop());

it('answers as if they were not there', () =>
  expectSame(both, [
    { query: '{ a @loud { name price @loud } b @loud(how: LITTLE) }', data: { a: { name: 'one', price: 2 }, b: 'b' } },
    { query: 'query Q @loud { a { ... @loud { price } name @loud @include(if: true) } }' },
    {
      query: 'query($how: How! = LITTLE) { a { name @loud(how: $how) } b }',
      variables: { how: 'VERY' },
      data: { a: { name: 'one' }, b: 'b' },
    },
  ]));
