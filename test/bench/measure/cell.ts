// What is known of one contestant under one workload.

import type { Contestant } from '../contestants/contestant.ts';
import type { Workload } from '../workloads/workload.ts';

export interface Round {
  readonly requestsPerSecond: number;
  /** Of the server and all that it started, user and system; null where the machine does not tell. */
  readonly cpuUsEach: number | null;
  /** 1: the core was full. */
  readonly coreShare: number | null;
  readonly originRequestsEach: number;
  readonly answersFrom: string | null;
}

export interface HalfLoad {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
}

export type Outcome =
  | {
      readonly kind: 'measured';
      readonly rounds: readonly Round[];
      readonly halfLoad: HalfLoad;
      readonly residentBytes: number | null;
    }
  /** It does not count, and why. */
  | { readonly kind: 'differs' | 'failed'; readonly reason: string };

export interface Cell {
  readonly workload: Workload;
  readonly contestant: Contestant;
  /** Of an answer, on average over the samples. */
  readonly answerBytes: number;
  readonly outcome: Outcome;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** Requests per second, the median of the rounds; null for what does not count. */
export function rateOf({ outcome }: Cell): number | null {
  return outcome.kind === 'measured' ? median(outcome.rounds.map((round) => round.requestsPerSecond)) : null;
}

export function findCell(cells: readonly Cell[], workload: string, contestant: string): Cell | undefined {
  return cells.find((cell) => cell.workload.name === workload && cell.contestant.name === contestant);
}

/** Throughput of one over that of another under the same workload; null when one of the two was not measured. */
export function ratio(cells: readonly Cell[], workload: string, contestant: string, to: string): number | null {
  const [one, other] = [findCell(cells, workload, contestant), findCell(cells, workload, to)];
  const rates = [one && rateOf(one), other && rateOf(other)];
  return rates[0] && rates[1] ? rates[0] / rates[1] : null;
}
