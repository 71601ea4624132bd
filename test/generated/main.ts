// `npm run generated`: random supergraphs, random operations; ours with each planner beside `@apollo/gateway`, graphql-js as the judge.

import { parseArgs } from 'node:util';
import { APOLLO_FAULTS } from './apollo-faults.ts';
import { caseFile } from './case-file.ts';
import { failureText } from './failure-text.ts';
import { runWorlds } from './run-worlds.ts';
import { shrinkFailure } from './shrink-failure.ts';
import { createTally } from './tally.ts';

const USAGE = `npm run generated -- [--minutes N] [--seed X] [--operations N]
  --minutes N      how long it runs (default 1)
  --seed X         the first supergraph's seed (default 1): the same seed gives the same supergraphs, data and operations
  --operations N   operations for each supergraph, each with up to six sets of variables (default 60)
  Exits 1 at the first answer that is wrong, after printing it with its seed, made small, and as a test file. Example: npm run generated -- --minutes 10 --seed 7`;

const VARIABLES_COUNT = 6;
const PROGRESS_MS = 10_000;
const SHRINK_MS = 120_000;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    seed: { type: 'string' },
    operations: { type: 'string' },
    help: { type: 'boolean' },
  },
});
if (values.help) console.log(USAGE);
else
  process.exitCode = await main(Number(values.minutes ?? 1), Number(values.seed ?? 1), Number(values.operations ?? 60));

async function main(minutes: number, seed: number, operationsCount: number): Promise<number> {
  if (!(minutes > 0 && Number.isInteger(seed) && Number.isInteger(operationsCount) && operationsCount > 0))
    throw new Error(USAGE);
  const beganAt = performance.now();
  const tally = createTally();
  const elapsedMs = (): number => performance.now() - beganAt;
  let toldAt = 0;
  const failure = await runWorlds(
    {
      seed,
      worldsCount: Number.POSITIVE_INFINITY,
      operationsCount,
      variablesCount: VARIABLES_COUNT,
      isOver: () => elapsedMs() > minutes * 60_000,
      onWorld(last) {
        if (elapsedMs() - toldAt < PROGRESS_MS) return;
        toldAt = elapsedMs();
        console.log(
          `${Math.round(toldAt / 1_000)} s: seed ${last}, ${tally.of('supergraphs')} supergraphs, ${tally.of('operations')} operations, ${tally.of('answers compared')} answers compared`,
        );
      },
    },
    tally,
  );
  console.log(['', ...tally.lines()].join('\n'));
  console.log(`${(tally.of('operations') / (elapsedMs() / 1_000)).toFixed(1).padStart(10)} operations a second`);
  for (const { name, because } of APOLLO_FAULTS) {
    if (tally.of(`Apollo’s fault: ${name}`) > 0) console.log(`           ${name}: ${because}`);
  }
  if (failure === null) return 0;
  console.log(failureText(failure));
  console.log(`\nmaking it small, at most ${SHRINK_MS / 1_000} s`);
  const untilMs = elapsedMs() + SHRINK_MS;
  const small = await shrinkFailure(failure, () => elapsedMs() > untilMs);
  console.log(`${failureText(small)}\n\n${caseFile(small)}`);
  return 1;
}
