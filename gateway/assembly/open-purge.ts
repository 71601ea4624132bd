// Opens the purge log and what reads it: the ledger that judges, the feed that fills it, the chores beside them.

import { randomInt, randomUUID } from 'node:crypto';
import type { EntityStore } from '../cache/record.ts';
import { type Clock, systemTimer } from '../clock.ts';
import type { Config } from '../config.ts';
import type { GatewayError } from '../errors.ts';
import { createChores } from '../purge/chores.ts';
import { createDeadLetters } from '../purge/dead-letters.ts';
import { createFeed, type Feed } from '../purge/feed.ts';
import { listenForSources } from '../purge/hearing.ts';
import { createJanitor } from '../purge/janitor.ts';
import { createKafkaLog } from '../purge/kafka-log.ts';
import { createLedger, type Ledger } from '../purge/ledger.ts';
import type { LedgerSchema } from '../purge/ledger-state.ts';
import type { PurgeLog } from '../purge/log.ts';
import { createMemoryLog } from '../purge/memory-log.ts';
import type { Logger } from '../telemetry/logs.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { longestFetchMs } from './load-supergraph.ts';

export interface PurgeParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics['purge'];
  readonly schema: LedgerSchema;
  /** The log that relays in this process write to; null: one of our own. */
  readonly inProcessLog: PurgeLog | null;
  readonly onFatal: (error: GatewayError) => void;
}

export interface OpenPurge {
  readonly log: PurgeLog;
  readonly ledger: Ledger;
  readonly feed: Pick<Feed, 'status'>;
  /**
   * Begins to read the log. Resolves when it is read up to its end and each bounded subgraph's sources were heard, or after
   * readyTimeout: degraded.
   */
  start(): Promise<void>;
  /** The schema that is in force. */
  schema(): LedgerSchema;
  setSchema(schema: LedgerSchema): void;
  /** Begins to remove what was purged, once there is a store. */
  startChores(store: EntityStore, keyText: KeyText): void;
  close(): Promise<void>;
}

/** The canonical text of a key, as addresses have it. */
export type KeyText = (key: Parameters<Parameters<typeof createJanitor>[0]['remove']>[2]) => string;

export function openPurge(parts: PurgeParts): OpenPurge {
  const { config, clock, logger, metrics, onFatal, inProcessLog } = parts;
  const { log: where, replayWindowMs, readyTimeoutMs, ledgerMaxTagsCount } = config.purge;
  const log =
    where.kind === 'kafka'
      ? createKafkaLog({ brokers: where.brokers, topic: where.topic, randomId: randomUUID })
      : (inProcessLog ?? createMemoryLog({ clock, name: randomUUID() }));
  let schema = parts.schema;
  const ledger = createLedger({
    ...schema,
    clock,
    metrics,
    logger,
    randomUint32: () => randomInt(2 ** 32),
    maxTags: ledgerMaxTagsCount,
  });
  const hearing = listenForSources({
    ledger,
    clock,
    timer: systemTimer,
    boundMs: config.cache.boundMs,
    timeoutMs: readyTimeoutMs,
    logger,
  });
  const feed = createFeed({
    log,
    ledger: hearing.ledger,
    clock,
    timer: systemTimer,
    replayWindowMs,
    readyTimeoutMs,
    logger,
    metrics,
    onFatal,
  });
  const stops: (() => void)[] = [() => feed.stop(), () => hearing.stop()];
  let chores: ReturnType<typeof createChores> | null = null;
  return {
    log,
    ledger,
    feed,
    async start() {
      feed.start();
      await Promise.all([feed.ready, hearing.done]);
    },
    schema: () => schema,
    setSchema(next) {
      schema = next;
      ledger.setSchema(next);
      chores?.setSchema(next);
    },
    startChores(store, keyText) {
      const janitor = createJanitor({
        remove: (subgraph, typename, key) => store.remove(subgraph, typename, keyText(key)),
        fetchDeadlineMs: longestFetchMs(config),
        timer: systemTimer,
        logger,
        metrics,
      });
      stops.push(() => janitor.stop());
      chores = createChores({
        ...schema,
        log,
        janitor,
        deadLetters: createDeadLetters({ log, logger, metrics }),
        logger,
      });
      chores.start();
    },
    async close() {
      for (const stop of stops) stop();
      if (log !== inProcessLog) await log.close();
    },
  };
}
