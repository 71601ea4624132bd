// The feed: hands every record of the purge log to the ledger, in order, and sees what the transport hides.

import { type PurgeRecord, parsePurgeRecord, type UnreadableRecord } from '../../schema/purge-event.ts';
import type { Clock, Timer } from '../clock.ts';
import { GatewayError, wordsOf } from '../errors.ts';
import type { Ledger } from './ledger.ts';
import type { LogEntry, PurgeLog } from './log.ts';
import { createRecentRecords } from './recent-records.ts';
import type { PurgeLogger, PurgeMetrics } from './report.ts';

export interface FeedOptions {
  readonly log: PurgeLog;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly timer: Timer;
  /** How far back the feed begins to read: the longest time for which an entry is kept. */
  readonly replayWindowMs: number;
  /** Default 30 s. */
  readonly readyTimeoutMs?: number;
  readonly logger: PurgeLogger;
  readonly metrics: PurgeMetrics;
  /** A defect in applying a record: whoever goes on serving could serve what is stale. The process must end. */
  readonly onFatal: (error: GatewayError) => void;
}

export type FeedPhase =
  /** The log was not reached yet. */
  | 'unreached'
  /** Reading what was there when it was reached. */
  | 'catching-up'
  | 'caught-up'
  | 'stopped';

export interface FeedStatus {
  readonly phase: FeedPhase;
  /** What keeps the feed from being whole, in words; null when nothing does. */
  readonly degraded: string | null;
  /** Offset of the last record of the log that was read, −1 for none. */
  readonly position: number;
  /** Offset that must be read before the feed has caught up; null before the log is reached. */
  readonly goal: number | null;
}

export interface Feed {
  /** Begins to read. Returns at once, whether the log can be reached or not. */
  start(): void;
  /** Resolves when the feed has caught up ('caught-up'), or after readyTimeoutMs when it has not ('degraded'). */
  readonly ready: Promise<'caught-up' | 'degraded'>;
  status(): FeedStatus;
  /** What comes afterwards is ignored. The log is closed by whoever opened it. */
  stop(): void;
}

/** Unreadable records are named in the log at most this often. */
const COMPLAINT_EVERY_MS = 1_000;

export function createFeed(options: FeedOptions): Feed {
  const { log, ledger, clock, timer, replayWindowMs, readyTimeoutMs = 30_000, logger, metrics, onFatal } = options;
  const { promise: ready, resolve: settle } = Promise.withResolvers<'caught-up' | 'degraded'>();
  const recent = createRecentRecords();
  let phase: FeedPhase = 'unreached';
  let position = -1;
  let goal: number | null = null;
  let trouble: string | null = null;
  let complainedAt = Number.NEGATIVE_INFINITY;
  let uncomplainedCount = 0;
  let cancelTimeout = (): void => undefined;

  const reachGoal = (): void => {
    if (phase !== 'catching-up' || goal === null || position < goal) return;
    phase = 'caught-up';
    cancelTimeout();
    logger.info({ position }, 'the purge log is read up to its end');
    settle('caught-up');
  };

  const read = ({ offset, previousOffset, record }: LogEntry): void => {
    if (offset <= position) {
      if (recent.has(offset, record)) return;
      logger.warn({ offset, position }, 'offsets of the purge log stand for other records than before');
      recent.clear();
      ledger.renumbered(previousOffset);
    } else if (previousOffset > position) {
      logger.warn({ position, previousOffset }, 'records of the purge log were not delivered');
      ledger.skipped(previousOffset);
    }
    position = offset;
    trouble = null;
    recent.add(offset, record);
    const parsed = parsePurgeRecord(record);
    const { unreadable } = ledger.apply(offset, parsed);
    if (unreadable !== null) complain(offset, record.headers.ce_source, unreadable);
    if (phase === 'caught-up') measure(parsed);
    reachGoal();
  };

  const measure = (parsed: PurgeRecord | UnreadableRecord): void => {
    if (parsed.kind !== 'purge' || parsed.event.ts <= 0) return;
    metrics.purgeToInvisible(Math.max(0, clock.nowAt() - parsed.event.ts));
  };

  const complain = (offset: number, source: string | undefined, reason: string): void => {
    uncomplainedCount += 1;
    const nowAt = clock.nowAt();
    if (nowAt - complainedAt < COMPLAINT_EVERY_MS) return;
    logger.warn({ offset, source, reason, count: uncomplainedCount }, 'a record of the purge log cannot be applied');
    complainedAt = nowAt;
    uncomplainedCount = 0;
  };

  /** Serves though the log is not read: whatever the unread part could have purged is refused. */
  const goOnDegraded = async (): Promise<void> => {
    logger.warn({ phase, position, goal, trouble }, 'the purge log is not read up to its end: degraded');
    if (phase === 'catching-up') {
      // A log that cannot say where it ends has at least not ended before what it said first.
      const end = await log.endPosition().catch(() => goal ?? position);
      if (phase === 'catching-up') ledger.notCaughtUp(end);
    }
    settle('degraded');
  };

  const fatal = (error: unknown): void => {
    phase = 'stopped';
    const message = `Expected to apply every record of the purge log, stopped after offset ${position}`;
    onFatal(new GatewayError('PURGE_FEED_FAILED', message, { cause: error }));
  };

  return {
    ready,
    start() {
      cancelTimeout = timer(readyTimeoutMs, () => void goOnDegraded());
      log.read(clock.nowAt() - replayWindowMs, {
        opened(opened) {
          if (phase !== 'unreached') return;
          phase = 'catching-up';
          position = opened.position;
          goal = opened.endPosition;
          trouble = null;
          ledger.begin(opened);
          reachGoal();
        },
        read(entry) {
          if (phase === 'stopped' || phase === 'unreached') return;
          try {
            read(entry);
          } catch (error) {
            fatal(error);
          }
        },
        resumeFrom: () => (recent.isEmpty() ? position + 1 : position),
        failing(error) {
          const words = wordsOf(error);
          if (trouble !== words) logger.warn({ error: words }, 'the purge log cannot be read; trying again');
          trouble = words;
        },
      });
    },
    status: () => ({ phase, degraded: degradedWords(phase, trouble, position, goal), position, goal }),
    stop() {
      phase = 'stopped';
      cancelTimeout();
    },
  };
}

function degradedWords(phase: FeedPhase, trouble: string | null, position: number, goal: number | null): string | null {
  if (trouble !== null) return trouble;
  switch (phase) {
    case 'unreached':
      return 'the purge log was not reached yet';
    case 'catching-up':
      return `reading the purge log: at offset ${position} of ${goal ?? 0}`;
    case 'stopped':
      return 'the feed was stopped';
    case 'caught-up':
      return null;
  }
}
