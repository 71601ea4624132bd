// The ledger's state: subgraphs with their horizons, sources, and the tags; what moves a horizon stands here.

import type { EntityFacts, SubgraphSources } from './facts.ts';
import { createLedgerMemory, type LedgerMemory } from './ledger-memory.ts';
import { createLedgerSubgraph, type LedgerSubgraph, logIdOf, oldestAsOf, sourcePosition } from './ledger-subgraph.ts';
import type { OpenedLog } from './log.ts';
import type { HorizonReason, PurgeMetrics } from './report.ts';
import { createSource, type Source } from './source.ts';

export interface LedgerSchema {
  readonly subgraphs: readonly SubgraphSources[];
  readonly facts: EntityFacts;
}

export interface LedgerStateOptions {
  readonly schema: LedgerSchema;
  readonly nowAt: () => number;
  readonly metrics: PurgeMetrics;
  readonly randomUint32: () => number;
  readonly maxTags: number;
}

export interface LedgerState {
  readonly memory: LedgerMemory;
  readonly schema: LedgerSchema;
  readonly logPosition: number;
  subgraph(name: string): LedgerSubgraph | undefined;
  allSubgraphs(): Iterable<LedgerSubgraph>;
  source(name: string): Source | undefined;
  readersOf(source: Source): readonly LedgerSubgraph[];
  /** The position for a stamp that is taken now. */
  positionNow(subgraph: LedgerSubgraph): number;
  /** Later than any stamp of the subgraph so far: for what stands at an offset that does not compare. */
  afterAll(subgraph: LedgerSubgraph, offset: number): number;
  raise(subgraph: LedgerSubgraph, to: number, reason: HorizonReason): void;
  /** Positions of the subgraph begin anew at this offset. */
  renew(subgraph: LedgerSubgraph, offset: number, reason: HorizonReason): void;
  advance(offset: number): void;
  begin(log: OpenedLog): void;
  skipped(offset: number): void;
  renumbered(offset: number): void;
  notCaughtUp(offset: number): void;
  setSchema(schema: LedgerSchema): void;
}

export function createLedgerState({
  schema: first,
  nowAt,
  metrics,
  randomUint32,
  maxTags,
}: LedgerStateOptions): LedgerState {
  const memory = createLedgerMemory({
    maxTags,
    randomUint32,
    forgotten(name, position) {
      const subgraph = subgraphs.get(name);
      if (subgraph !== undefined) raise(subgraph, position, 'overflow');
    },
  });
  const sources = new Map<string, Source>();
  let subgraphs = new Map<string, LedgerSubgraph>();
  let schema = first;
  let log: OpenedLog | null = null;
  let logPosition = -1;
  /** Offsets up to here may be served over before they are read. */
  let unreadUntil = -1;
  let salt = '';

  const raise = (subgraph: LedgerSubgraph, to: number, reason: HorizonReason): void => {
    if (to <= subgraph.horizon) return;
    subgraph.horizon = to;
    metrics.horizonRaised(subgraph.name, reason);
  };
  const afterAll = (subgraph: LedgerSubgraph, offset: number): number =>
    Math.max(offset, sourcePosition(subgraph, -1) + 1);
  const positionNow = (subgraph: LedgerSubgraph): number =>
    // Before the present microsecond: a purge that comes within it gets no greater offset.
    subgraph.logId === 'clock' ? Math.floor(nowAt() * 1000) - 1 : sourcePosition(subgraph, logPosition);
  const renew = (subgraph: LedgerSubgraph, offset: number, reason: HorizonReason): void => {
    const isFirst = subgraph.logId === null;
    subgraph.logId = log === null ? null : logIdOf(subgraph, log, salt);
    if (isFirst) {
      raise(subgraph, offset, reason);
      return;
    }
    subgraph.horizon = Math.max(offset, unreadUntil);
    subgraph.newestPurge = -1;
    memory.clear(new Set([subgraph.name]));
    metrics.horizonRaised(subgraph.name, reason);
  };
  const sourceOf = (name: string): Source => {
    const source = sources.get(name) ?? createSource(name);
    sources.set(name, source);
    return source;
  };
  const setSchema = (next: LedgerSchema): void => {
    schema = next;
    const before = subgraphs;
    const gone = new Set(before.keys());
    subgraphs = new Map();
    for (const { name, sources: names } of next.subgraphs) {
      const version = JSON.stringify([[...names].sort(), next.facts.versionOf(name)]);
      const known = before.get(name);
      if (known?.version === version) {
        gone.delete(name);
        subgraphs.set(name, known);
        continue;
      }
      const subgraph = createLedgerSubgraph(name, names.map(sourceOf), version);
      subgraphs.set(name, subgraph);
      if (log === null) continue;
      subgraph.logId = logIdOf(subgraph, log, salt);
      subgraph.asOfAt = oldestAsOf(subgraph);
      raise(subgraph, Math.max(positionNow(subgraph) + 1, unreadUntil), 'schema');
    }
    memory.clear(gone);
  };
  setSchema(first);

  return {
    memory,
    get schema() {
      return schema;
    },
    get logPosition() {
      return logPosition;
    },
    subgraph: (name) => subgraphs.get(name),
    allSubgraphs: () => subgraphs.values(),
    source: (name) => sources.get(name),
    readersOf: (source) => [...subgraphs.values()].filter((subgraph) => subgraph.sources.includes(source)),
    positionNow,
    afterAll,
    raise,
    renew,
    advance(offset) {
      logPosition = offset;
    },
    begin(opened) {
      log = opened;
      logPosition = opened.position;
      for (const subgraph of subgraphs.values()) {
        subgraph.logId = logIdOf(subgraph, opened, salt);
        subgraph.horizon = opened.position;
      }
    },
    skipped(offset) {
      logPosition = offset;
      for (const subgraph of subgraphs.values()) raise(subgraph, offset, 'jump');
    },
    renumbered(offset) {
      logPosition = offset;
      unreadUntil = -1;
      salt = `${randomUint32()}-${randomUint32()}`;
      for (const subgraph of subgraphs.values()) {
        if (subgraph.sources.length === 0) renew(subgraph, offset, 'offsets-reused');
        else if (subgraph.logId === null) subgraph.horizon = offset;
        // A source's own offsets go on growing, or its relay takes a new log id: only what stood between them is unknown.
        else raise(subgraph, afterAll(subgraph, -1), 'offsets-reused');
      }
    },
    notCaughtUp(offset) {
      unreadUntil = offset;
      for (const subgraph of subgraphs.values()) raise(subgraph, offset, 'not-caught-up');
    },
    setSchema,
  };
}
