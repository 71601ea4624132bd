// Random supergraphs, one after the other, until one answer is wrong or the time is over.

import { composeSupergraph } from '../../gateway/federation/compose.ts';
import { chosen, chosenBy } from './choose.ts';
import type { World } from './contestants.ts';
import { graphs } from './graph-arbitrary.ts';
import { type Failure, runWorld, type WorldOptions } from './run-world.ts';
import type { Tally } from './tally.ts';

export interface RunOptions extends WorldOptions {
  /** Of the first supergraph; the next has the next one. */
  readonly seed: number;
  /** Seeds that are looked at, those that do not compose among them. */
  readonly worldsCount: number;
  onWorld(seed: number): void;
}

/** While one waits for a planner's process, others go on. */
const LANES = 3;

export async function runWorlds(options: RunOptions, tally: Tally): Promise<Failure | null> {
  let next = options.seed;
  let failed: Failure | null = null;
  const isOver = (): boolean => failed !== null || options.isOver();
  const isLast = (): boolean => next >= options.seed + options.worldsCount;
  const lane = async (): Promise<void> => {
    while (!isOver() && !isLast()) {
      const seed = next;
      next += 1;
      const world = worldOf(seed);
      if (world === null) {
        tally.add('supergraphs that did not compose');
        continue;
      }
      const failure = await runWorld(world, { ...options, isOver }, tally);
      // Of several the one with the least seed: a second run finds the same.
      if (failure !== null && (failed === null || seed < failed.world.seed)) failed = failure;
      tally.add('supergraphs');
      options.onWorld(seed);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return failed;
}

/** @returns null where the subgraphs do not compose */
export function worldOf(seed: number): World | null {
  const subgraphs = chosenBy(graphs(), seed);
  const supergraphSdl = supergraphOf(subgraphs);
  return supergraphSdl === null
    ? null
    : { supergraphSdl, subgraphs, seed, unknownPercent: 0, ...chosenBy(CONDITIONS, seed) };
}

export function supergraphOf(subgraphs: World['subgraphs']): string | null {
  const sources = subgraphs.map(({ name, typeDefs }) => ({ name, url: `http://${name}.test`, sdl: typeDefs }));
  return composeSupergraph(sources).supergraphSdl ?? null;
}

const HOUR_MS = 3_600_000;
const CONDITIONS = chosen((choose) => ({
  faultPercent: choose.from([0, 0, 2, 6, 15]),
  lifetimesMs: choose.from([[HOUR_MS], [HOUR_MS], [HOUR_MS, null], [HOUR_MS, 10, 60_000], [10, HOUR_MS, null, 1]]),
}));
