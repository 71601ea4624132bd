// The outbox relay: carries what the triggers of a database wrote into the purge log, and says how far it has come.

import type { Log } from './log.ts';
import { postgresSource } from './postgres-source.ts';
import type { PurgeLogProducer } from './purge-log.ts';
import type { RelayClock } from './relay-clock.ts';
import { type RelayPhase, type RelayReport, relayReport } from './relay-report.ts';
import { LogTrouble } from './relay-sender.ts';
import type { RelaySource, SourceSession } from './relay-source.ts';
import { runTenure } from './relay-tenure.ts';
import type { SqlSessions } from './sql.ts';

export interface RelayOptions {
  /** The database whose outbox is carried. The relay takes one connection. */
  readonly sql: SqlSessions;
  /** The name under which gateways know the database. */
  readonly source: string;
  /** Stays the caller's: it is not closed. */
  readonly log: PurgeLogProducer;
  readonly clock: RelayClock;
  /** Never the same twice, such as `crypto.randomUUID`. */
  readonly randomId: () => string;
  readonly logger: Log;
  readonly metrics?: RelayMetrics;
  /** Between two looks into an empty outbox. Default 50. */
  readonly pollMs?: number;
  /** Default 250. */
  readonly heartbeatMs?: number;
}

/** Called as things happen; must not throw. */
export interface RelayMetrics {
  /** @param waitedMs from the oldest of the events, by the database's clock, to about now */
  onAcknowledged?(eventCount: number, waitedMs: number): void;
  onHeartbeat?(asOfAt: number): void;
  onPhase?(phase: RelayPhase): void;
}

export interface Relay {
  status(): RelayPhase;
  /** Resolves within a second, when nothing of it is left. What was being sent may still arrive, and will be sent again. */
  stop(): Promise<void>;
}

const POLL_MS = 50;
const HEARTBEAT_MS = 250;
const FIRST_BACKOFF_MS = 50;
const LONGEST_BACKOFF_MS = 1_000;
const LOCK_POLL_MS = 250;

/** Starts at once and goes on until stop(), whatever happens to the database or the log. Never rejects, never throws. */
export function startRelay(options: RelayOptions): Relay {
  return relayOf(postgresSource(options.sql, options.source), options);
}

/** The same over any source; for simulations. */
export function relayOf(database: RelaySource, options: Omit<RelayOptions, 'sql'>): Relay {
  const stopping = new AbortController();
  const report = relayReport(options.source, options.logger, options.metrics ?? {});
  const running = keepRelaying(database, options, report, stopping.signal);
  return {
    status: report.current,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function keepRelaying(
  database: RelaySource,
  options: Omit<RelayOptions, 'sql'>,
  report: RelayReport,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = options;
  let backoffMs = FIRST_BACKOFF_MS;
  while (!signal.aborted) {
    report.phase({ kind: 'connecting' });
    try {
      await relayOverOneSession(await database.open(signal), options, report, signal);
    } catch (error) {
      if (signal.aborted) break;
      report.trouble(error);
      backoffMs = report.worked() ? FIRST_BACKOFF_MS : Math.min(backoffMs * 2, LONGEST_BACKOFF_MS);
      await clock.wait(backoffMs, signal);
    }
  }
  report.phase({ kind: 'stopped' });
}

async function relayOverOneSession(
  session: SourceSession,
  options: Omit<RelayOptions, 'sql'>,
  report: RelayReport,
  signal: AbortSignal,
): Promise<void> {
  const { clock, source, randomId } = options;
  const close = (): void => session.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    await session.prepare();
    while (!(await session.lock())) {
      report.phase({ kind: 'waiting' });
      await clock.wait(LOCK_POLL_MS, signal);
    }
    const { pollMs = POLL_MS, heartbeatMs = HEARTBEAT_MS } = options;
    const log = givenUpWith(signal, options.log);
    let backoffMs = FIRST_BACKOFF_MS;
    while (!signal.aborted) {
      try {
        await runTenure(session, { source, log, clock, randomId, pollMs, heartbeatMs, report }, signal);
      } catch (error) {
        if (!(error instanceof LogTrouble) || signal.aborted) throw error;
        report.trouble(error);
        backoffMs = report.worked() ? FIRST_BACKOFF_MS : Math.min(backoffMs * 2, LONGEST_BACKOFF_MS);
        await clock.wait(backoffMs, signal);
      }
    }
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}

/** The log is the caller's and may be busy for seconds: who stops does not wait for it. */
function givenUpWith(signal: AbortSignal, log: PurgeLogProducer): PurgeLogProducer {
  const orStopped = async <Value>(work: Promise<Value>): Promise<Value> => {
    const { promise: stopped, reject } = Promise.withResolvers<never>();
    const stop = (): void => reject(new Error('the relay was stopped'));
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await Promise.race([work, stopped]);
    } finally {
      // One listener for each call, gone with it: a promise that all calls raced against would keep every one of them.
      signal.removeEventListener('abort', stop);
    }
  };
  return {
    append: (records) => orStopped(log.append(records)),
    close: () => log.close(),
  };
}
