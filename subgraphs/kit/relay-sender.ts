// Sends events and heartbeats under one log id: numbered without a gap, in batches, each acknowledgement compared.
//
// Positions compare only under one log id, so under it the offsets of a source's records may only grow, whatever becomes of
// the log: a topic made anew, a lost end, another cluster. Nothing that Kafka says shows these; offsets do, to whoever knows
// the greatest one that a record of his can have had. A sender knows it until an append is not answered: that record may
// have been read and then lost, and its offset would be given once more. So a log id ends with its sender.

import { createHash } from 'node:crypto';
import {
  encodeHeartbeat,
  encodePurge,
  type Heartbeat,
  type PurgeEvent,
  type WireRecord,
} from '../../schema/purge-event.ts';
import { entityTag, typeTag } from '../../schema/tag.ts';
import { PurgeLogError, type PurgeLogProducer } from './purge-log.ts';

export interface Outgoing {
  /** Unique in the source, the same when it is sent again. */
  readonly id: string;
  readonly event: PurgeEvent;
}

export type Acknowledged<Item> = (batch: readonly Item[]) => Promise<void>;

export interface RelaySender {
  /**
   * Sends in order; `acknowledged` runs after each batch that the log keeps, and is waited for.
   * After a rejection it is not known what was appended, and this sender must not be used again.
   * @throws {LogTrouble}
   */
  send<Item extends Outgoing>(items: readonly Item[], acknowledged: Acknowledged<Item>): Promise<void>;
  /** @throws {LogTrouble} */
  beat(heartbeat: Heartbeat): Promise<void>;
}

export interface SenderOptions {
  readonly log: PurgeLogProducer;
  readonly source: string;
  /** Never used before: numbers begin anew. */
  readonly logId: string;
}

/** Whatever goes wrong with the log: it takes another sender to go on. */
export class LogTrouble extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'LogTrouble';
  }
}

// Far below Kafka's default of 1 MiB for a batch, whatever its framing costs.
const BATCH_BYTES = 512 * 1024;
const BATCH_COUNT = 500;

export function createSender({ log, source, logId }: SenderOptions): RelaySender {
  let number = 0;
  // The least offset that the next batch can get in the same log.
  let nextOffset = 0;

  const append = async (records: readonly WireRecord[]): Promise<void> => {
    const { baseOffset } = await log.append(records);
    if (baseOffset < nextOffset) {
      throw new LogTrouble(
        `expected an offset of ${nextOffset} or more, the log gave ${baseOffset}: it was made anew or lost its end`,
      );
    }
    nextOffset = baseOffset + records.length;
  };
  const encode = ({ id, event }: Outgoing, place: number): WireRecord =>
    encodePurge(source, { logId, number: number + 1 + place }, event, id, partitionKey(source, event));
  const sendBatch = async <Item extends Outgoing>(
    batch: readonly Item[],
    records: readonly WireRecord[],
    acknowledged: Acknowledged<Item>,
  ): Promise<void> => {
    try {
      await append(records);
    } catch (error) {
      if (!(error instanceof PurgeLogError) || error.fault !== 'too-large') throw troubleOf(error);
      return sendSmaller(batch, acknowledged, error);
    }
    number += batch.length;
    await acknowledged(batch);
  };
  const sendSmaller = async <Item extends Outgoing>(
    batch: readonly Item[],
    acknowledged: Acknowledged<Item>,
    refusal: PurgeLogError,
  ): Promise<void> => {
    const [only] = batch;
    if (batch.length === 1 && only !== undefined) {
      if (only.event.kind === 'subgraph') throw troubleOf(refusal);
      const coarse = [{ ...only, event: coarsest(only.event) }];
      return sendBatch(coarse, coarse.map(encode), acknowledged);
    }
    const half = Math.ceil(batch.length / 2);
    for (const part of [batch.slice(0, half), batch.slice(half)]) await sendBatch(part, part.map(encode), acknowledged);
  };
  return {
    async send(items, acknowledged) {
      for (let at = 0; at < items.length; ) {
        const records: WireRecord[] = [];
        let bytes = 0;
        for (const item of items.slice(at, at + BATCH_COUNT)) {
          const record = encode(item, records.length);
          bytes += Buffer.byteLength(record.value);
          if (bytes > BATCH_BYTES && records.length > 0) break;
          records.push(record);
        }
        await sendBatch(items.slice(at, at + records.length), records, acknowledged);
        at += records.length;
      }
    },
    async beat(heartbeat) {
      const record = encodeHeartbeat(source, { logId, number }, heartbeat, `${logId}/${nextOffset}`);
      await append([record]).catch((error: unknown) => {
        throw troubleOf(error);
      });
    },
  };
}

/** Of an event that no batch is small enough for: all that it could have named, and more. */
function coarsest(event: PurgeEvent): PurgeEvent {
  const only = event.subgraph === undefined ? {} : { subgraph: event.subgraph };
  return { kind: 'subgraph', ...only, reason: 'an event was larger than the log takes', ts: event.ts };
}

/** The digest of the first tag; it keeps the records of one entity together for whoever compacts or partitions a copy of the log. */
function partitionKey(source: string, event: PurgeEvent): string | null {
  const tag = firstTag(event.subgraph ?? source, event);
  return tag === undefined ? null : createHash('sha256').update(tag).digest('base64url').slice(0, 22);
}

function firstTag(subgraph: string, event: PurgeEvent): string | undefined {
  switch (event.kind) {
    case 'entity':
      return event.keys[0] === undefined ? undefined : entityTag(subgraph, event.type, event.keys[0]);
    case 'type':
      return typeTag(subgraph, event.type);
    case 'tag':
      return event.tags[0];
    case 'subgraph':
      return undefined;
  }
}

function troubleOf(error: unknown): LogTrouble {
  if (error instanceof LogTrouble) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new LogTrouble(`the purge log did not take a record: ${message}`, error);
}
