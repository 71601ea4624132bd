// All contestants under all workloads, the measurements beside them, and the report.

import { writeFileSync } from 'node:fs';
import { arch, cpus, platform, release } from 'node:os';
import type { Contestant } from './contestants/contestant.ts';
import { type Goal, goalsOfRows, goalTable } from './goals/goal.ts';
import { measureOther, type OtherMeasures } from './goals/measure-other.ts';
import { openGround, resultFile } from './ground.ts';
import { loaderName } from './load/load.ts';
import type { Cell } from './measure/cell.ts';
import { compareUnder, type Pace } from './measure/compare.ts';
import { CONNECTIONS } from './measure/server-under-load.ts';
import { installPeers } from './peers/install.ts';
import { chart } from './report/chart.ts';
import { ratioTable, settingsTable, workloadsOf, workloadTable } from './report/table.ts';
import type { Workload } from './workloads/workload.ts';

export interface ComparisonOptions {
  readonly contestants: readonly Contestant[];
  readonly workloads: readonly Workload[];
  /** Also what is measured of ours alone. */
  readonly withGoals: boolean;
  readonly pace: Pace;
}

/** Of one contestant under one workload, beside the load itself: start, first answers, the end. */
const AROUND_SECONDS = 3;
const GOALS_SECONDS = 120;

/** @returns the exit code: 1 where an answer of ours differs or failed */
export async function runComparison({ contestants, workloads, withGoals, pace }: ComparisonOptions): Promise<0 | 1> {
  const pairs = workloads.map((workload) => contestants.filter((contestant) => contestant.enters(workload)).length);
  const loads = workloads.map(({ warmUpSeconds }) => warmUpSeconds + (pace.rounds + 1) * pace.seconds + AROUND_SECONDS);
  const seconds = pairs.reduce((sum, count, index) => sum + count * (loads[index] ?? 0), withGoals ? GOALS_SECONDS : 0);
  pace.say(
    `${pairs.reduce((sum, count) => sum + count, 0)} pairs of contestant and workload: about ${Math.ceil(seconds / 60)} minutes`,
  );
  const isPeerIn = contestants.some(({ side }) => side === 'peer');
  const peersFolder = isPeerIn ? await installPeers(pace.say) : '';
  const ground = await openGround({ peersFolder, inspected: false });
  try {
    const cells: Cell[] = [];
    for (const workload of workloads) {
      const entered = contestants.filter((contestant) => contestant.enters(workload));
      cells.push(...(await compareUnder(workload, entered, await ground.next(), ground.origin, pace)));
    }
    const other = withGoals ? await measureOther(ground, pace) : null;
    const about = aboutRun(ground.cores.words, pace);
    const text = reportOf(cells, other, about);
    console.log(`\n${text}`);
    writeFileSync(resultFile('bench.md'), `${text}\n`);
    if (cells.length > 0) writeFileSync(resultFile('bench.svg'), `${chart(cells, about)}\n`);
    return cells.some(({ contestant, outcome }) => contestant.side === 'ours' && outcome.kind !== 'measured') ? 1 : 0;
  } finally {
    await ground.close();
  }
}

function reportOf(cells: readonly Cell[], other: OtherMeasures | null, about: string): string {
  const goals: readonly Goal[] = [...goalsOfRows(cells), ...(other?.goals ?? [])];
  const parts = ['# Benchmark', about];
  if (cells.length > 0) parts.push('## Throughput', ratioTable(cells));
  if (goals.length > 0) parts.push('## Goals', goalTable(goals));
  if (other !== null) parts.push(...other.lines);
  if (cells.length > 0) {
    parts.push('## Each workload', ...workloadsOf(cells).map((workload) => workloadTable(cells, workload)));
    parts.push('## Settings', settingsTable(cells));
  }
  return parts.join('\n\n');
}

function aboutRun(cores: string, { seconds, rounds }: Pace): string {
  const [cpu] = cpus();
  return [
    `Node.js ${process.versions.node}, ${platform()} ${release()} ${arch()}, ${cpus().length} × ${cpu?.model ?? 'unknown'}`,
    cores,
    `${loaderName()}, ${CONNECTIONS} connections, median of ${rounds} rounds of ${seconds} s in turns`,
  ].join('; ');
}
