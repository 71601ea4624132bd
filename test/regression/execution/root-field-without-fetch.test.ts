// A root field that no planner finds a way to is an error of the operation, never a null that stands for a value.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BothExecutors, startBothExecutors } from '../../unit/execution/both-executors.ts';
import { subgraph } from '../../unit/execution/subgraph.ts';

let both: BothExecutors;

beforeAll(async () => {
  both = await startBothExecutors([
    subgraph('a', 'type Query { near: Place } interface Place @key(fields: "id") { id: ID! }', {
      Query: { near: () => ({ __typename: 'Place', id: '1' }) },
    }),
    subgraph(
      'b',
      'type Query { far: Place } type Place @key(fields: "id", resolvable: false) @interfaceObject { id: ID! name: String }',
      { Query: { far: () => ({ id: '1', name: 'here' }) } },
    ),
  ]);
});

afterAll(() => both.stop());

it('refuses the operation where the subgraph of the field can find no object', async () => {
  await expect(both.uncached('{ near { name } }')).rejects.toMatchObject({ code: 'PLAN_FAILED' });
  await expect(both.ours('{ near { name } }')).rejects.toMatchObject({ code: 'PLAN_FAILED' });
  expect(both.sent).toEqual([]);
});

it('answers what can be answered', async () => {
  expect((await both.ours('{ far { id name } }')).data).toEqual({ far: { id: '1', name: 'here' } });
});
