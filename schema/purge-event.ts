// The records of the purge log: what they say, and their form on the wire (CloudEvents 1.0, Kafka binary binding).
//
// A relay's records carry an origin: the log id under which they compare, and a running number. Purges count on by one; a heartbeat repeats the number of the last purge before it. By this a reader sees
// what the transport hides: lost records, a log that was made anew.

import { z } from 'zod';
import type { KeyObject, KeyValue } from './tag.ts';

/** One record as the log carries it. Header values are text. */
export interface WireRecord {
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string;
}

/** Who sent a record. @see parsePurgeRecord */
export interface RecordOrigin {
  /** Random, new with every run of a relay and after every send that was not answered. Positions and numbers compare only under one log id. */
  readonly logId: string;
  /** The number of this purge (from 1), or for a heartbeat that of the last purge before it (0: none yet). */
  readonly number: number;
}

export type RowOperation = 'insert' | 'update' | 'delete';

/** What a purge names. `subgraph` absent: every subgraph that reads from the record's source. `ts`: epoch ms of the database. */
export type PurgeEvent =
  | {
      readonly kind: 'entity';
      readonly subgraph?: string;
      readonly type: string;
      /** Old and new values of every key of the entity; an object may hold the fields of several keys at once. */
      readonly keys: readonly KeyObject[];
      readonly op: RowOperation;
      /** True when the row may have entered, left or moved within lists of its type. */
      readonly list: boolean;
      readonly tags: readonly string[];
      readonly ts: number;
    }
  | {
      readonly kind: 'type';
      readonly subgraph?: string;
      readonly type: string;
      readonly tags: readonly string[];
      readonly ts: number;
    }
  | { readonly kind: 'tag'; readonly subgraph?: string; readonly tags: readonly string[]; readonly ts: number }
  | { readonly kind: 'subgraph'; readonly subgraph?: string; readonly reason: string; readonly ts: number };

/** "Every commit visible in that database before `asOfAt` is in the log before this heartbeat." */
export interface Heartbeat {
  /** Epoch ms by the database's clock, read by a statement that ended before the relay's snapshot was taken. */
  readonly asOfAt: number;
  /** PostgreSQL's system identifier and timeline: a change of either is a rewind. */
  readonly system: string;
  readonly timeline: number;
}

export type PurgeRecord =
  | {
      readonly kind: 'purge';
      readonly source: string;
      readonly origin: RecordOrigin | null;
      readonly event: PurgeEvent;
    }
  | {
      readonly kind: 'heartbeat';
      readonly source: string;
      readonly origin: RecordOrigin;
      readonly heartbeat: Heartbeat;
    };

/** `source` is null when not even that could be read. */
export interface UnreadableRecord {
  readonly kind: 'unreadable';
  readonly source: string | null;
  readonly reason: string;
}

const PURGE_TYPE = 'dev.freshet.purge.v1';
const HEARTBEAT_TYPE = 'dev.freshet.heartbeat.v1';

/** Bytes. A larger record is not read: it is unreadable. */
export const LARGEST_RECORD_BYTES = 256 * 1024;

const keyValue: z.ZodType<KeyValue> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.record(z.string(), keyValue)]),
);
const keyObject: z.ZodType<KeyObject> = z
  .record(z.string(), keyValue)
  .refine((key) => Object.keys(key).length > 0, 'a key with at least one field');

const shared = { subgraph: z.string().min(1).optional(), ts: z.number().optional() };
const tags = z.array(z.string().min(1)).optional();

const purgeValue = z.union([
  z.strictObject({
    ...shared,
    type: z.string().min(1),
    key: z.union([keyObject, z.array(keyObject).min(1)]),
    op: z.enum(['insert', 'update', 'delete']).optional(),
    list: z.boolean().optional(),
    tags,
  }),
  z.strictObject({ ...shared, type: z.string().min(1), op: z.literal('type').optional(), tags }),
  z.strictObject({ ...shared, op: z.literal('tag').optional(), tags: z.array(z.string().min(1)).min(1) }),
  z.strictObject({ ...shared, op: z.literal('subgraph'), reason: z.string().optional() }),
]);

const heartbeatValue = z.strictObject({ asOf: z.number(), system: z.string(), timeline: z.number().int() });

const originHeaders = z.object({
  ce_freshetlog: z.string().min(1),
  ce_freshetnumber: z.string().regex(/^\d{1,15}$/),
});

/** @param id unique in the source (CloudEvents `id`) @param key the partition key: the digest of the first tag, or null */
export function encodePurge(
  source: string,
  origin: RecordOrigin | null,
  event: PurgeEvent,
  id: string,
  key: string | null,
): WireRecord {
  return { key, headers: headersOf(PURGE_TYPE, source, origin, id), value: JSON.stringify(purgeBody(event)) };
}

