// What was measured, as Markdown.

import type { PurgeLatency } from './purge-latency.ts';

export interface Row {
  readonly workload: string;
  readonly contestant: string;
  readonly bytes: number;
  /** Median of the rounds. */
  readonly requestsPerSecond: number;
  readonly spread: readonly number[];
  readonly p99Ms: number;
}

const PEER = '@apollo/gateway';
const UNIT = 'node:http, same bytes';

export function report(rows: readonly Row[], purge: PurgeLatency, startedMs: number, entryBytes: number): string {
  const lines = [
    `One core for the server, subgraphs that answer from memory, Node.js ${process.versions.node}.`,
    '',
    `| answer | server | requests/s (least to most) | × ${PEER} | of ${UNIT} | p99 |`,
    '|---|---|---|---|---|---|',
  ];
  for (const row of rows) {
    const of = (name: string): number =>
      row.requestsPerSecond /
      (rows.find((r) => r.workload === row.workload && r.contestant === name)?.requestsPerSecond ?? Number.NaN);
    const [least = 0, most = 0] = row.spread;
    lines.push(
      `| ${row.workload} (${row.bytes} B) | ${row.contestant} | ${Math.round(row.requestsPerSecond)} (${Math.round(least)} to ${Math.round(most)}) | ${of(PEER).toFixed(1)} | ${of(UNIT).toFixed(3)} | ${row.p99Ms} ms |`,
    );
  }
  lines.push(
    '',
    `From commit to the first answer that shows it (embedded, ${purge.count} changes): p50 ${purge.p50Ms.toFixed(0)} ms, p99 ${purge.p99Ms.toFixed(0)} ms.`,
    `Start of the whole system, sample data of a tenth included: ${(startedMs / 1_000).toFixed(1)} s. L1: ${Math.round(entryBytes)} bytes a record.`,
  );
  return lines.join('\n');
}
