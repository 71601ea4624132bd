// Remembers for a short while which fetches gave nothing that may be shared: waiting for such a flight only costs time.

import type { Clock } from '../clock.ts';

/** Ms. Long enough to spare a burst, short enough to notice that an error is over. */
const MEMORY_MS = 5_000;
const LARGEST_COUNT = 10_000;

export interface UnsharedKeys {
  add(key: string): void;
  has(key: string): boolean;
}

/** The oldest is forgotten when there are too many. */
export function createUnsharedKeys(clock: Clock): UnsharedKeys {
  const untilAt = new Map<string, number>();
  return {
    add(key) {
      untilAt.delete(key);
      untilAt.set(key, clock.nowAt() + MEMORY_MS);
      if (untilAt.size <= LARGEST_COUNT) return;
      const [oldest] = untilAt.keys();
      if (oldest !== undefined) untilAt.delete(oldest);
    },
    has(key) {
      const until = untilAt.get(key);
      if (until === undefined) return false;
      if (clock.nowAt() < until) return true;
      untilAt.delete(key);
      return false;
    },
  };
}
