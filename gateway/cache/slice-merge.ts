// Which slices of a record are worth keeping, and in which order they are read: the newest first.

import type { PackedFields } from './packed-fields.ts';
import type { PackedSlice } from './packed-slice.ts';
import { standingOf } from './standing.ts';

/** A record has at most so many slices, and at most so many bytes of L1. */
export const LARGEST_SLICE_COUNT = 32;
export const LARGEST_RECORD_BYTES = 128 * 1024;

/**
 * Joins live slices of one record. Newer is what began its fetch later by the log, then what was stored later.
 * A slice that one newer slice covers, with all that stands below its fields, is dropped, and so is one that a newer slice contradicts: those that
 * stay can be read side by side. So is everything older than a "not found", and a "not found" older than anything.
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
    const { fields } = slice;
    if (kept.every((newer) => newer.fields === null || staysBeside(newer.fields, fields))) kept.push(slice);
  }
  return withinLimits(kept);
}

const staysBeside = (newer: PackedFields, older: PackedFields): boolean => standingOf(newer, older) === 'beside';

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
