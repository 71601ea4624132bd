// The gateway's time: wall time at the start plus what a clock that nobody sets has counted since.

import { uptime } from 'node:os';

export interface Clock {
  /** Epoch ms, with a fraction. Never goes back. */
  nowAt(): number;
}

/** Runs something once, later; returns how to call it off. */
export type Timer = (delayMs: number, run: () => void) => () => void;

export interface TimeSources {
  /** Epoch ms. May be set forward and back by whoever keeps the machine's time. */
  readonly wallAt: () => number;
  /** Ms. Stands still while the machine sleeps. */
  readonly monotonicMs: () => number;
  /** Ms since the machine started. Counts its sleep, is never set; reading it is slow. */
  readonly uptimeMs: () => number;
}

/** A wall clock that is this far from ours means: the machine slept, or somebody set the clock. */
const SUSPICION_MS = 500;

/** The clock of this process; make one and hand it on. */
export function systemClock(): Clock {
  return clockOf({
    wallAt: () => Date.now(),
    monotonicMs: () => performance.now(),
    uptimeMs: () => uptime() * 1000,
  });
}

export const systemTimer: Timer = (delayMs, run) => {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
};

/**
 * A clock that follows the sleep of the machine, but nobody who sets the wall clock: a gateway whose clock jumped back
 * would take an old as-of for a new one.
 */
export function clockOf({ wallAt, monotonicMs, uptimeMs }: TimeSources): Clock {
  let anchorMs = wallAt() - monotonicMs();
  const sleptMs = (): number => uptimeMs() - monotonicMs();
  let sleptBeforeMs = sleptMs();
  let knownDriftMs = 0;
  return {
    nowAt() {
      const nowAt = anchorMs + monotonicMs();
      const driftMs = wallAt() - nowAt;
      if (Math.abs(driftMs - knownDriftMs) < SUSPICION_MS) return nowAt;
      const sleepMs = sleptMs() - sleptBeforeMs;
      if (sleepMs >= SUSPICION_MS) {
        sleptBeforeMs += sleepMs;
        anchorMs += sleepMs;
      }
      const afterAt = anchorMs + monotonicMs();
      knownDriftMs = wallAt() - afterAt;
      return afterAt;
    },
  };
}
