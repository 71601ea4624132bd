// Generated operations over interface objects, beside one plain schema of the same data: no wrong value without an error.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { operations } from '../../generated/operation-arbitrary.ts';
import { startBothExecutors } from './both-executors.ts';
import { GRAPH_OF_INTERFACE_OBJECTS, mergedSchema, rightData } from './merged-graph.ts';

const SEED = Number(process.env.SEED ?? 1);
const RUN_COUNT = Number(process.env.RUN_COUNT ?? 40);
const DEADLINE_MS = 120_000 + RUN_COUNT * 1_000;
/** Both planners have defects here: those that no plan can answer are few. */
const SHARE_RIGHT = 0.9;

it(
  'answers what is right, or says where it is not',
  async () => {
    const both = await startBothExecutors(GRAPH_OF_INTERFACE_OBJECTS);
    const made = fc.sample(operations(mergedSchema(), { variablesCount: 1 }), { seed: SEED, numRuns: RUN_COUNT });
    const generated = made.flatMap((operation) => operation ?? []);
    let rightCount = 0;
    try {
      for (const { query, variables } of generated) {
        const right = await rightData(query, variables[0]);
        for (const ask of [both.uncached, both.ours, both.ours]) {
          const { data, errors } = await ask(query, { ...variables[0] }).catch((error: Error) => ({
            data: null,
            errors: [error.message],
          }));
          if (errors.length === 0) {
            rightCount += 1;
            expect(data, query).toEqual(right);
          }
        }
      }
    } finally {
      await both.stop();
    }
    expect(rightCount / (3 * generated.length)).toBeGreaterThan(SHARE_RIGHT);
  },
  DEADLINE_MS,
);

it('says at each object that no plan reaches what is missing there', async () => {
  const both = await startBothExecutors(GRAPH_OF_INTERFACE_OBJECTS);
  try {
    const { data, errors } = await both.ours('{ media { r: rating ... on Game { era } ... on Film { era rating } } }');
    expect(data).toEqual({
      media: [{ r: null }, { r: 20, era: 'era of 1902', rating: 20 }, { r: 30, era: 'era of 1903' }, { r: null }],
    });
    expect(errors.map((error) => JSON.parse(error))).toEqual(
      [0, 3].map((index) => ({
        message: 'No query plan was found that fetches Book.rating here',
        path: ['media', index, 'r'],
        extensions: {},
      })),
    );
  } finally {
    await both.stop();
  }
});
