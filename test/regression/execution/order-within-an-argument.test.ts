// A subgraph may read the order of keys within an argument of a custom scalar, such as what to sort by: another order is another question.

import { afterAll, beforeAll, it } from 'vitest';
import { type BothExecutors, startBothExecutors } from '../../unit/execution/both-executors.ts';
import { expectSame } from '../../unit/execution/expect-same.ts';
import { type Row, subgraph } from '../../unit/execution/subgraph.ts';

let both: BothExecutors;

beforeAll(async () => {
  both = await startBothExecutors([
    subgraph(
      'a',
      'scalar JSON input Sort { by: JSON } type Query { sorted(by: JSON): [String!] within(sort: Sort): [String!] first(of: [JSON]): String }',
      {
        Query: {
          sorted: (_: unknown, { by }: Row) => Object.keys(by as object),
          first: (_: unknown, { of }: Row) => Object.keys((of as object[])[0]!)[0],
          within: (_: unknown, { sort }: Row) => Object.keys((sort as Row).by as object),
        },
      },
    ),
  ]);
});

afterAll(() => both.stop());

it('is asked again where a variable has its keys in another order', () => {
  const query = 'query ($by: JSON) { sorted(by: $by) }';
  return expectSame(both, [
    { query, variables: { by: { price: 1, name: 1 } }, data: { sorted: ['price', 'name'] } },
    { query, variables: { by: { name: 1, price: 1 } }, data: { sorted: ['name', 'price'] } },
  ]);
});

it('is asked again where a literal has its keys in another order', () =>
  expectSame(both, [
    { query: '{ sorted(by: { a: 1, b: 1 }) }', data: { sorted: ['a', 'b'] } },
    { query: '{ sorted(by: { b: 1, a: 1 }) }', data: { sorted: ['b', 'a'] } },
    { query: '{ within(sort: { by: { b: 1, a: 1 } }) }', data: { within: ['b', 'a'] } },
    { query: '{ within(sort: { by: { a: 1, b: 1 } }) }', data: { within: ['a', 'b'] } },
    { query: 'query ($by: JSON = { b: 1, a: 1 }) { sorted(by: $by) }', data: { sorted: ['b', 'a'] } },
    { query: 'query ($by: JSON = { a: 1, b: 1 }) { sorted(by: $by) }', data: { sorted: ['a', 'b'] } },
    { query: '{ first(of: [{ b: 1, a: 1 }]) }', data: { first: 'b' } },
    { query: '{ first(of: [{ a: 1, b: 1 }]) }', data: { first: 'a' } },
  ]));
