// Of an object whose type clients may not know they see nothing, whatever fields they select by its interface.

import { afterAll, beforeAll, it } from 'vitest';
import { type BothExecutors, startBothExecutors } from '../../unit/execution/both-executors.ts';
import { expectSame } from '../../unit/execution/expect-same.ts';
import { subgraph } from '../../unit/execution/subgraph.ts';

let both: BothExecutors;

beforeAll(async () => {
  both = await startBothExecutors([
    subgraph(
      'a',
      `type Query { things: [Thing] must: Thing! } interface Thing { name: String }
       type Open implements Thing { name: String } type Hidden implements Thing @inaccessible { name: String }`,
      {
        Query: {
          things: () => [
            { __typename: 'Hidden', name: 'secret' },
            { __typename: 'Open', name: 'open' },
          ],
          must: () => ({ __typename: 'Hidden', name: 'secret' }),
        },
      },
    ),
  ]);
});

afterAll(() => both.stop());

it('shows null in its place', () =>
  expectSame(both, [
    { query: '{ things { name } }', data: { things: [null, { name: 'open' }] } },
    { query: '{ things { __typename } }', data: { things: [null, { __typename: 'Open' }] } },
    { query: '{ things { ... on Open { name } } }' },
    { query: '{ must { name } }', data: null },
  ]));
