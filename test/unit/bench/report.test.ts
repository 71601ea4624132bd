// What the report says follows from what was measured.
import { expect, it } from 'vitest';
import { APOLLO } from '../../bench/contestants/apollo.ts';
import { FRESHET } from '../../bench/contestants/freshet.ts';
import { SAME_BYTES } from '../../bench/contestants/same-bytes.ts';
import { goalsOfRows } from '../../bench/goals/goal.ts';
import type { Cell, Outcome } from '../../bench/measure/cell.ts';
import { chart } from '../../bench/report/chart.ts';
import { ratioTable, workloadTable } from '../../bench/report/table.ts';
import { createWorkloads } from '../../bench/workloads/workload.ts';

const [page] = createWorkloads();
const measured = (...rates: number[]): Outcome => ({
  kind: 'measured',
  rounds: rates.map((requestsPerSecond) => ({
    requestsPerSecond,
    cpuUsEach: 10,
    coreShare: 0.99,
    originRequestsEach: 3,
    answersFrom: 'origin 100 %',
  })),
  halfLoad: { requestsPerSecond: 500, p50Ms: 1, p99Ms: 6, p999Ms: 12 },
  residentBytes: 100 * 2 ** 20,
});
const cell = (name: string, outcome: Outcome): Cell => ({
  workload: page!,
  contestant: [SAME_BYTES, ...FRESHET, ...APOLLO].find((one) => one.name === name)!,
  answerBytes: 1_000,
  outcome,
});
const cells = [
  cell('node', measured(10_000, 9_000, 30_000)),
  cell('freshet-no-cache', measured(1_200)),
  cell('freshet-entries', measured(7_000)),
  cell('apollo', measured(100)),
  cell('apollo-responses', { kind: 'differs', reason: 'answer.data.a: 1 is expected, got 2' }),
];

it('gives the median of the rounds as a share of node:http', () => {
  const table = ratioTable(cells);
  expect(table).toContain('| Freshet, no cache | 0.12 |');
  expect(table).toContain('| @apollo/gateway | 0.010 |');
});

it('counts nobody whose answers differ, and says where', () => {
  expect(ratioTable(cells)).toContain('| @apollo/gateway, response cache | differs |');
  expect(workloadTable(cells, page!)).toContain('does not count: answer.data.a: 1 is expected, got 2');
});

it('says which goals were met and which were missed', () => {
  const goals = goalsOfRows(cells).map(({ what, got, isMet }) => `${what}: ${got}, ${isMet}`);
  expect(goals).toEqual([
    'page of 1 KB: Freshet, from L1 entries, of node:http: 0.70, true',
    'page of 1 KB: Freshet, no cache, of node:http: 0.12, true',
    'page of 1 KB: Freshet, no cache, beside @apollo/gateway: 12.0 ×, true',
    'page of 1 KB: Freshet, from L1 entries, p99 at half load: 6.0 ms, false',
  ]);
});

it('draws a bar for everyone who counts, longer for more', () => {
  const svg = chart(cells, 'about & so on');
  const widths = [...svg.matchAll(/<rect x="300"[^>]* width="([\d.]+)"/g)].map(([, width]) => Number(width));
  expect(widths).toHaveLength(4);
  expect([...widths].sort((a, b) => b - a)).toEqual([widths[0], widths[2], widths[1], widths[3]]);
  expect(svg).toContain('about &amp; so on');
});
