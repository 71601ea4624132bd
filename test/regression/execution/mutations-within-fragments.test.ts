// Mutations are done in the order in which the client wrote them, within fragments and beside them.

import { expect, it } from 'vitest';
import { startBothExecutors } from '../../unit/execution/both-executors.ts';
import { subgraph } from '../../unit/execution/subgraph.ts';

it.each([undefined, 'apollo'] as const)('does them as they stand, planner: %s', async (planner) => {
  let last = 0;
  const next = (): number => {
    last += 1;
    return last;
  };
  const both = await startBothExecutors(
    [
      subgraph('a', 'type Query { a: Int } type Mutation { step: Int! other: Int! }', {
        Mutation: { step: next, other: next },
      }),
    ],
    planner,
  );
  try {
    for (const ask of [both.uncached, both.ours]) {
      last = 0;
      const { data } = await ask(
        'mutation { ...F first: other ...G } fragment F on Mutation { b: step ... on Mutation { c: step } } fragment G on Mutation { d: step b: step }',
      );
      expect(data).toEqual({ b: 1, c: 2, first: 3, d: 4 });
    }
  } finally {
    await both.stop();
  }
});
