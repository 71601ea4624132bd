// A root field may have a name that looks like one of ours for `_entities`: an error within it is an error of it all the same.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BothExecutors, startBothExecutors } from '../../unit/execution/both-executors.ts';
import { subgraph } from '../../unit/execution/subgraph.ts';

let both: BothExecutors;
let isBroken = true;

beforeAll(async () => {
  both = await startBothExecutors([
    subgraph('a', 'type Query { _e1: [Int] }', {
      Query: { _e1: () => [isBroken ? new Error('broken') : 1] },
    }),
  ]);
});

afterAll(() => both.stop());

it('is not kept, so that the next answer is whole', async () => {
  const broken = await both.ours('{ _e1 }');
  expect(broken.data).toEqual({ _e1: [null] });
  expect(broken.errors).toHaveLength(1);
  isBroken = false;
  expect(await both.ours('{ _e1 }')).toEqual({ data: { _e1: [1] }, errors: [], extensions: null });
});
