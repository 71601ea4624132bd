// From what a shard has under a record's key to slices. What cannot be read is counted, and as good as not there.

import type { CacheMetrics } from './cache-metrics.ts';
import { decodeRecord } from './codec.ts';
import type { FieldShapes } from './field-shape.ts';
import type { RecordAddress, Slice } from './record.ts';
import type { RecordScanner } from './scan-record.ts';
import type { Shard } from './shard-guard.ts';

export interface ShardTexts {
  readonly shard: Shard;
  readonly shapes: FieldShapes;
  /** Reads nearly all records, several times faster than `decodeRecord`. */
  readonly scan: RecordScanner;
  readonly metrics: CacheMetrics;
}

/** Nothing of it is judged. */
export function readShardText(
  { shard, shapes, scan, metrics }: ShardTexts,
  address: RecordAddress,
  text: string | undefined,
): readonly Slice[] | 'miss' {
  if (text === undefined) return 'miss';
  const record = scan(address, text) ?? decodeRecord(shapes, address.text, text);
  if (typeof record !== 'string') return record;
  metrics.unreadable(shard.name, record);
  return 'miss';
}
