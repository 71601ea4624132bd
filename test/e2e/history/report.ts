// Says in words what a history was and how it was judged.
import { judgeHistory, quantile, type Verdict, type Violation } from './judge.ts';
import type { History } from './run.ts';

/** Shown one by one at most. */
const SHOWN_COUNT = 20;

export interface Report {
  readonly verdict: Verdict;
  /** For the console, one line. */
  readonly line: string;
  /** One for each violation and failure, the first ones. */
  readonly faults: readonly string[];
}

/** @param title of the run @param boundMs S */
export function reportOn(title: string, history: History, boundMs: number): Report {
  const verdict = judgeHistory(history.commits, history.reads, boundMs);
  const { violations, commitCount, readCount, insideCount, stalenessMs } = verdict;
  const ms = (share: number): string => `${quantile(stalenessMs, share).toFixed(0)} ms`;
  const line = [
    `${title}: ${commitCount} commits of keys, ${readCount} reads of keys, ${insideCount} inside [commit, commit + S]`,
    `${stalenessMs.length} of what was superseded (p50 ${ms(0.5)}, p99 ${ms(0.99)}, most ${ms(1)})`,
    `${violations.length} violations, ${history.failures.length} client errors`,
  ].join('; ');
  const faults = [
    ...violations.slice(0, SHOWN_COUNT).map((violation) => describeViolation(violation, history)),
    ...history.failures
      .slice(0, SHOWN_COUNT)
      .map(({ gateway, probe, startedAt, words }) => `at ${startedAt.toFixed(0)}, gateway ${gateway}, ${probe}: ${words}`),
  ];
  return { verdict, line, faults };
}

function describeViolation({ kind, read, staleMs }: Violation, { commits }: History): string {
  const around = commits
    .filter(({ key, sentAt }) => key === read.key && sentAt <= read.endedAt)
    .slice(-3)
    .map(({ value, sentAt, ackedAt }) => `${value} at ${sentAt.toFixed(0)} to ${ackedAt?.toFixed(0)}`);
  const told = staleMs === null ? kind : `${kind} by ${staleMs.toFixed(0)} ms`;
  return `${told}: ${read.by} read ${read.key} = ${read.value} at ${read.startedAt.toFixed(0)}; committed: ${around.join(', ')}; all of the answer: ${JSON.stringify(read.answer)}`;
}
