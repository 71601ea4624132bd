// A ledger with a clock that stands still and relays that say what a test wants: for the tests of the purge room.

import type { Judged, Policy, Stamp, Verdict } from '../../../gateway/cache/judge.ts';
import type { EntityFacts, FieldSet, SubgraphSources } from '../../../gateway/purge/facts.ts';
import { createLedger, type Ledger } from '../../../gateway/purge/ledger.ts';
import type { PurgeLogger, PurgeMetrics } from '../../../gateway/purge/report.ts';
import type { Heartbeat, PurgeEvent, PurgeRecord } from '../../../schema/purge-event.ts';
import type { KeyObject } from '../../../schema/tag.ts';

export const BOUNDED: Policy = { kind: 'bounded', boundMs: 5_000 };
export const TTL: Policy = { kind: 'ttl' };
export const NOW_AT = 1_700_000_000_000;

export const field = (name: string): FieldSet => new Map([[name, null]]);

/** Product has the key `upc` and, in catalog alone, `sku brand { name }`; Book is a Product that is kept as Media too. */
export const facts: EntityFacts = {
  keysOf(subgraph, typename) {
    const brand: FieldSet = new Map([
      ['sku', null],
      ['brand', field('name')],
    ]);
    const upc = field('upc');
    const catalog: Record<string, readonly FieldSet[]> = {
      Product: [upc, brand],
      Book: [upc],
      Media: [field('id')],
      Page: [],
    };
    const others: Record<string, readonly FieldSet[]> = { Product: [upc], Review: [field('id')] };
    return (subgraph === 'catalog' ? catalog : others)[typename] ?? null;
  },
  interfacesOf: (subgraph, typename) => (subgraph === 'catalog' && typename === 'Book' ? ['Media'] : []),
  versionOf: () => '1',
};

export interface Counted extends PurgeMetrics {
  readonly events: string[];
  readonly horizons: string[];
  readonly distrusts: string[];
  readonly delaysMs: number[];
  readonly drops: string[];
}

export function countingMetrics(): Counted {
  const counted = {
    events: [] as string[],
    horizons: [] as string[],
    distrusts: [] as string[],
    delaysMs: [] as number[],
    drops: [] as string[],
  };
  return {
    ...counted,
    event: (subgraph, result) => void counted.events.push(`${subgraph} ${result}`),
    horizonRaised: (subgraph, reason) => void counted.horizons.push(`${subgraph} ${reason}`),
    distrusted: (source, reason) => void counted.distrusts.push(`${source} ${reason}`),
    purgeToInvisible: (delayMs) => void counted.delaysMs.push(delayMs),
    dropped: (what) => void counted.drops.push(what),
  };
}

export interface Lines extends PurgeLogger {
  readonly lines: string[];
}

export function collectingLogger(): Lines {
  const lines: string[] = [];
  const write =
    (level: string) =>
    (fields: object, message: string): void =>
      void lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  return { lines, info: write('info'), warn: write('warn'), error: write('error') };
}

export interface WorldOptions {
  readonly subgraphs?: readonly SubgraphSources[];
  readonly facts?: EntityFacts;
  readonly maxTags?: number;
  readonly numbering?: 'offsets' | 'clock';
  /** Position at which the log is opened; null: it is not. Default −1. */
  readonly openAt?: number | null;
}

export interface World {
  readonly ledger: Ledger;
  readonly clock: { nowAt: number };
  readonly metrics: Counted;
  readonly logger: Lines;
  /** An entry that a fetch stores which begins now. */
  entry(subgraph: string, ...tags: readonly string[]): Judged;
  judge(entry: Judged, subgraph: string, policy?: Policy): Verdict;
}

export function createWorld(options: WorldOptions = {}): World {
  const clock = { nowAt: NOW_AT };
  const metrics = countingMetrics();
  const logger = collectingLogger();
  let seed = 7;
  const ledger = createLedger({
    clock: { nowAt: () => clock.nowAt },
    metrics,
    logger,
    subgraphs: options.subgraphs ?? [{ name: 'catalog', sources: ['catalog'] }],
    facts: options.facts ?? facts,
    ...(options.maxTags === undefined ? {} : { maxTags: options.maxTags }),
    randomUint32() {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed;
    },
  });
  const { openAt = -1, numbering = 'offsets' } = options;
  if (openAt !== null) ledger.begin({ name: 'cluster/topic', numbering, position: openAt, endPosition: openAt });
  return {
    ledger,
    clock,
    metrics,
    logger,
    entry(subgraph, ...tags) {
      const stamp = stampOf(ledger, subgraph);
      return { stamp, tags: tags.map(ledger.digest), expiresAt: NOW_AT + 60_000 };
    },
    judge: (entry, subgraph, policy = BOUNDED) => ledger.judge(entry, subgraph, policy, clock.nowAt),
  };
}

export function stampOf(ledger: Ledger, subgraph: string): Stamp {
  const stamp = ledger.stamp(subgraph);
  if (stamp === null) throw new Error(`Expected a stamp for ${subgraph}, got null`);
  return stamp;
}

export interface Relay {
  /** Its records as they would stand in the log. */
  purge(event?: Partial<EntityEvent>): PurgeRecord;
  event(event: PurgeEvent): PurgeRecord;
  beat(heartbeat?: Partial<Heartbeat>): PurgeRecord;
  /** The next purge gets no number: it was sent and is lost. */
  lose(): void;
}

type EntityEvent = Extract<PurgeEvent, { kind: 'entity' }>;

export function entityEvent(change: Partial<EntityEvent> = {}): EntityEvent {
  const keys: readonly KeyObject[] = [{ upc: '1', sku: 's', brand: { name: 'b' } }];
  return { kind: 'entity', type: 'Product', keys, op: 'update', list: false, tags: [], ts: NOW_AT, ...change };
}

export function createRelay(source: string, { logId = 'log-1' } = {}): Relay {
  let number = 0;
  const origin = (): { logId: string; number: number } => ({ logId, number });
  const event: Relay['event'] = (said) => {
    number += 1;
    return { kind: 'purge', source, origin: origin(), event: said };
  };
  return {
    event,
    purge: (change) => event(entityEvent(change)),
    beat: (change) => {
      const heartbeat = { asOfAt: NOW_AT, system: 'system-1', timeline: 1, ...change };
      return { kind: 'heartbeat', source, origin: origin(), heartbeat };
    },
    lose() {
      number += 1;
    },
  };
}

/** A purge that somebody sends who is no relay. */
export function manual(event: PurgeEvent, source = 'freshet:invalidation'): PurgeRecord {
  return { kind: 'purge', source, origin: null, event };
}
