// The ledger: what has been purged up to where, and how much of the log is known. It is the cache's judge.

import type { PurgeRecord, UnreadableRecord } from '../../schema/purge-event.ts';
import type { Judge } from '../cache/judge.ts';
import type { Clock } from '../clock.ts';
import { type EventPurge, eventPurges, type Purge } from './event-tags.ts';
import { createLedgerState, type LedgerSchema } from './ledger-state.ts';
import { isCurrent, isOpen, type LedgerSubgraph, oldestAsOf } from './ledger-subgraph.ts';
import type { OpenedLog } from './log.ts';
import type { DistrustReason, PurgeLogger, PurgeMetrics } from './report.ts';
import type { Heard, Source } from './source.ts';

export interface LedgerOptions extends LedgerSchema {
  readonly clock: Clock;
  readonly metrics: PurgeMetrics;
  readonly logger: PurgeLogger;
  /** A random whole number from 0 to 2^32 − 1. */
  readonly randomUint32: () => number;
  /** Distinct tags that are remembered one by one. Default 1,000,000: at most 40 MB. */
  readonly maxTags?: number;
}

export interface SourceStatus {
  readonly name: string;
  /** Epoch ms, null when never heard. */
  readonly asOfAt: number | null;
  readonly distrust: DistrustReason | null;
}

export interface SubgraphStatus {
  readonly name: string;
  /** Null: a source of it was never heard, or the log was not reached: nothing of it is cached. */
  readonly logId: string | null;
  readonly horizon: number;
  /** Null when a source was never heard, or it has none. */
  readonly asOfAgeMs: number | null;
  readonly sources: readonly SourceStatus[];
}

export interface LedgerStatus {
  /** Offset of the last record applied, of whatever source. */
  readonly position: number;
  readonly tagCount: number;
  readonly sizeBytes: number;
  readonly subgraphs: readonly SubgraphStatus[];
}

/** The feed's side of the ledger. Each call is one step: no entry is judged between its parts. */
export interface Ledger extends Judge {
  /** The log was reached: of what came before its position nothing is known. */
  begin(log: OpenedLog): void;
  /** Applies the next record. @returns what could not be applied, and why */
  apply(offset: number, record: PurgeRecord | UnreadableRecord): { readonly unreadable: string | null };
  /** Records up to this offset were not handed over. */
  skipped(offset: number): void;
  /** The log gives offsets anew that stood for other records: what follows comes after this offset. */
  renumbered(offset: number): void;
  /** The gateway serves though records up to this offset are not read yet. */
  notCaughtUp(offset: number): void;
  /** Another supergraph or other sources. What is kept of subgraphs that changed is refused. */
  setSchema(schema: LedgerSchema): void;
  status(nowAt: number): LedgerStatus;
}

