// A null that may not be takes with it what one alias selects, not what another alias of the same field selects.

import { afterAll, beforeAll, it } from 'vitest';
import { type BothExecutors, startBothExecutors } from '../../unit/execution/both-executors.ts';
import { expectSame } from '../../unit/execution/expect-same.ts';
import { subgraph } from '../../unit/execution/subgraph.ts';

let both: BothExecutors;

beforeAll(async () => {
  both = await startBothExecutors([
    subgraph(
      'a',
      'type Query { p: P } type P @key(fields: "id") { id: ID! shop: Shop } type Shop { name: String must: Int! }',
      {
        Query: { p: () => ({ id: '1' }) },
        P: { __resolveReference: (p) => p, shop: () => ({ name: 'S', must: null }) },
      },
    ),
  ]);
});

afterAll(() => both.stop());

it('keeps what the other alias selects', () =>
  expectSame(both, [
    { query: '{ p { shop { name } other: shop { must } } }', data: { p: { shop: { name: 'S' }, other: null } } },
    {
      query: '{ a: p { shop { name } } b: p { shop { must } } }',
      data: { a: { shop: { name: 'S' } }, b: { shop: null } },
    },
  ]));
