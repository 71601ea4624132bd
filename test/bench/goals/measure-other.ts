// What is measured of ours alone, beside the rows: memory of an entity, the cost of purges and of many keys, from commit to invisible.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { OpenGround } from '../ground.ts';
import type { Pace } from '../measure/compare.ts';
import { measureDistinctKeys } from './distinct-keys.ts';
import type { Goal } from './goal.ts';
import { measurePurgeCost } from './purge-cost.ts';
import { measureSystem } from './purge-latency.ts';

export interface OtherMeasures {
  readonly goals: readonly Goal[];
  /** Sentences for the report. */
  readonly lines: readonly string[];
}

const L1_MEMORY = fileURLToPath(new URL('./l1-memory-main.ts', import.meta.url));
const ENTITY_BYTES = 600;

/** What fails is told as a goal that was missed, so that the rest of a long run is not lost. */
export async function measureOther(ground: OpenGround, pace: Pace): Promise<OtherMeasures> {
  const goals: Goal[] = [];
  const lines: string[] = [];
  const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
    pace.say(what);
    try {
      await work();
    } catch (error) {
      goals.push({ what, wanted: 'a figure', got: `failed: ${(error as Error).message}`, isMet: false });
    }
  };
  await attempt('memory of an entity in L1', async () => void goals.push(entityMemory()));
  await attempt('cost of 1,000 purges a second', async () => {
    goals.push(...(await measurePurgeCost(await ground.next(), ground.origin, pace)));
  });
  await attempt('cost of 100,000 keys in play', async () => {
    goals.push(...(await measureDistinctKeys(await ground.next(), ground.origin, pace)));
  });
  await attempt('the whole system: start, and from commit to invisible', async () => {
    lines.push(await measureSystem());
  });
  return { goals, lines };
}

/** In a process of its own, whose garbage can be collected by force. */
function entityMemory(): Goal {
  const told = execFileSync(process.execPath, ['--expose-gc', L1_MEMORY], { encoding: 'utf8' });
  const bytes = Number(told);
  return {
    what: 'L1 memory of an entity of 5 fields',
    wanted: `≤ ${ENTITY_BYTES} bytes`,
    got: `${Math.round(bytes)} bytes`,
    isMet: bytes <= ENTITY_BYTES,
  };
}