export function createLedger(options: LedgerOptions): Ledger {
  const { clock, metrics, logger, randomUint32, maxTags = 1_000_000, subgraphs, facts } = options;
  const schema = { subgraphs, facts };
  const state = createLedgerState({ schema, nowAt: clock.nowAt, metrics, randomUint32, maxTags });
  const { memory } = state;

  /** Lets the source hear a record that is its own, and moves the horizons of those who read from it. */
  const listen = (source: Source, offset: number, hear: () => Heard): Heard => {
    const before = source.distrust;
    const heard = hear();
    for (const subgraph of state.readersOf(source)) {
      if (heard.kind === 'new-log') state.renew(subgraph, offset, 'new-log');
      if (heard.kind === 'next' && heard.raise !== null) state.raise(subgraph, offset, heard.raise);
      subgraph.asOfAt = oldestAsOf(subgraph);
    }
    const { name, distrust } = source;
    if (distrust !== null) metrics.distrusted(name, distrust);
    if (distrust !== before) logger.warn({ source: name, distrust }, 'heartbeats of a source: trust changed');
    return heard;
  };

  const applyPurge = (offset: number, record: Extract<PurgeRecord, { kind: 'purge' }>): string | null => {
    const { origin } = record;
    const source = state.source(record.source);
    const heard = origin && source ? listen(source, offset, () => source.hearPurge(offset, origin)) : null;
    const purges = eventPurges(record, state.schema.subgraphs, state.schema.facts);
    if (purges.length === 0) metrics.event('other', 'malformed');
    for (const { subgraph: name, purge } of purges) {
      const subgraph = state.subgraph(name);
      if (subgraph === undefined) continue;
      const isInOrder = heard !== null && heard.kind !== 'old-log' && subgraph.sources.some((own) => own === source);
      const position = isInOrder ? offset : state.afterAll(subgraph, offset);
      applyTo(subgraph, purge, position);
      metrics.event(name, purge.kind === 'unreadable' ? 'malformed' : isRepeat(heard) ? 'duplicate' : 'applied');
    }
    return whyUnreadable(record.source, purges);
  };

  const applyTo = (subgraph: LedgerSubgraph, purge: Purge, position: number): void => {
    switch (purge.kind) {
      case 'tags':
        subgraph.newestPurge = Math.max(subgraph.newestPurge, position);
        memory.purge(subgraph.name, purge.tags, position);
        break;
      case 'subgraph':
        state.raise(subgraph, position, 'asked');
        break;
      case 'unreadable':
        state.raise(subgraph, position, 'unreadable');
    }
  };

  const applyUnreadable = (offset: number, { source: name }: UnreadableRecord): void => {
    const source = name === null ? undefined : state.source(name);
    const readers = source === undefined ? [] : state.readersOf(source);
    if (readers.length === 0) metrics.event('other', 'malformed');
    for (const subgraph of readers) {
      state.raise(subgraph, state.afterAll(subgraph, offset), 'unreadable');
      metrics.event(subgraph.name, 'malformed');
    }
  };

  const stamp: Ledger['stamp'] = (name) => {
    const subgraph = state.subgraph(name);
    if (subgraph === undefined || subgraph.logId === null) return null;
    return { logId: subgraph.logId, position: state.positionNow(subgraph) };
  };

  return {
    digest: memory.digest,
    stamp,
    applied(name) {
      const stamped = stamp(name);
      return stamped?.logId === 'clock' ? null : stamped;
    },
    judge(entry, name, policy, nowAt) {
      const subgraph = state.subgraph(name);
      if (subgraph === undefined || !isOpen(subgraph, policy, nowAt)) return 'bypass';
      if (!isCurrent(subgraph, entry, memory)) return 'purged';
      return nowAt < entry.expiresAt ? 'fresh' : 'expired';
    },
    mayJoin(stamp, tags, name, policy, nowAt) {
      const subgraph = state.subgraph(name);
      return subgraph !== undefined && isOpen(subgraph, policy, nowAt) && isCurrent(subgraph, { stamp, tags }, memory);
    },
    asOfAgeMs: (name, nowAt) => nowAt - (state.subgraph(name)?.asOfAt ?? Number.NEGATIVE_INFINITY),
    begin: state.begin,
    apply(offset, record) {
      state.advance(offset);
      switch (record.kind) {
        case 'purge':
          return { unreadable: applyPurge(offset, record) };
        case 'heartbeat': {
          const { origin, heartbeat } = record;
          const source = state.source(record.source);
          if (source) listen(source, offset, () => source.hearHeartbeat(offset, origin, heartbeat, clock.nowAt()));
          return { unreadable: null };
        }
        case 'unreadable':
          applyUnreadable(offset, record);
          return { unreadable: record.reason };
      }
    },
    skipped: state.skipped,
    renumbered: state.renumbered,
    notCaughtUp: state.notCaughtUp,
    setSchema: state.setSchema,
    status: (nowAt) => ({
      position: state.logPosition,
      tagCount: memory.tagCount,
      sizeBytes: memory.sizeBytes,
      subgraphs: [...state.allSubgraphs()].map((subgraph) => statusOf(subgraph, nowAt)),
    }),
  };
}

function isRepeat(heard: Heard | null): boolean {
  return heard?.kind === 'repeated' || (heard?.kind === 'next' && heard.duplicate);
}

function whyUnreadable(source: string, purges: readonly EventPurge[]): string | null {
  if (purges.length === 0) return `expected a source or a subgraph of this gateway, got source ${source}`;
  for (const { purge } of purges) if (purge.kind === 'unreadable') return purge.reason;
  return null;
}

function statusOf({ name, logId, horizon, asOfAt, sources }: LedgerSubgraph, nowAt: number): SubgraphStatus {
  return {
    name,
    logId,
    horizon,
    asOfAgeMs: Number.isFinite(asOfAt) ? nowAt - asOfAt : null,
    sources: sources.map((source) => ({
      name: source.name,
      asOfAt: Number.isFinite(source.asOfAt) ? source.asOfAt : null,
      distrust: source.distrust,
    })),
  };
}
