// Judges a history: may each read have returned what it did, given what was committed when? A pure function of what was logged.

/** One value that a key took. Keys have one writer each: commits of a key do not overlap. Moments are ms of one clock. */
export interface Commit {
  readonly key: string;
  readonly value: string;
  /** Not visible to anyone before: when the commit was sent. */
  readonly sentAt: number;
  /** Visible to everyone from then on: when it was acknowledged. Null: nobody knows whether it happened. */
  readonly ackedAt: number | null;
}

export interface Read {
  readonly key: string;
  readonly value: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Who read, and by which question: for the report. */
  readonly by: string;
  /** The whole answer that showed it: for the report. */
  readonly answer: unknown;
}

export interface Violation {
  /** `stale`: superseded longer than the bound before the read began. `unwritten`: no commit gave it this value, or only a later one. */
  readonly kind: 'stale' | 'unwritten';
  readonly read: Read;
  /** How long before the read began the value was superseded, ms; null for an unwritten one. */
  readonly staleMs: number | null;
}

export interface Verdict {
  readonly violations: readonly Violation[];
  readonly commitCount: number;
  readonly readCount: number;
  /** Reads that began inside [commit, commit + bound] of their key: those whose right answer was in doubt at all. */
  readonly insideCount: number;
  /** Reads that returned what had been superseded, within the bound or not: how stale each was, ms, ascending. */
  readonly stalenessMs: readonly number[];
}

/** @param boundMs S. @param commits in the order in which they were made, for each key */
export function judgeHistory(commits: readonly Commit[], reads: readonly Read[], boundMs: number): Verdict {
  const byKey = Map.groupBy(commits, ({ key }) => key);
  const violations: Violation[] = [];
  const stalenessMs: number[] = [];
  let insideCount = 0;
  for (const read of reads) {
    const history = byKey.get(read.key) ?? [];
    if (history.some((commit, index) => index > 0 && isInside(read, commit, boundMs))) insideCount += 1;
    const staleMs = stalenessOf(read, history);
    if (staleMs === null) violations.push({ kind: 'unwritten', read, staleMs });
    else if (staleMs > boundMs) violations.push({ kind: 'stale', read, staleMs });
    if (staleMs !== null && staleMs > 0) stalenessMs.push(staleMs);
  }
  stalenessMs.sort((one, other) => one - other);
  return { violations, commitCount: commits.length, readCount: reads.length, insideCount, stalenessMs };
}

/** The value at this share of ascending values, such as 0.99; 0 of none. */
export function quantile(ascending: readonly number[], share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? 0;
}

function isInside({ startedAt, endedAt }: Read, { sentAt, ackedAt }: Commit, boundMs: number): boolean {
  return endedAt >= sentAt && startedAt <= (ackedAt ?? Number.POSITIVE_INFINITY) + boundMs;
}

/** The least that can be said against the read: how long ago its value was superseded for certain. Null: it never was the value. */
function stalenessOf({ value, startedAt, endedAt }: Read, history: readonly Commit[]): number | null {
  let least: number | null = null;
  // From the end: superseded by any later commit that certainly happened, at the earliest of their acknowledgements.
  let supersededAt = Number.POSITIVE_INFINITY;
  for (const commit of history.toReversed()) {
    if (commit.value === value && commit.sentAt <= endedAt) {
      const staleMs = Math.max(0, startedAt - supersededAt);
      if (least === null || staleMs < least) least = staleMs;
    }
    if (commit.ackedAt !== null) supersededAt = Math.min(supersededAt, commit.ackedAt);
  }
  return least;
}
