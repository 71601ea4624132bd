// What a gateway has of the purge room: log, ledger, feed, with everything that it reports kept for the test.

import { randomUUID } from 'node:crypto';
import type { Judged, Policy, Verdict } from '../../../gateway/cache/judge.ts';
import { systemClock, systemTimer } from '../../../gateway/clock.ts';
import { createFeed, type Feed } from '../../../gateway/purge/feed.ts';
import { createKafkaLog } from '../../../gateway/purge/kafka-log.ts';
import { createLedger, type Ledger } from '../../../gateway/purge/ledger.ts';
import type { PurgeLog } from '../../../gateway/purge/log.ts';
import type { PurgeEvent } from '../../../schema/purge-event.ts';
import { entityTag } from '../../../schema/tag.ts';
import { type Counted, collectingLogger, countingMetrics, facts, stampOf } from '../../unit/purge/purge-world.ts';

export const BOUND: Policy = { kind: 'bounded', boundMs: 2_000 };
export const TTL: Policy = { kind: 'ttl' };
export const subgraphs = [
  { name: 'catalog', sources: ['catalog'] },
  { name: 'search', sources: [] },
];

export interface GatewaySide {
  readonly log: PurgeLog;
  readonly ledger: Ledger;
  readonly feed: Feed;
  readonly metrics: Counted;
  readonly fatal: Error[];
  /** An entry of a product whose fetch begins now. */
  product(upc: string): Judged;
  judge(entry: Judged, policy?: Policy): Verdict;
  stop(): Promise<void>;
}

export interface GatewaySideOptions {
  /** Default 60 s. */
  readonly replayWindowMs?: number;
  /** Default 30 s. */
  readonly readyTimeoutMs?: number;
}

export function startGatewaySide(
  brokers: readonly string[],
  topic: string,
  { replayWindowMs = 60_000, readyTimeoutMs = 30_000 }: GatewaySideOptions = {},
): GatewaySide {
  const clock = systemClock();
  const metrics = countingMetrics();
  const logger = collectingLogger();
  const fatal: Error[] = [];
  const log = createKafkaLog({ brokers, topic, randomId: randomUUID });
  const randomUint32 = (): number => Math.floor(Math.random() * 2 ** 32);
  const ledger = createLedger({ clock, metrics, logger, subgraphs, facts, randomUint32 });
  const feed = createFeed({
    log,
    ledger,
    clock,
    timer: systemTimer,
    replayWindowMs,
    readyTimeoutMs,
    logger,
    metrics,
    onFatal: (error) => void fatal.push(error),
  });
  feed.start();
  return {
    log,
    ledger,
    feed,
    metrics,
    fatal,
    product(upc) {
      const tags = [ledger.digest(entityTag('catalog', 'Product', { upc }))];
      return { stamp: stampOf(ledger, 'catalog'), tags, expiresAt: clock.nowAt() + 600_000 };
    },
    judge: (entry, policy = BOUND) => ledger.judge(entry, 'catalog', policy, clock.nowAt()),
    async stop() {
      feed.stop();
      await log.close();
    },
  };
}

export function productEvent(upc: string): PurgeEvent {
  const keys = [{ upc, sku: upc, brand: { name: 'b' } }];
  return { kind: 'entity', type: 'Product', keys, op: 'update', list: false, tags: [], ts: Date.now() };
}
