// A planner may ask for the key of an entity within a fragment that bears directives: the entity is known by its key all the same.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BothExecutors, startBothExecutors } from '../../unit/execution/both-executors.ts';
import { subgraph } from '../../unit/execution/subgraph.ts';

const LOUD = 'directive @loud on INLINE_FRAGMENT';

let both: BothExecutors;

beforeAll(async () => {
  both = await startBothExecutors([
    subgraph('a', `${LOUD} type Query { a: A } type A @key(fields: "id") { id: ID! name: String }`, {
      Query: { a: () => ({ id: '1', name: 'one' }) },
      A: { __resolveReference: () => ({ id: '1', name: 'one' }) },
    }),
    subgraph('b', `${LOUD} type A @key(fields: "id") { id: ID! price: Int }`, {
      A: { __resolveReference: ({ id }) => ({ id, price: 2 }) },
    }),
  ]);
});

afterAll(() => both.stop());

it('so that it has a record of its own, which a purge of it drops alone', async () => {
  const { data } = await both.ours('{ a { ... @loud { name price } } }');
  expect(data).toEqual({ a: { name: 'one', price: 2 } });
  const kept = both.records().map(({ subgraph: name, typename, keyText }) => `${name} ${typename} ${keyText}`);
  expect(kept).toContain('a A {"id":"1"}');
});
