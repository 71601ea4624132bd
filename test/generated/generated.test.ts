// A short run of `npm run generated`: what it finds it prints with its seed, to be run again and made small.

import { expect, it } from 'vitest';
import { failureText } from './failure-text.ts';
import { runWorlds } from './run-worlds.ts';
import { createTally } from './tally.ts';

const SEED = Number(process.env.SEED ?? 1);
/** Supergraphs, not seconds: a slow machine asks the same. */
const WORLDS_COUNT = 14;
const DEADLINE_MS = 120_000;

it(
  'answers as Apollo’s gateway does, or where that one is known to be wrong as the merged data says',
  async () => {
    const tally = createTally();
    const options = {
      seed: SEED,
      worldsCount: WORLDS_COUNT,
      operationsCount: 12,
      variablesCount: 3,
      isOver: () => false,
      onWorld: () => undefined,
    };
    const failure = await runWorlds(options, tally);
    expect(failure === null ? '' : `${failureText(failure)}\nnpm run generated -- --seed ${failure.world.seed}`).toBe(
      '',
    );
    expect(tally.of('operations')).toBeGreaterThan(50);
  },
  DEADLINE_MS,
);
