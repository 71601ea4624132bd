// What does it cost that 1,000 changes a second arrive? One server, with and without them in turns.

import type { Contestant, Ground } from '../contestants/contestant.ts';
import { FRESHET } from '../contestants/freshet.ts';
import { median } from '../measure/cell.ts';
import type { Pace } from '../measure/compare.ts';
import { underLoad } from '../measure/server-under-load.ts';
import type { OriginProcess } from '../origin/origin-process.ts';
import { createWorkloads, type Workload } from '../workloads/workload.ts';
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
    await server.warmUp(WARM_UP_SECONDS, 0);
    const rates: Record<'with' | 'without', number[]> = { with: [], without: [] };
    for (let round = 1; round <= rounds; round += 1) {
      rates.without.push((await server.round(seconds)).requestsPerSecond);
      rates.with.push((await server.round(seconds, PURGES_PER_SECOND)).requestsPerSecond);
      say(
        `${workload.title}, ${contestant.title}, round ${round} of ${rounds}: ${Math.round(rates.without.at(-1) ?? 0)}/s, with ${PURGES_PER_SECOND} purges/s ${Math.round(rates.with.at(-1) ?? 0)}/s`,
      );
    }
    const cost = 1 - median(rates.with) / median(rates.without);
    return {
      what: `${workload.title}: ${contestant.title}, cost of 1,000 purges a second`,
      wanted: `≤ ${MOST_COST * 100} %`,
      got: `${(cost * 100).toFixed(1)} %`,
      isMet: cost <= MOST_COST,
    };
  } finally {
    await server.stop();
  }
}
