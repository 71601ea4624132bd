// `npm run bench`: Freshet beside the gateways that one could pick instead, in one run. Ratios, not seconds: they carry over to other machines.

import { findContestants, pick } from './contestants/all.ts';
import { runSoak } from './goals/soak.ts';
import { readOptions, USAGE } from './options.ts';
import { runProfile } from './profile/run-profile.ts';
import { runComparison } from './run-comparison.ts';
import { createWorkloads } from './workloads/workload.ts';

const beganAt = performance.now();

/** With the minute, so that one sees how far it is. */
function say(step: string): void {
  const seconds = Math.round((performance.now() - beganAt) / 1_000);
  console.log(`${String(Math.floor(seconds / 60)).padStart(2)}:${String(seconds % 60).padStart(2, '0')} ${step}`);
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === null) {
    console.log(USAGE);
    return;
  }
  const contestants = pick(findContestants(), options.only, 'contestants');
  const withGoals = options.workloads === null || options.workloads.includes('goals');
  const workloads = pick(
    createWorkloads(),
    options.workloads?.filter((name) => name !== 'goals') ?? null,
    'workloads (or goals)',
  );
  const pace = { seconds: options.seconds, rounds: options.rounds, say };
  if (options.mode === 'compare') process.exitCode = await runComparison({ contestants, workloads, withGoals, pace });
  else if (options.mode === 'profile') await runProfile({ contestants, workloads, pace });
  else await runSoak(options.mode.soakMinutes, say);
}

await main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 2;
});
