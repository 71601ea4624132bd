// `npm run bench -- --profile`: where the time of our gateway goes, under each workload.

import { mkdirSync, writeFileSync } from 'node:fs';
import type { Contestant } from '../contestants/contestant.ts';
import { openGround, resultFile } from '../ground.ts';
import type { Pace } from '../measure/compare.ts';
import { underLoad } from '../measure/server-under-load.ts';
import { markdownTable } from '../report/table.ts';
import type { Workload } from '../workloads/workload.ts';
import { largestCosts } from './costs.ts';
import { profileDuring } from './inspector.ts';

const COST_COUNT = 5;

export interface ProfileOptions {
  readonly contestants: readonly Contestant[];
  readonly workloads: readonly Workload[];
  readonly pace: Pace;
}

/** Ours alone. Keeps each profile for Chrome's DevTools in .freshet/bench-profiles. */
export async function runProfile({ contestants, workloads, pace }: ProfileOptions): Promise<void> {
  const ours = contestants.filter(({ side }) => side === 'ours');
  const ground = await openGround({ peersFolder: '', inspected: true });
  mkdirSync(resultFile('bench-profiles'), { recursive: true });
  const sections: string[] = [];
  try {
    for (const workload of workloads) {
      for (const contestant of ours.filter((one) => one.enters(workload))) {
        pace.say(`${workload.title}: ${contestant.title}`);
        const running = await contestant.start(await ground.next(), workload, '');
        const server = underLoad(contestant, running, workload, ground.origin, 0);
        try {
          if (running.inspectorUrl === null) throw new Error('expected the inspector of our gateway to be open');
          const seconds = await server.warmUp(workload.warmUpSeconds, pace.seconds);
          const profile = await profileDuring(running.inspectorUrl, () => server.round(seconds));
          const file = resultFile(`bench-profiles/${workload.name}-${contestant.name}.cpuprofile`);
          writeFileSync(file, JSON.stringify(profile));
          const rows = largestCosts(profile, COST_COUNT).map(({ functionName, place, share }) => [
            `${(share * 100).toFixed(1)} %`,
            `\`${functionName}\``,
            place,
          ]);
          sections.push(
            `### ${workload.title}: ${contestant.title}\n\n${markdownTable(['of CPU', 'function', 'where'], rows)}`,
          );
        } finally {
          await server.stop();
        }
      }
    }
  } finally {
    await ground.close();
  }
  const text = ['# Where the time goes', ...sections].join('\n\n');
  console.log(`\n${text}`);
  writeFileSync(resultFile('bench-profile.md'), `${text}\n`);
}
