// Waits until every source that a bounded subgraph depends on was heard: before that its answers bypass the cache, and share no fetch.

import type { Clock, Timer } from '../clock.ts';
import type { Ledger } from './ledger.ts';
import type { PurgeLogger } from './report.ts';

export interface HearingOptions {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly timer: Timer;
  /** S: a heartbeat that is older opens nothing. */
  readonly boundMs: number;
  /** A source whose relay is down keeps nobody waiting for longer. */
  readonly timeoutMs: number;
  readonly logger: PurgeLogger;
}

export interface Hearing {
  /** The ledger for the feed: what is applied to it is listened to. */
  readonly ledger: Ledger;
  /** Resolves when all of them were heard within the bound, or after the timeout. */
  readonly done: Promise<'heard' | 'timed-out'>;
  stop(): void;
}

export function listenForSources(options: HearingOptions): Hearing {
  const { ledger, clock, timer, boundMs, timeoutMs, logger } = options;
  const { promise: done, resolve } = Promise.withResolvers<'heard' | 'timed-out'>();
  let isOver = false;
  const unheard = (): readonly string[] =>
    ledger
      .status(clock.nowAt())
      .subgraphs.filter(({ sources, asOfAgeMs }) => sources.length > 0 && !(asOfAgeMs !== null && asOfAgeMs <= boundMs))
      .map(({ name }) => name);
  const end = (how: 'heard' | 'timed-out'): void => {
    isOver = true;
    cancel();
    resolve(how);
  };
  const cancel = timer(timeoutMs, () => {
    logger.warn({ subgraphs: unheard() }, 'sources of subgraphs were not heard in time: they are not cached, degraded');
    end('timed-out');
  });
  const look = (): void => {
    if (unheard().length === 0) end('heard');
  };
  look();
  return {
    ledger: {
      ...ledger,
      apply(offset, record) {
        const applied = ledger.apply(offset, record);
        // Those of long ago, read again at a start, are not worth a look.
        if (!isOver && record.kind === 'heartbeat' && clock.nowAt() - record.heartbeat.asOfAt <= boundMs) look();
        return applied;
      },
    },
    done,
    stop() {
      isOver = true;
      cancel();
    },
  };
}
