// What one source has been heard to say: its log id, how far it was read, its relays' numbers, its as-of. A state machine.
//
// Offsets of one source grow under one log id, whatever happens to the log: its relay compares every acknowledged offset
// with the one before, and takes a new log id when it is not greater, when a send is not answered, and when it begins.
// So a position is that of the source's own last record, not that of the log: another source's record may stand where one
// of this source was lost.

import type { Heartbeat, RecordOrigin } from '../../schema/purge-event.ts';
import type { DistrustReason, HorizonReason } from './report.ts';

/** A heartbeat this far ahead of the gateway's clock is not believed. */
export const LARGEST_SKEW_MS = 250;
/** Log ids given up that are remembered. */
const OLD_LOG_LIMIT = 64;

export interface Source {
  readonly name: string;
  readonly logId: string | null;
  /** Offset of the last record of this source under this log id, −1 for none. */
  readonly position: number;
  /** Epoch ms by the database's clock; −Infinity until a heartbeat was believed under this log id. */
  readonly asOfAt: number;
  /** Why the last heartbeat was not believed. */
  readonly distrust: DistrustReason | null;
  /** A purge, or a record that cannot be read though its origin can. */
  hearPurge(offset: number, origin: RecordOrigin): Heard;
  hearHeartbeat(offset: number, origin: RecordOrigin, heartbeat: Heartbeat, nowAt: number): Heard;
}

/** What a record means for the ledger, beside what it purges. */
export type Heard =
  /** Heard before, at this very offset or one that cannot be older. Nothing is to be done. */
  | { readonly kind: 'repeated' }
  /** The first record under this log id: whatever is stamped with another one is void, and so are purges heard under it. */
  | { readonly kind: 'new-log'; readonly distrust: DistrustReason | null }
  | {
      readonly kind: 'next';
      readonly raise: HorizonReason | null;
      /** Sent once more by the relay. It is applied again all the same. */
      readonly duplicate: boolean;
      readonly distrust: DistrustReason | null;
    }
  /** A relay under a log id that was given up. What it purges is purged, nothing else is believed. */
  | { readonly kind: 'old-log' };

export function createSource(name: string): Source {
  let logId: string | null = null;
  let position = -1;
  let asOfAt = Number.NEGATIVE_INFINITY;
  let distrust: DistrustReason | null = null;
  let database: { readonly system: string; readonly timeline: number } | null = null;
  /** Of the last heartbeat. Believed when its relay goes on under the same log id. */
  let claimedAsOfAt: number | null = null;
  /** The greatest number under this log id. */
  let reached = 0;
  /** Log id → position when it was given up. */
  const oldLogs = new Map<string, number>();

  /** Null: the record is the next one of the log that is being read. */
  const place = (offset: number, origin: RecordOrigin): Heard | null => {
    if (origin.logId === logId) return offset <= position ? { kind: 'repeated' } : null;
    const leftAt = oldLogs.get(origin.logId);
    if (leftAt !== undefined && offset <= leftAt) return { kind: 'old-log' };
    if (logId !== null) remember(oldLogs, logId, position, OLD_LOG_LIMIT);
    oldLogs.delete(origin.logId);
    logId = origin.logId;
    position = offset;
    asOfAt = Number.NEGATIVE_INFINITY;
    claimedAsOfAt = null;
    database = null;
    reached = origin.number;
    return { kind: 'new-log', distrust: null };
  };

  /** @param gapAbove the greatest number that leaves nothing out */
  const count = (offset: number, { number }: RecordOrigin, gapAbove: (before: number) => number) => {
    position = offset;
    asOfAt = Math.max(asOfAt, claimedAsOfAt ?? asOfAt);
    claimedAsOfAt = null;
    const before = reached;
    reached = Math.max(before, number);
    return { raise: number > gapAbove(before) ? ('gap' as const) : null, before };
  };

  /**
   * A heartbeat may stand in a log that lost what its relay sent before: the relay sees that only by the offset that is
   * acknowledged, and then sends nothing more under this log id. So the next record confirms it, 250 ms later at most.
   */
  const hearClaim = (
    { asOfAt: claimedAt, system, timeline }: Heartbeat,
    nowAt: number,
  ): DistrustReason | 'rewind' | null => {
    if (database?.system === system && timeline < database.timeline) return 'old-timeline';
    if (claimedAt > nowAt + LARGEST_SKEW_MS) return 'clock-ahead';
    const replaced = database !== null && (database.system !== system || database.timeline !== timeline);
    database = { system, timeline };
    claimedAsOfAt = claimedAt;
    // What was known of the database before says nothing of the one that took its place.
    if (replaced) asOfAt = Number.NEGATIVE_INFINITY;
    return replaced ? 'rewind' : null;
  };

  return {
    name,
    get logId() {
      return logId;
    },
    get position() {
      return position;
    },
    get asOfAt() {
      return asOfAt;
    },
    get distrust() {
      return distrust;
    },
    hearPurge(offset, origin) {
      const placed = place(offset, origin);
      if (placed !== null) return placed;
      const { raise, before } = count(offset, origin, (last) => last + 1);
      return { kind: 'next', raise, duplicate: raise === null && origin.number <= before, distrust: null };
    },
    hearHeartbeat(offset, origin, heartbeat, nowAt) {
      const placed = place(offset, origin);
      if (placed?.kind === 'repeated') return placed;
      if (placed?.kind === 'old-log') {
        distrust = 'old-log';
        return placed;
      }
      const counted = placed === null ? count(offset, origin, (last) => last) : null;
      const belief = hearClaim(heartbeat, nowAt);
      distrust = belief === 'rewind' ? null : belief;
      if (counted === null) return { kind: 'new-log', distrust };
      return { kind: 'next', raise: belief === 'rewind' ? 'rewind' : counted.raise, duplicate: false, distrust };
    },
  };
}

/** Sets the newest of a bounded map and forgets its oldest. */
function remember(map: Map<string, number>, key: string, value: number, limit: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= limit) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
