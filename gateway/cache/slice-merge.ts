// Which slices of a record are worth keeping, and in which order they are read: the newest first.

import { coversShape } from './field-shape.ts';
import type { PackedSlice } from './packed-slice.ts';

/** A record has at most so many slices, and at most so many bytes of L1. */
export const LARGEST_SLICE_COUNT = 32;
export const LARGEST_RECORD_BYTES = 128 * 1024;

/**
 * Joins live slices of one record. Newer is what began its fetch later by the log, then what was stored later.
 * A slice whose fields all stand in one newer slice is dropped; so is everything older than a "not found", and a "not found" older than anything.
 * Past the limits the oldest go.
 * @param slices in any order, the same one twice does no harm
 * @returns the newest first
 */
export function mergeSlices(slices: readonly PackedSlice[]): readonly PackedSlice[] {
  if (slices.length < 2) return withinLimits(slices);
  const kept: PackedSlice[] = [];
  for (const slice of [...slices].sort(newestFirst)) {
    if (slice.fields === null) {
      if (kept.length === 0) return [slice];
      continue;
    }
    const { shape } = slice.fields;
    if (!kept.some(({ fields }) => fields !== null && coversShape(fields.shape, shape))) kept.push(slice);
  }
  return withinLimits(kept);
}

/** Positions of different logs do not compare: of two logs one is dead, and the judge has refused its slices. */
function newestFirst(left: PackedSlice, right: PackedSlice): number {
  const byLog = left.common.logId === right.common.logId ? right.position - left.position : 0;
  return byLog || right.storedAt - left.storedAt;
}

function withinLimits(slices: readonly PackedSlice[]): readonly PackedSlice[] {
  let bytes = 0;
  const kept: PackedSlice[] = [];
  for (const slice of slices) {
    bytes += slice.bytes;
    if (bytes > LARGEST_RECORD_BYTES || kept.length === LARGEST_SLICE_COUNT) break;
    kept.push(slice);
  }
  return kept;
}
