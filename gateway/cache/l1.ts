// The tier in this process: records decoded, bounded in bytes, judged at every read.

import type { CacheMetrics } from './cache-metrics.ts';
import { NOBODY } from './eviction-queues.ts';
import type { Verdict } from './judge.ts';
import { ownText } from './packed-fields.ts';
import type { PackedSlice } from './packed-slice.ts';
import type { LiveRecord, RecordAddress, Slice } from './record.ts';
import { keyTextOfId, tableKeyOf } from './record-address.ts';
import { createRecordTable, type TableKey } from './record-table.ts';
import { arrayBytes } from './resident-bytes.ts';
import { LARGEST_RECORD_BYTES, mergeSlices } from './slice-merge.ts';
import type { SlicePacker } from './slice-packer.ts';

/** `refused`: every new slice is purged or expired. `oversize`: each that is not is larger than a record may be. */
export type L1Addition =
  | { readonly kind: 'kept'; readonly slices: readonly PackedSlice[] }
  | { readonly kind: 'oversize' }
  | { readonly kind: 'refused' };

export interface L1 {
  /** Judged. Slices that the judge has refused for good are dropped. */
  peek(address: RecordAddress, nowAt: number): LiveRecord | 'miss' | 'stale' | 'bypass';
  /** Those of the slices that may be served at `nowAt`. */
  live(address: RecordAddress, slices: readonly PackedSlice[], nowAt: number): readonly PackedSlice[];
  /** Those of the slices that may be served at `nowAt` or later. */
  ofUse(address: RecordAddress, slices: readonly PackedSlice[], nowAt: number): readonly PackedSlice[];
  /**
   * Joins slices to the record. Those that are purged or expired already are left out: a fill that a purge overtook is dead on arrival.
   * @returns the record as it is now
   */
  add(address: RecordAddress, slices: readonly Slice[], nowAt: number): L1Addition;
  drop(address: RecordAddress): void;
  /** What it takes in memory, as counted. Never above `maxBytes` after a call. */
  bytes(): number;
  recordCount(): number;
  /** Records of a subgraph of which some slice fulfils the condition. @param prefixStart of the subgraph's addresses */
  countWhere(prefixStart: string, holds: (slice: PackedSlice, keyText: string) => boolean): number;
}

/** One slice stands by itself: most records have one, and a list around it costs 56 bytes. */
type Held = PackedSlice | readonly PackedSlice[];

