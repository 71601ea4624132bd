// Full load for minutes, with purges and ids that come once: does memory stay flat?

import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startFreshet } from '../contestants/freshet.ts';
import { openGround, resultFile } from '../ground.ts';
import { NONCE } from '../load/load.ts';
import { underLoad } from '../measure/server-under-load.ts';
import { markdownTable } from '../report/table.ts';
import { bodyOf, createWorkloads, text, type Workload } from '../workloads/workload.ts';
import { type Goal, goalTable } from './goal.ts';

interface Sample {
  readonly atSeconds: number;
  readonly residentBytes: number;
}

const SAMPLE_MS = 5_000;
const MOST_GROWTH = 0.05;
const MIB = 2 ** 20;

export async function runSoak(minutes: number, say: (step: string) => void): Promise<void> {
  const ground = await openGround({ peersFolder: '', inspected: false });
  try {
    const workload = soakWorkload();
    const running = await startFreshet(await ground.next(), 'freshet-soak', { default: { ttl: '1h' } }, workload);
    const server = underLoad({ isEachNew: false, title: 'Freshet' }, running, workload, ground.origin, 0);
    const samples: Sample[] = [];
    const ended = new AbortController();
    try {
      const beganAt = performance.now();
      const sampling = (async () => {
        while (!ended.signal.aborted) {
          await sleep(SAMPLE_MS, undefined, { signal: ended.signal }).catch(() => undefined);
          const residentBytes = server.residentBytes();
          if (residentBytes === null) throw new Error('expected /proc, to see how much memory a process takes');
          const atSeconds = Math.round((performance.now() - beganAt) / 1_000);
          samples.push({ atSeconds, residentBytes });
          say(`${atSeconds} s: ${Math.round(residentBytes / MIB)} MiB`);
        }
      })();
      const done = await server.round(Math.round(minutes * 60));
      ended.abort();
      await sampling;
      const text = reportOf(samples, minutes, done.requestsPerSecond, done.answersFrom ?? '');
      console.log(`\n${text}`);
      writeFileSync(resultFile('bench-soak.md'), `${text}\n`);
    } finally {
      ended.abort();
      await server.stop();
    }
  } finally {
    await ground.close();
  }
}

/** Half of the requests are for ids that never come again, half for what many want. */
function soakWorkload(): Workload {
  const zipf = createWorkloads().find(({ name }) => name === 'mix-precise');
  if (zipf === undefined) throw new Error('expected the workload mix-precise');
  const once = bodyOf(text('product'), { upc: NONCE });
  return { ...zipf, bodies: zipf.bodies.flatMap((body) => [body, once]) };
}

/** The second quarter against the last: in the first, caches fill. */
function reportOf(samples: readonly Sample[], minutes: number, perSecond: number, answersFrom: string): string {
  const quarter = (n: number): number => {
    const own = samples.slice(Math.floor((samples.length * (n - 1)) / 4), Math.floor((samples.length * n) / 4));
    return own.reduce((sum, { residentBytes }) => sum + residentBytes, 0) / Math.max(1, own.length);
  };
  const growth = quarter(4) / quarter(2) - 1;
  const goal: Goal = {
    what: `RSS after ${minutes} minutes at full load (${Math.round(perSecond)}/s, answers from ${answersFrom}), 1,000 purges/s, every other id once: last quarter beside the second`,
    wanted: `≤ +${MOST_GROWTH * 100} %`,
    got: `${(growth * 100).toFixed(1)} % (${Math.round(quarter(2) / MIB)} to ${Math.round(quarter(4) / MIB)} MiB)`,
    isMet: growth <= MOST_GROWTH,
  };
  const every = Math.max(1, Math.floor(samples.length / 20));
  const shown = samples.filter((_, index) => index % every === 0);
  const table = markdownTable(
    ['after', 'RSS'],
    shown.map(({ atSeconds, residentBytes }) => [`${atSeconds} s`, `${Math.round(residentBytes / MIB)} MiB`]),
  );
  return ['# Soak', goalTable([goal]), table].join('\n\n');
}
