// Timers that go off when a test says so.

import type { Timer } from '../../../gateway/clock.ts';

export interface HandTimers {
  readonly timer: Timer;
  /** Delays of the timers that wait, the shortest first. */
  delaysMs(): number[];
  /** Lets the time of one timer pass: the one with the shortest delay. */
  goOff(): void;
}

export function createHandTimers(): HandTimers {
  const waiting: { readonly delayMs: number; readonly run: () => void }[] = [];
  return {
    timer(delayMs, run) {
      const one = { delayMs, run };
      waiting.push(one);
      waiting.sort((a, b) => a.delayMs - b.delayMs);
      return () => {
        if (waiting.includes(one)) waiting.splice(waiting.indexOf(one), 1);
      };
    },
    delaysMs: () => waiting.map(({ delayMs }) => delayMs),
    goOff: () => waiting.shift()?.run(),
  };
}
