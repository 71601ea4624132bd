// Counts of what a run saw.

export interface Tally {
  add(what: string, count?: number): void;
  of(what: string): number;
  /** In the order in which they were first counted. */
  lines(): readonly string[];
}

export function createTally(): Tally {
  const counts = new Map<string, number>();
  return {
    add(what, count = 1) {
      counts.set(what, (counts.get(what) ?? 0) + count);
    },
    of: (what) => counts.get(what) ?? 0,
    lines: () => [...counts].map(([what, count]) => `${String(count).padStart(10)} ${what}`),
  };
}