export function encodeHeartbeat(source: string, origin: RecordOrigin, heartbeat: Heartbeat, id: string): WireRecord {
  const { asOfAt, system, timeline } = heartbeat;
  return {
    key: null,
    headers: headersOf(HEARTBEAT_TYPE, source, origin, id),
    value: JSON.stringify({ asOf: asOfAt, system, timeline }),
  };
}

/**
 * Reads one record of the log. Never throws: what cannot be read is returned as such, with what was expected and what came.
 * A purge without `op` or `list` (written by hand) counts as an update that may have moved in its lists: the safe reading.
 */
export function parsePurgeRecord(record: WireRecord): PurgeRecord | UnreadableRecord {
  const source = record.headers.ce_source || null;
  const unreadable = (reason: string): UnreadableRecord => ({ kind: 'unreadable', source, reason });
  if (source === null) return unreadable('expected a ce_source header, got none');
  if (record.value.length > LARGEST_RECORD_BYTES) {
    return unreadable(`expected at most ${LARGEST_RECORD_BYTES} bytes, got ${record.value.length}`);
  }
  const type = record.headers.ce_type;
  if (type !== PURGE_TYPE && type !== HEARTBEAT_TYPE) {
    return unreadable(`expected ce_type ${PURGE_TYPE} or ${HEARTBEAT_TYPE}, got ${type ?? 'none'}`);
  }
  const origin = readOrigin(record.headers);
  if (origin === 'broken') return unreadable('expected ce_freshetlog and ce_freshetnumber together');
  let json: unknown;
  try {
    json = JSON.parse(record.value);
  } catch (error) {
    return unreadable(`expected JSON, got ${(error as Error).message}`);
  }
  if (type === HEARTBEAT_TYPE) {
    const beat = heartbeatValue.safeParse(json);
    if (!beat.success) return unreadable(z.prettifyError(beat.error));
    if (origin === null) return unreadable('expected the origin headers on a heartbeat, got none');
    const { asOf, system, timeline } = beat.data;
    return { kind: 'heartbeat', source, origin, heartbeat: { asOfAt: asOf, system, timeline } };
  }
  const purge = purgeValue.safeParse(json);
  if (!purge.success) return unreadable(z.prettifyError(purge.error));
  return { kind: 'purge', source, origin, event: eventOf(purge.data) };
}

function headersOf(type: string, source: string, origin: RecordOrigin | null, id: string): Record<string, string> {
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_id: id,
    ce_type: type,
    ce_source: source,
    'content-type': 'application/json',
  };
  if (origin === null) return headers;
  headers.ce_freshetlog = origin.logId;
  headers.ce_freshetnumber = String(origin.number);
  return headers;
}

function purgeBody(event: PurgeEvent): z.infer<typeof purgeValue> {
  const { subgraph, ts } = event;
  const base = subgraph === undefined ? { ts } : { subgraph, ts };
  switch (event.kind) {
    case 'entity': {
      const [only, ...more] = event.keys;
      const key = only !== undefined && more.length === 0 ? only : [...event.keys];
      return { ...base, type: event.type, key, op: event.op, list: event.list, tags: [...event.tags] };
    }
    case 'type':
      return { ...base, type: event.type, op: 'type', tags: [...event.tags] };
    case 'tag':
      return { ...base, op: 'tag', tags: [...event.tags] };
    case 'subgraph':
      return { ...base, op: 'subgraph', reason: event.reason };
  }
}

function eventOf(value: z.infer<typeof purgeValue>): PurgeEvent {
  const subgraph = value.subgraph === undefined ? {} : { subgraph: value.subgraph };
  const ts = value.ts ?? 0;
  if ('key' in value) {
    const keys = Array.isArray(value.key) ? value.key : [value.key as KeyObject];
    const { type, op = 'update', list = true, tags: extra = [] } = value;
    return { kind: 'entity', ...subgraph, type, keys, op, list, tags: extra, ts };
  }
  if ('type' in value) return { kind: 'type', ...subgraph, type: value.type, tags: value.tags ?? [], ts };
  if ('tags' in value && value.tags !== undefined) return { kind: 'tag', ...subgraph, tags: value.tags, ts };
  return { kind: 'subgraph', ...subgraph, reason: 'reason' in value ? (value.reason ?? '') : '', ts };
}

function readOrigin(headers: Readonly<Record<string, string>>): RecordOrigin | null | 'broken' {
  if (headers.ce_freshetlog === undefined && headers.ce_freshetnumber === undefined) return null;
  const read = originHeaders.safeParse(headers);
  if (!read.success) return 'broken';
  return { logId: read.data.ce_freshetlog, number: Number(read.data.ce_freshetnumber) };
}
