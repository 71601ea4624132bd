// The relay's time. Spans only: what is a moment comes from the database's clock.

import { setTimeout as delay } from 'node:timers/promises';

export interface RelayClock {
  /** Ms since some moment. Never goes back. */
  nowMs(): number;
  /** Resolves after this time, or at once when the signal is aborted. Never rejects. */
  wait(spanMs: number, signal: AbortSignal): Promise<void>;
}

export function systemRelayClock(): RelayClock {
  return {
    nowMs: () => performance.now(),
    wait: (spanMs, signal) => delay(spanMs, undefined, { signal }).catch(() => undefined),
  };
}
