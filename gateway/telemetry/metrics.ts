// The metrics of one gateway: a function for each thing that happens, gauges that are read when somebody scrapes.

import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { METRICS, type MetricName } from './metric-table.ts';
import { createTally } from './tally.ts';

export type ResponseSource = 'finished' | 'entries' | 'partial' | 'origin' | 'none';
/** `ok`: no errors; `errors`: an answer with errors in it; `refused`: 4xx; `failed`: 5xx. */
export type ResponseOutcome = 'ok' | 'errors' | 'refused' | 'failed';

/** What is read at each scrape. Absent: not shown, or 0. */
export interface GaugeSources {
  /** By subgraph, ms; Infinity where it was never heard. */
  readonly asOfAgesMs?: () => Iterable<readonly [subgraph: string, ageMs: number]>;
  readonly ledgerTagsCount?: () => number;
  readonly l1?: () => { readonly bytes: number; readonly entriesCount: number };
  readonly shards?: () => Iterable<readonly [shard: string, state: 'up' | 'down']>;
  readonly waitingWriteCount?: () => number;
}

/**
 * Ms in every argument, seconds in every metric. Labels are bounded: what the supergraph does not know is `other`.
 * `cache`, `purge` and `origin` have the shapes of the interfaces by which those rooms report.
 */
export interface Metrics {
  /** The subgraphs and types of the supergraph that is in force now. Before the first call all are `other`. */
  know(types: ReadonlyMap<string, ReadonlySet<string>>): void;
  response(source: ResponseSource, outcome: ResponseOutcome): void;
  readonly cache: {
    reads(subgraph: string, typename: string, tier: string, result: string, count: number): void;
    write(subgraph: string, tier: string, result: string): void;
    evicted(): void;
    shardCall(shard: string, operation: string, result: string, tookMs: number): void;
    unreadable(shard: string, reason: string): void;
    coalesced(subgraph: string, count: number): void;
  };
  readonly purge: {
    event(subgraph: string, result: string): void;
    horizonRaised(subgraph: string, reason: string): void;
    distrusted(source: string, reason: string): void;
    purgeToInvisible(delayMs: number): void;
    dropped(what: string): void;
  };
  readonly origin: {
    request(subgraph: string, outcome: string, tookMs: number): void;
  };
  /** Later calls add to earlier ones; the same gauge twice: the later source. */
  observe(sources: GaugeSources): void;
  /** In Prometheus' text format. */
  scrape(): Promise<{ readonly contentType: string; readonly text: string }>;
}

