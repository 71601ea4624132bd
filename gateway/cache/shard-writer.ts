// Writes records to one shard behind the requests' backs: the newest state of each, bounded, given up rather than kept for later.

import type { Clock } from '../clock.ts';
import type { WriteResult } from './cache-metrics.ts';
import { encodeRecord } from './codec.ts';
import type { PackedSlice } from './packed-slice.ts';
import type { RecordAddress, Slice } from './record.ts';
import { storageKey } from './record-address.ts';
import { readShardText, type ShardTexts } from './shard-text.ts';

export interface ShardWriter {
  /** Replaces what waits to be written of the record, or joins it. Dropped and counted when too much waits already. */
  write(address: RecordAddress, slices: readonly PackedSlice[]): void;
  /** Deletes the record, and forgets what waits to be written of it. */
  drop(address: RecordAddress): void;
  /** Forgets what waits to be written of the record. */
  forget(address: RecordAddress): void;
  /** Records that wait or are on their way: the shard has not answered for them. */
  waitingCount(): number;
  /** Resolves when nothing waits and nothing is on its way: at most one deadline for each round that waits. */
  idle(): Promise<void>;
}

/** Slices of one record, in any order, as it is kept. None: none is of use. */
export type JoinSlices = (address: RecordAddress, slices: readonly Slice[], nowAt: number) => readonly PackedSlice[];

export interface ShardWriterOptions extends ShardTexts {
  /** Null: what is written is the record, as L1 knows it. Else no more than a part of it, to be joined with what the shard has. */
  readonly join: JoinSlices | null;
  /** Those of the slices that may be served, now or later. */
  readonly ofUse: (address: RecordAddress, slices: readonly PackedSlice[], nowAt: number) => readonly PackedSlice[];
  readonly clock: Clock;
  /** Runs something at the end of this turn of the event loop. */
  readonly schedule: (run: () => void) => void;
  /** Longest time that a record of a variant stays in the shard, so that private data leaves soon; null = no such cap. */
  readonly variantTtlMaxMs: number | null;
}

interface Change {
  readonly address: RecordAddress;
  /** None: delete the record. */
  readonly slices: readonly PackedSlice[];
  readonly bytes: number;
  /** Joined with what the shard has, before it is written. */
  readonly isPart: boolean;
}

const LONGEST_QUEUE_COUNT = 4_096;
const LARGEST_QUEUE_BYTES = 8 * 1024 * 1024;
/** Sent at once; the next round begins when these are answered. */
const LARGEST_ROUND_COUNT = 256;

export function createShardWriter(options: ShardWriterOptions): ShardWriter {
  const { metrics, schedule, join } = options;
  const queue = new Map<string, Change>();
  let queuedBytes = 0;
  let sentCount = 0;
  let state: 'idle' | 'scheduled' | 'sending' = 'idle';
  const whenIdle: (() => void)[] = [];

  const take = (text: string): void => {
    const change = queue.get(text);
    if (change === undefined) return;
    queue.delete(text);
    queuedBytes -= change.bytes;
  };
  const sendRound = async (): Promise<void> => {
    state = 'sending';
    const round: Change[] = [];
    for (const change of queue.values()) {
      round.push(change);
      if (round.length === LARGEST_ROUND_COUNT) break;
    }
    for (const { address } of round) take(address.text);
    sentCount = round.length;
    const changes = await joinHeld(options, round);
    await Promise.all(changes.map((change) => sendChange(options, change)));
    sentCount = 0;
    state = 'idle';
    if (queue.size > 0) start();
    else whenIdle.splice(0).forEach((tell) => void tell());
  };
  const start = (): void => {
    if (state !== 'idle') return;
    state = 'scheduled';
    schedule(() => void sendRound());
  };
  const add = (change: Change): void => {
    take(change.address.text);
    if (queue.size >= LONGEST_QUEUE_COUNT || queuedBytes + change.bytes > LARGEST_QUEUE_BYTES) {
      metrics.write(change.address.subgraph, 'l2', 'dropped');
      return;
    }
    queue.set(change.address.text, change);
    queuedBytes += change.bytes;
    start();
  };
  return {
    write(address, slices) {
      const waiting = queue.get(address.text);
      if (join === null || waiting === undefined) add(changeOf(address, slices, join !== null));
      // What the shard has is to be deleted: it is not joined.
      else if (waiting.slices.length === 0) add(changeOf(address, slices, false));
      else {
        const all = join(address, [...slices, ...waiting.slices], options.clock.nowAt());
        add(changeOf(address, all.length === 0 ? slices : all, waiting.isPart));
      }
    },
    drop: (address) => add(changeOf(address, [], false)),
    forget: (address) => take(address.text),
    waitingCount: () => queue.size + sentCount,
    idle: () => (state === 'idle' ? Promise.resolve() : new Promise((resolve) => whenIdle.push(resolve))),
  };
}

const changeOf = (address: RecordAddress, slices: readonly PackedSlice[], isPart: boolean): Change => ({
  address,
  slices,
  bytes: slices.reduce((sum, { bytes }) => sum + bytes, 0),
  isPart,
});

/** A write of another gateway between this read and the write is lost, as it is where L1 knows the record: a slice, never truth. */
async function joinHeld(options: ShardWriterOptions, round: readonly Change[]): Promise<readonly Change[]> {
  const { shard, join, clock } = options;
  const parts = round.filter(({ isPart }) => isPart);
  if (join === null || parts.length === 0) return round;
  const answer = await shard.getMany(parts.map(({ address }) => storageKey(address)));
  if (answer.kind !== 'ok') return round;
  const texts = new Map(parts.map((change, index) => [change, answer.value[index]]));
  return round.map((change) => {
    const { address, slices } = change;
    const held = readShardText(options, address, texts.get(change));
    const all = held === 'miss' ? [] : join(address, [...slices, ...held], clock.nowAt());
    return all.length === 0 ? change : changeOf(address, all, false);
  });
}

/** Nothing in it rejects: the shard answers for its trouble, and slices that were packed can be encoded. */
async function sendChange(options: ShardWriterOptions, { address, slices }: Change): Promise<void> {
  const { shard } = options;
  const count = (result: WriteResult): void => options.metrics.write(address.subgraph, 'l2', result);
  if (slices.length === 0) {
    await shard.delete([storageKey(address)]);
    return;
  }
  const nowAt = options.clock.nowAt();
  const live = options.ofUse(address, slices, nowAt);
  if (live.length === 0) return count('refused');
  if (shard.status().state === 'away') return count('error');
  const text = encodeRecord(options.shapes, address, live);
  if (Buffer.byteLength(text) > shard.largestValueBytes) return count('oversize');
  const ttlMs = ttlOf(address, live, nowAt, options.variantTtlMaxMs);
  const answer = await shard.set(storageKey(address), text, ttlMs);
  count(answer.kind === 'ok' ? 'stored' : 'error');
}

/** The greatest that remains of its slices: each is judged by its own. */
function ttlOf(
  address: RecordAddress,
  live: readonly PackedSlice[],
  nowAt: number,
  variantTtlMaxMs: number | null,
): number {
  const remainingMs = live.reduce((longest, { expiresAt }) => Math.max(longest, expiresAt - nowAt), 0);
  return address.variant === '' || variantTtlMaxMs === null ? remainingMs : Math.min(remainingMs, variantTtlMaxMs);
}
