// Holds one case that was generated to the merged data: what a file under test/regression says of it.

import { expect } from 'vitest';
import { type PlannerName, startContestants, type World } from './contestants.ts';
import { readGraphModel } from './graph-model.ts';
import { type Failure, questionsOf } from './run-world.ts';
import { supergraphOf } from './run-worlds.ts';
import { verdictOn } from './verdict.ts';

type Conditions = Pick<World, 'seed' | 'faultPercent' | 'unknownPercent' | 'lifetimesMs'>;

/** Asks in this order; the last answer counts. */
export async function expectRight(
  conditions: Conditions,
  subgraphs: World['subgraphs'],
  planner: PlannerName,
  asked: Failure['asked'],
): Promise<void> {
  const supergraphSdl = supergraphOf(subgraphs);
  const last = asked.at(-1);
  if (supergraphSdl === null || last === undefined) throw new Error('expected subgraphs that compose, and a question');
  const contestants = await startContestants({ ...conditions, subgraphs, supergraphSdl });
  try {
    const ours = contestants.ours.find((each) => each.planner === planner);
    const operation = { query: last.query, variables: [last.variables] };
    const [item] = await questionsOf(operation, readGraphModel(subgraphs), contestants);
    if (ours === undefined || item === undefined)
      throw new Error(`expected the planner to be one of ours, got ${planner}`);
    let told = item.question.right;
    for (const { query, variables, how } of asked) told = await ours[how](query, variables);
    const verdict = await verdictOn(told, planner, item.question, (query) =>
      contestants.apollo(query, last.variables).catch((error: Error) => ({ threw: error.message })),
    );
    expect({ ...verdict, data: told.data, errors: told.errors }).toMatchObject({
      kind: expect.not.stringMatching('wrong'),
    });
  } finally {
    await contestants.stop();
  }
}
