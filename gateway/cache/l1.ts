// The tier in this process: records decoded, bounded in bytes, judged at every read.

import type { CacheMetrics } from './cache-metrics.ts';
import type { Verdict } from './judge.ts';
import { ownText } from './packed-fields.ts';
import type { PackedSlice } from './packed-slice.ts';
import type { LiveRecord, RecordAddress, Slice } from './record.ts';
import { type AddressHalves, halvesOf, keyTextOfId } from './record-address.ts';
import { createRecordTable, type TableRecord } from './record-table.ts';
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
  readonly packer: SlicePacker;
  readonly metrics: CacheMetrics;
}): L1 {
  const { maxBytes, packer, metrics } = options;
  const table = createRecordTable<Held>();
  const bytes = (): number => table.bytes() + packer.sharedBytes();

  const remove = (record: TableRecord<Held>): void => {
    table.remove(record);
    for (const slice of listOf(record.held)) packer.release(slice);
  };
  const evict = (): void => {
    for (let record = table.oldest(); record !== null && bytes() > maxBytes; record = table.oldest()) {
      remove(record);
      metrics.evicted();
    }
  };
  const keep = (halves: AddressHalves, before: TableRecord<Held> | undefined, slices: readonly PackedSlice[]): void => {
    // Retained before the old ones are released: what both share must not fall to zero in between.
    for (const slice of slices) packer.retain(slice);
    for (const slice of before === undefined ? [] : listOf(before.held)) packer.release(slice);
    const [only] = slices;
    if (only === undefined) {
      if (before !== undefined) table.remove(before);
      return;
    }
    const listBytes = slices.length === 1 ? 0 : arrayBytes(slices.length);
    const heldBytes = slices.reduce((sum, slice) => sum + slice.bytes, listBytes);
    const held = slices.length === 1 ? only : slices;
    if (before === undefined) table.insert({ prefix: halves.prefix, id: ownText(halves.id) }, held, heldBytes);
    else table.replace(before, held, heldBytes);
    evict();
  };
  const ofUse: L1['ofUse'] = (address, slices, nowAt) =>
    slices.filter((slice) => isOfUse(packer.verdict(slice, address, nowAt)));
  /** Nearly all additions: there is nothing to join. @param dead what stands in its place and may never be served again */
  const addAlone = (
    address: RecordAddress,
    halves: AddressHalves,
    dead: TableRecord<Held> | undefined,
    slice: Slice,
    nowAt: number,
  ): L1Addition => {
    const packed = packer.pack(address, slice, undefined);
    if (packed === null || !isOfUse(packer.verdict(packed, address, nowAt))) return REFUSED;
    if (packed.bytes > LARGEST_RECORD_BYTES) return OVERSIZE;
    // Retained before the old one is released: what both share must not fall to zero in between.
    packer.retain(packed);
    if (dead === undefined) table.insert({ prefix: halves.prefix, id: ownText(halves.id) }, packed, packed.bytes);
    else {
      for (const old of listOf(dead.held)) packer.release(old);
      table.replace(dead, packed, packed.bytes);
    }
    evict();
    return { kind: 'kept', slices: [packed] };
  };

  return {
    peek(address, nowAt) {
      const halves = halvesOf(address);
      const record = table.find(halves);
      if (record === undefined) return 'miss';
      const { held } = record;
      if (isList(held)) {
        const remaining = ofUse(address, held, nowAt);
        if (remaining.length < held.length) keep(halves, record, remaining);
        else table.touch(record);
        const slices = remaining.filter((slice) => packer.verdict(slice, address, nowAt) === 'fresh');
        if (slices.length > 0) return { address, slices, tier: 'l1' };
        return remaining.length > 0 ? 'bypass' : 'stale';
      }
      const verdict = packer.verdict(held, address, nowAt);
      if (isOfUse(verdict)) table.touch(record);
      else remove(record);
      if (verdict === 'fresh') return { address, slices: [held], tier: 'l1' };
      return verdict === 'bypass' ? 'bypass' : 'stale';
    },
    live: (address, slices, nowAt) => slices.filter((slice) => packer.verdict(slice, address, nowAt) === 'fresh'),
    ofUse,
    add(address, slices, nowAt) {
      const halves = halvesOf(address);
      const record = table.find(halves);
      const before = record === undefined ? NO_SLICES : ofUse(address, listOf(record.held), nowAt);
      const [first] = slices;
      if (before.length === 0 && first !== undefined && slices.length === 1)
        return addAlone(address, halves, record, first, nowAt);
      const added: PackedSlice[] = [];
      for (const slice of slices) {
        const packed = packer.pack(address, slice, before[0] ?? added[0]);
        if (packed !== null && isOfUse(packer.verdict(packed, address, nowAt))) added.push(packed);
      }
      if (added.length === 0) return REFUSED;
      const small = added.filter((slice) => slice.bytes <= LARGEST_RECORD_BYTES);
      if (small.length === 0) return OVERSIZE;
      const merged = mergeSlices([...small, ...before]);
      keep(halves, record, merged);
      return { kind: 'kept', slices: merged };
    },
    drop(address) {
      const record = table.find(halvesOf(address));
      if (record !== undefined) remove(record);
    },
    bytes,
    recordCount: table.count,
    countWhere(prefixStart, holds) {
      let count = 0;
      for (const { held, id } of table.within(prefixStart)) {
        const keyText = keyTextOfId(id);
        if (listOf(held).some((slice) => holds(slice, keyText))) count += 1;
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
