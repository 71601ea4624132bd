// Is the log that we write to now the one that we wrote to before? A log id may live on only if a record says so.
//
// Positions compare only under one log id, so the id must change when a topic was deleted and made anew, lost its end, or
// is another cluster's. Nothing that Kafka says shows this: offsets begin at 0 again and the same producer carries on. What
// shows it is a record of ours standing where it was acknowledged. A relay that has none to show begins under a new id:
// that costs a cold cache, never a wrong answer.

import { parsePurgeRecord } from '../../schema/purge-event.ts';
import type { PurgeLogProducer } from './purge-log.ts';

/** A record of this source that the log acknowledged. */
export interface AcknowledgedRecord {
  readonly offset: number;
  readonly instance: string;
  readonly number: number;
  readonly kind: 'purge' | 'heartbeat';
}

/**
 * @param acknowledged the last that is known; null: none is known under this id, which must then not be used again
 * @returns false also when the record was trimmed by the log's retention
 */
export async function logHolds(
  log: PurgeLogProducer,
  source: string,
  logId: string,
  acknowledged: AcknowledgedRecord | null,
): Promise<boolean> {
  // Asked for in any case: while the log is away no log id is spent.
  const record = await log.readAt(acknowledged?.offset ?? 0);
  if (acknowledged === null || record === null) return false;
  const found = parsePurgeRecord(record);
  return (
    found.kind === acknowledged.kind &&
    found.source === source &&
    found.origin?.logId === logId &&
    found.origin.instance === acknowledged.instance &&
    found.origin.number === acknowledged.number
  );
}