const OTHER = 'other';
/** Seconds. From an answer out of a shard's memory to a subgraph's deadline. */
const SPAN_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Also the process's own metrics (memory, event loop, garbage collection) under prom-client's names. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  let known: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  let sources: GaugeSources = {};
  const subgraphOf = (name: string): string => (known.has(name) ? name : OTHER);
  const responses = createTally(registry, 'freshet_responses_total');
  gauges(registry, subgraphOf, () => sources);
  return {
    know(types) {
      known = types;
    },
    response: (source, outcome) => responses(1, source, outcome),
    cache: cacheMetrics(registry, subgraphOf, () => known),
    purge: purgeMetrics(registry, subgraphOf),
    origin: originMetrics(registry, subgraphOf),
    observe(more) {
      sources = { ...sources, ...more };
    },
    async scrape() {
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

function cacheMetrics(
  registry: Registry,
  subgraphOf: (name: string) => string,
  known: () => ReadonlyMap<string, ReadonlySet<string>>,
): Metrics['cache'] {
  const reads = createTally(registry, 'freshet_cache_reads_total');
  const writes = createTally(registry, 'freshet_cache_writes_total');
  const evictions = createTally(registry, 'freshet_evictions_total');
  const coalesced = createTally(registry, 'freshet_coalesced_total');
  const shardSeconds = histogram(registry, 'freshet_shard_seconds');
  const troubles = createTally(registry, 'freshet_shard_troubles_total');
  const unreadable = createTally(registry, 'freshet_unreadable_entries_total');
  return {
    reads(subgraph, typename, tier, result, count) {
      const types = known().get(subgraph);
      if (types === undefined) reads(count, OTHER, OTHER, tier, result);
      else reads(count, subgraph, types.has(typename) ? typename : OTHER, tier, result);
    },
    write: (subgraph, tier, result) => writes(1, subgraphOf(subgraph), tier, result),
    evicted: () => evictions(1),
    shardCall(shard, operation, result, tookMs) {
      shardSeconds.observe({ shard, operation }, tookMs / 1000);
      if (result !== 'ok') troubles(1, shard, result);
    },
    unreadable: (shard, reason) => unreadable(1, shard, reason),
    coalesced: (subgraph, count) => coalesced(count, subgraphOf(subgraph)),
  };
}

function purgeMetrics(registry: Registry, subgraphOf: (name: string) => string): Metrics['purge'] {
  const events = createTally(registry, 'freshet_purge_events_total');
  const toInvisible = histogram(registry, 'freshet_purge_to_invisible_seconds');
  const raised = createTally(registry, 'freshet_ledger_horizon_raised_total');
  const raisedWhy = createTally(registry, 'freshet_horizon_reasons_total');
  const distrusted = createTally(registry, 'freshet_heartbeats_distrusted_total');
  const dropped = createTally(registry, 'freshet_purge_dropped_total');
  return {
    event: (subgraph, result) => events(1, subgraphOf(subgraph), result),
    horizonRaised(subgraph, reason) {
      raised(1);
      raisedWhy(1, subgraphOf(subgraph), reason);
    },
    // The source is left out: records name what they like, and the log names it.
    distrusted: (_source, reason) => distrusted(1, reason),
    purgeToInvisible: (delayMs) => toInvisible.observe(delayMs / 1000),
    dropped: (what) => dropped(1, what),
  };
}

function originMetrics(registry: Registry, subgraphOf: (name: string) => string): Metrics['origin'] {
  const requests = createTally(registry, 'freshet_origin_requests_total');
  const seconds = histogram(registry, 'freshet_origin_seconds');
  return {
    request(name, outcome, tookMs) {
      const subgraph = subgraphOf(name);
      requests(1, subgraph, outcome);
      seconds.observe({ subgraph, outcome }, tookMs / 1000);
    },
  };
}

function gauges(registry: Registry, subgraphOf: (name: string) => string, sources: () => GaugeSources): void {
  gauge(registry, 'freshet_as_of_age_seconds', (set) => {
    for (const [name, ageMs] of sources().asOfAgesMs?.() ?? []) set({ subgraph: subgraphOf(name) }, ageMs / 1000);
  });
  gauge(registry, 'freshet_ledger_tags', (set) => set({}, sources().ledgerTagsCount?.() ?? 0));
  gauge(registry, 'freshet_shard_up', (set) => {
    for (const [shard, state] of sources().shards?.() ?? []) set({ shard }, state === 'up' ? 1 : 0);
  });
  gauge(registry, 'freshet_shard_writes_waiting', (set) => set({}, sources().waitingWriteCount?.() ?? 0));
  gauge(registry, 'freshet_l1_bytes', (set) => set({}, sources().l1?.().bytes ?? 0));
  gauge(registry, 'freshet_l1_entries', (set) => set({}, sources().l1?.().entriesCount ?? 0));
}

type SetGauge = (labels: Readonly<Record<string, string>>, value: number) => void;

/** Read at each scrape; what a source no longer names is no longer shown. */
function gauge(registry: Registry, name: MetricName, collect: (set: SetGauge) => void): void {
  const { help, labels } = METRICS[name];
  new Gauge({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
    collect() {
      this.reset();
      collect((values, value) => this.set({ ...values }, value));
    },
  });
}

function histogram(registry: Registry, name: MetricName): Histogram {
  const { help, labels } = METRICS[name];
  return new Histogram({ name, help, labelNames: [...labels], buckets: SPAN_BUCKETS, registers: [registry] });
}