export function createL1(options: {
  readonly maxBytes: number;
  /** Secret from whoever chooses keys: those that collide would be looked through one by one. */
  readonly hashSeed: number;
  readonly packer: SlicePacker;
  readonly metrics: CacheMetrics;
}): L1 {
  const { maxBytes, hashSeed, packer, metrics } = options;
  const table = createRecordTable<Held>(maxBytes, hashSeed);
  const bytes = (): number => table.bytes() + packer.sharedBytes();

  const release = (held: Held): void => {
    if (isList(held)) for (const slice of held) packer.release(slice);
    else packer.release(held);
  };
  const remove = (record: number): void => {
    release(table.held(record));
    table.remove(record);
  };
  const evict = (): void => {
    while (bytes() > maxBytes) {
      const held = table.evict();
      if (held === null) return;
      release(held);
      metrics.evicted();
    }
  };
  /** @param slices retained already: what they share with what stands there must not fall to zero in between */
  const put = (key: TableKey, record: number, held: Held, heldBytes: number): void => {
    // Switched off: nothing can stay, and a table that fills and empties with every write costs more than the write.
    if (maxBytes === 0) release(held);
    else if (record === NOBODY) table.insert(key, ownText(key.head + key.keyText), held, heldBytes);
    else {
      release(table.held(record));
      table.replace(record, held, heldBytes);
    }
    evict();
  };
  const keep = (key: TableKey, record: number, slices: readonly PackedSlice[]): void => {
    for (const slice of slices) packer.retain(slice);
    const [only] = slices;
    if (only === undefined) {
      if (record !== NOBODY) remove(record);
      return;
    }
    const listBytes = slices.length === 1 ? 0 : arrayBytes(slices.length);
    const heldBytes = slices.reduce((sum, slice) => sum + slice.bytes, listBytes);
    put(key, record, slices.length === 1 ? only : slices, heldBytes);
  };
  const ofUse: L1['ofUse'] = (address, slices, nowAt) =>
    slices.filter((slice) => isOfUse(packer.verdict(slice, address, nowAt)));
  /** Nearly all additions: there is nothing to join. @param record dead, what stands there may never be served again */
  const addAlone = (address: RecordAddress, key: TableKey, record: number, slice: Slice, nowAt: number): L1Addition => {
    const packed = packer.pack(address, slice, undefined);
    if (packed === null || !isOfUse(packer.verdict(packed, address, nowAt))) return REFUSED;
    if (packed.bytes > LARGEST_RECORD_BYTES) return OVERSIZE;
    packer.retain(packed);
    put(key, record, packed, packed.bytes);
    return { kind: 'kept', slices: [packed] };
  };

  return {
    peek(address, nowAt) {
      const key = tableKeyOf(address);
      const record = table.find(key);
      if (record === NOBODY) return 'miss';
      const held = table.held(record);
      if (isList(held)) {
        const remaining = ofUse(address, held, nowAt);
        table.use(record);
        if (remaining.length < held.length) keep(key, record, remaining);
        const slices = remaining.filter((slice) => packer.verdict(slice, address, nowAt) === 'fresh');
        if (slices.length > 0) return { address, slices, tier: 'l1' };
        return remaining.length > 0 ? 'bypass' : 'stale';
      }
      const verdict = packer.verdict(held, address, nowAt);
      if (isOfUse(verdict)) table.use(record);
      else remove(record);
      if (verdict === 'fresh') return { address, slices: [held], tier: 'l1' };
      return verdict === 'bypass' ? 'bypass' : 'stale';
    },
    live: (address, slices, nowAt) => slices.filter((slice) => packer.verdict(slice, address, nowAt) === 'fresh'),
    ofUse,
    add(address, slices, nowAt) {
      const key = tableKeyOf(address);
      const record = table.find(key);
      const before = record === NOBODY ? NO_SLICES : ofUse(address, listOf(table.held(record)), nowAt);
      const [first] = slices;
      if (before.length === 0 && first !== undefined && slices.length === 1)
        return addAlone(address, key, record, first, nowAt);
      const added: PackedSlice[] = [];
      for (const slice of slices) {
        const packed = packer.pack(address, slice, before[0] ?? added[0]);
        if (packed !== null && isOfUse(packer.verdict(packed, address, nowAt))) added.push(packed);
      }
      if (added.length === 0) return REFUSED;
      const small = added.filter((slice) => slice.bytes <= LARGEST_RECORD_BYTES);
      if (small.length === 0) return OVERSIZE;
      const merged = mergeSlices([...small, ...before]);
      keep(key, record, merged);
      return { kind: 'kept', slices: merged };
    },
    drop(address) {
      const record = table.find(tableKeyOf(address));
      if (record !== NOBODY) remove(record);
    },
    bytes,
    recordCount: table.count,
    countWhere(prefixStart, holds) {
      let count = 0;
      for (const record of table.within(prefixStart)) {
        const keyText = keyTextOfId(table.idOf(record));
        if (listOf(table.held(record)).some((slice) => holds(slice, keyText))) count += 1;
      }
      return count;
    },
  };
}

const NO_SLICES: readonly PackedSlice[] = [];
const REFUSED = { kind: 'refused' } as const;
const OVERSIZE = { kind: 'oversize' } as const;

/** Purged and expired are for good; a subgraph that is bypassed now may be heard again. */
function isOfUse(verdict: Verdict): boolean {
  return verdict === 'fresh' || verdict === 'bypass';
}

function listOf(held: Held): readonly PackedSlice[] {
  return isList(held) ? held : [held];
}

const isList = (held: Held): held is readonly PackedSlice[] => Array.isArray(held);
