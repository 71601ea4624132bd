// What was to be reached, and whether it was.

import { SAME_BYTES } from '../contestants/same-bytes.ts';
import { type Cell, findCell, ratio } from '../measure/cell.ts';
import { markdownTable, share, workloadsOf } from '../report/table.ts';

export interface Goal {
  readonly what: string;
  readonly wanted: string;
  readonly got: string;
  readonly isMet: boolean;
}

export function goalTable(goals: readonly Goal[]): string {
  return markdownTable(
    ['goal', 'wanted', 'got', ''],
    goals.map(({ what, wanted, got, isMet }) => [what, wanted, got, isMet ? 'met' : '**missed**']),
  );
}

/** Least share of the unit: contestant, workload, goal. */
const LEAST_SHARES: readonly (readonly [string, string, number])[] = [
  ['freshet-finished', 'page-100', 0.85],
  ['freshet-finished', 'page-1', 0.85],
  ['freshet-entries', 'page-100', 0.2],
  ['freshet-entries', 'page-1', 0.65],
  ['freshet-redis', 'page-100', 0.05],
  ['freshet-redis', 'page-1', 0.3],
  ['freshet-no-cache', 'page-100', 0.03],
  ['freshet-no-cache', 'page-1', 0.1],
];

/** Least throughput beside a peer with the same joining of requests, under every workload: ours, the peer, goal. */
const LEAST_TIMES: readonly (readonly [string, string, number])[] = [
  ['freshet-no-cache', 'apollo', 12],
  ['freshet-no-cache', 'hive-rust-plain', 2],
  ['freshet-joined', 'hive-rust-joined', 2],
  ['freshet-no-cache', 'hive-router-plain', 1],
  ['freshet-joined', 'hive-router-joined', 1],
];

const L1_P99_MS = 5;

/** Goals that the rows themselves tell; nothing for rows that were not measured. */
export function goalsOfRows(cells: readonly Cell[]): readonly Goal[] {
  const goals: Goal[] = [];
  for (const [contestant, workload, wanted] of LEAST_SHARES) {
    const got = ratio(cells, workload, contestant, SAME_BYTES.name);
    if (got !== null) goals.push(least(`${titleOf(cells, workload, contestant)}, of node:http`, wanted, got, ''));
  }
  for (const [ours, peer, wanted] of LEAST_TIMES) {
    for (const { name } of workloadsOf(cells)) {
      const got = ratio(cells, name, ours, peer);
      const beside = findCell(cells, name, peer)?.contestant.title ?? peer;
      if (got !== null) goals.push(least(`${titleOf(cells, name, ours)}, beside ${beside}`, wanted, got, '×'));
    }
  }
  for (const workload of ['page-1', 'page-20', 'page-100']) {
    const cell = findCell(cells, workload, 'freshet-entries');
    if (cell?.outcome.kind !== 'measured') continue;
    const { p99Ms } = cell.outcome.halfLoad;
    goals.push({
      what: `${titleOf(cells, workload, 'freshet-entries')}, p99 at half load`,
      wanted: `≤ ${L1_P99_MS} ms`,
      got: `${p99Ms.toFixed(1)} ms`,
      isMet: p99Ms <= L1_P99_MS,
    });
  }
  return goals;
}

function least(what: string, wanted: number, got: number, unit: string): Goal {
  const told = unit === '' ? share(got) : `${got.toFixed(1)} ${unit}`;
  return { what, wanted: `≥ ${wanted}${unit === '' ? '' : ` ${unit}`}`, got: told, isMet: got >= wanted };
}

function titleOf(cells: readonly Cell[], workload: string, contestant: string): string {
  const cell = findCell(cells, workload, contestant);
  return `${cell?.workload.title ?? workload}: ${cell?.contestant.title ?? contestant}`;
}
