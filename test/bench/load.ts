// Load on one server: as much as it takes, for a while.

import autocannon from 'autocannon';
import type { Workload } from './workload.ts';

export interface Round {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const CONNECTIONS = 16;

/** @throws {Error} when an answer was not 200 */
export async function runRound(url: string, workload: Workload, seconds: number): Promise<Round> {
  const { requests, latency, non2xx, errors } = await autocannon({
    url,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: bodyOf(workload),
    connections: CONNECTIONS,
    duration: seconds,
  });
  if (non2xx > 0 || errors > 0)
    throw new Error(`expected only answers with 200 from ${url}, got ${non2xx} others and ${errors} errors`);
  return { requestsPerSecond: requests.average, p50Ms: latency.p50, p99Ms: latency.p99 };
}

/** @throws {Error} for an answer with errors or null */
export async function askOnce(url: string, workload: Workload): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: bodyOf(workload),
  });
  const text = await response.text();
  if (!response.ok || !text.startsWith('{"data":{'))
    throw new Error(`expected data from ${url}, got ${response.status}: ${text.slice(0, 200)}`);
  return text;
}

const bodyOf = ({ query, variables }: Workload): string => JSON.stringify({ query, variables });

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
