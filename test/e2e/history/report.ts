// Says in words what a history was and how it was judged.
import { judgeHistory, quantile, type Verdict, type Violation } from './judge.ts';
import type { History } from './run.ts';

/** Shown one by one at most. */
const SHOWN_COUNT = 20;

export interface Report {
  readonly verdict: Verdict;
  /** For the console, one line. */
  readonly line: string;
  /** One for each kind of violation and each failure, the first ones. */
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
  const kinds = Map.groupBy(violations, ({ kind, read }) => `${kind} ${read.key} ${read.by}`);
  const faults = [
    ...[...kinds.values()].slice(0, SHOWN_COUNT).flatMap((alike) => describeAlike(alike, history)),
    ...history.failures
      .slice(0, SHOWN_COUNT)
      .map(
        ({ gateway, probe, startedAt, words }) => `at ${startedAt.toFixed(0)}, gateway ${gateway}, ${probe}: ${words}`,
      ),
  ];
  return { verdict, line, faults };
}

/** The first of violations of one key by one question. */
function describeAlike([first, ...more]: readonly Violation[], { commits }: History): readonly string[] {
  if (first === undefined) return [];
  const { kind, read, staleMs } = first;
  const around = commits
    .filter(({ key, sentAt }) => key === read.key && sentAt <= read.endedAt)
    .slice(-3)
    .map(({ value, sentAt, ackedAt }) => `${value} at ${sentAt.toFixed(0)} to ${ackedAt?.toFixed(0)}`);
  const told = staleMs === null ? kind : `${kind} by ${staleMs.toFixed(0)} ms`;
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  const shown = `${told}${others}: ${read.by} read ${read.key} = ${read.value} at ${read.startedAt.toFixed(0)}; committed: ${around.join(', ')}; all of the answer: ${JSON.stringify(read.answer)}`;
  return [shown];
}
