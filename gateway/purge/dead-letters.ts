// Sets records aside that cannot be applied: into the dead-letter topic, or, where there is none, into the log.

import type { WireRecord } from '../../schema/purge-event.ts';
import type { PurgeLog } from './log.ts';
import type { PurgeLogger, PurgeMetrics } from './report.ts';

export interface DeadLettersOptions {
  readonly log: Pick<PurgeLog, 'setAside'>;
  readonly logger: PurgeLogger;
  readonly metrics: PurgeMetrics;
  /** Records that wait at most. Default 1,000; what comes on top is written to the log alone. */
  readonly maxWaiting?: number;
}

export interface DeadLetters {
  /** Returns at once. @param offset where it stands in the purge log */
  put(record: WireRecord, offset: number, reason: string): void;
  /** Resolves when nothing waits. */
  idle(): Promise<void>;
}

/** Sent together. */
const BATCH_COUNT = 100;
/** Longer values are cut off in the log. */
const SHOWN_LENGTH = 200;

export function createDeadLetters({ log, logger, metrics, maxWaiting = 1_000 }: DeadLettersOptions): DeadLetters {
  const waiting: WireRecord[] = [];
  let sending: Promise<void> | null = null;

  const show = (record: WireRecord): void => {
    const { ce_id: id, ce_source: source, freshet_offset: offset, freshet_reason: reason } = record.headers;
    const value = record.value.slice(0, SHOWN_LENGTH);
    logger.error({ id, source, offset, reason, value }, 'dead letter');
  };
  const sendAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, BATCH_COUNT);
      const kept = await log.setAside(batch).catch(() => 'unreachable' as const);
      if (kept !== 'kept') batch.forEach(show);
    }
    sending = null;
  };

  return {
    put(record, offset, reason) {
      const headers = { ...record.headers, freshet_offset: String(offset), freshet_reason: reason };
      const letter = { ...record, headers };
      if (waiting.length >= maxWaiting) {
        metrics.dropped('dead-letter');
        show(letter);
        return;
      }
      waiting.push(letter);
      sending ??= sendAll();
    },
    async idle() {
      while (sending !== null) await sending;
    },
  };
}
