// For tests: a relay with everything that it says kept, and a purge log in process with everything that it was sent.
import { randomUUID } from 'node:crypto';
import { systemClock } from '../../../gateway/clock.ts';
import { createMemoryLog } from '../../../gateway/purge/memory-log.ts';
import {
  type Heartbeat,
  type PurgeEvent,
  parsePurgeRecord,
  type RecordOrigin,
  type WireRecord,
} from '../../../schema/purge-event.ts';
import type { OutboxLimits } from '../../../subgraphs/kit/outbox.ts';
import { openSessions } from '../../../subgraphs/kit/postgres-sessions.ts';
import { postgresSource } from '../../../subgraphs/kit/postgres-source.ts';
import type { PurgeLogProducer } from '../../../subgraphs/kit/purge-log.ts';
import { type Relay, relayOf } from '../../../subgraphs/kit/relay.ts';
import { systemRelayClock } from '../../../subgraphs/kit/relay-clock.ts';
import type { RelaySource } from '../../../subgraphs/kit/relay-source.ts';
import { eventually } from '../../support/eventually.ts';

/** A record of a relay as the log has it. */
export type Seen =
  | {
      readonly kind: 'purge';
      readonly offset: number;
      readonly origin: RecordOrigin;
      readonly event: PurgeEvent;
      readonly record: WireRecord;
    }
  | {
      readonly kind: 'heartbeat';
      readonly offset: number;
      readonly origin: RecordOrigin;
      readonly heartbeat: Heartbeat;
    };

export interface KeptLog extends PurgeLogProducer {
  readonly seen: readonly Seen[];
}

/** The log that `npm start` runs on, and what stands in it. */
export function openKeptLog(): KeptLog {
  const log = createMemoryLog({ clock: systemClock(), name: randomUUID() });
  const seen: Seen[] = [];
  log.read(0, {
    opened: () => undefined,
    read: ({ offset, record }) => void seen.push(seenOf(offset, record)),
    resumeFrom: () => -1,
    failing: () => undefined,
  });
  return {
    append: (records) => log.append(records),
    close: () => log.close(),
    seen,
  };
}

export function seenOf(offset: number, record: WireRecord): Seen {
  const parsed = parsePurgeRecord(record);
  if (parsed.kind === 'unreadable' || parsed.origin === null)
    throw new Error(`expected a relay's record, got ${JSON.stringify(record)}`);
  return parsed.kind === 'purge'
    ? { kind: 'purge', offset, origin: parsed.origin, event: parsed.event, record }
    : { kind: 'heartbeat', offset, origin: parsed.origin, heartbeat: parsed.heartbeat };
}

export interface RunningRelay extends Relay {
  /** The level and sentence of each line, with its reason or problems. */
  readonly lines: readonly string[];
  beatCount(): number;
  /** Resolves when this many more heartbeats were acknowledged. */
  beats(count: number, timeoutMs?: number): Promise<void>;
}

export interface RelaySetting {
  readonly url: string;
  readonly log: PurgeLogProducer;
  readonly source?: string;
  readonly limits?: OutboxLimits;
  /** Puts something between the relay and its database. */
  readonly around?: (database: RelaySource) => RelaySource;
}

export function runRelay({
  url,
  log,
  source = 'catalog',
  limits,
  around = (database) => database,
}: RelaySetting): RunningRelay {
  const lines: string[] = [];
  let beatCount = 0;
  const keep = (level: string) => (fields: object, sentence: string) => {
    const reason = 'reason' in fields ? fields.reason : 'problems' in fields ? fields.problems : '';
    lines.push(`${level} ${sentence} ${reason}`.trim());
  };
  const database = postgresSource(openSessions({ url, applicationName: 'freshet relay test' }), source, limits);
  const relay = relayOf(around(database), {
    source,
    log,
    clock: systemRelayClock(),
    randomId: randomUUID,
    logger: { info: keep('info'), warn: keep('warn'), error: keep('error') },
    metrics: {
      onHeartbeat: () => {
        beatCount += 1;
      },
    },
  });
  return {
    ...relay,
    lines,
    beatCount: () => beatCount,
    async beats(count, timeoutMs = 50_000) {
      const target = beatCount + count;
      await eventually(() => beatCount >= target, {
        timeoutMs,
        what: `${count} heartbeats (the relay said: ${lines.join(' | ')})`,
      });
    },
  };
}

export const purges = (seen: readonly Seen[]) => seen.filter((record) => record.kind === 'purge');
export const heartbeats = (seen: readonly Seen[]) => seen.filter((record) => record.kind === 'heartbeat');
export const logIds = (seen: readonly Seen[]): string[] => [...new Set(seen.map(({ origin }) => origin.logId))];
/** Of each log id, the numbers of its purges in order. */
export const numbersByLogId = (seen: readonly Seen[]): readonly (readonly number[])[] =>
  logIds(seen).map((logId) =>
    purges(seen)
      .filter(({ origin }) => origin.logId === logId)
      .map(({ origin }) => origin.number),
  );

/** The first key of each entity event, as text. */
export const keysOf = (seen: readonly Seen[]): string[] =>
  purges(seen).flatMap(({ event }) => (event.kind === 'entity' ? [Object.values(event.keys[0] ?? {}).join('/')] : []));

/** The reasons of purges of everything. */
export const reasonsOf = (seen: readonly Seen[]): string[] =>
  purges(seen).flatMap(({ event }) => (event.kind === 'subgraph' ? [event.reason] : []));
