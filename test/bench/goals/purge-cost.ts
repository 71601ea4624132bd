// What does it cost that 1,000 changes a second arrive? One server, with and without them in turns.

import type { Contestant, Ground } from '../contestants/contestant.ts';
import { FRESHET } from '../contestants/freshet.ts';
import type { Round } from '../measure/cell.ts';
import type { Pace } from '../measure/compare.ts';
import { underLoad } from '../measure/server-under-load.ts';
import type { OriginProcess } from '../origin/origin-process.ts';
import { createWorkloads, type Workload } from '../workloads/workload.ts';
import { costOfRounds } from './cost-of-rounds.ts';
import type { Goal } from './goal.ts';

const PURGES_PER_SECOND = 1_000;
const MOST_COST = 0.1;
const WARM_UP_SECONDS = 2;
/** Contestant and workload: where a request is cheapest, and where an answer holds most. */
const PAIRS = [
  ['freshet-finished', 'page-1'],
  ['freshet-entries', 'page-100'],
] as const;

export async function measurePurgeCost(ground: Ground, origin: OriginProcess, pace: Pace): Promise<readonly Goal[]> {
  const goals: Goal[] = [];
  for (const [name, workloadName] of PAIRS) {
    const contestant = FRESHET.find((one) => one.name === name);
    const workload = createWorkloads().find((one) => one.name === workloadName);
    if (contestant && workload) goals.push(await costOf(contestant, workload, ground, origin, pace));
  }
  return goals;
}

async function costOf(
  contestant: Contestant,
  workload: Workload,
  ground: Ground,
  origin: OriginProcess,
  { seconds, rounds, say }: Pace,
): Promise<Goal> {
  const quiet: Workload = { ...workload, changes: 'precise' };
  const running = await contestant.start(ground, quiet, '');
  const server = underLoad(contestant, running, quiet, origin, 0);
  try {
    const length = await server.warmUp(WARM_UP_SECONDS, seconds);
    const done: Record<'with' | 'without', Round[]> = { with: [], without: [] };
    for (let round = 1; round <= rounds; round += 1) {
      done.without.push(await server.round(length));
      done.with.push(await server.round(length, PURGES_PER_SECOND));
      say(
        `${workload.title}, ${contestant.title}, round ${round} of ${rounds}: ${Math.round(done.without.at(-1)?.requestsPerSecond ?? 0)}/s, with ${PURGES_PER_SECOND} purges/s ${Math.round(done.with.at(-1)?.requestsPerSecond ?? 0)}/s`,
      );
    }
    const { cost, words } = costOfRounds(done.without, done.with);
    return {
      what: `${workload.title}: ${contestant.title}, cost of 1,000 purges a second`,
      wanted: `≤ ${MOST_COST * 100} %`,
      got: words,
      isMet: cost <= MOST_COST,
    };
  } finally {
    await server.stop();
  }
}
