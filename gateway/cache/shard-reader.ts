// Reads records from one shard: all that is asked in one turn of the event loop goes out as one multi-get.

import type { CacheMetrics } from './cache-metrics.ts';
import { decodeRecord } from './codec.ts';
import type { FieldShapes } from './field-shape.ts';
import type { RecordAddress, Slice } from './record.ts';
import { storageKey } from './record-address.ts';
import { createRecordScanner } from './scan-record.ts';
import type { Shard } from './shard-guard.ts';

/** What the shard gave for one address. Nothing of it is judged. */
export type ShardRecord = readonly Slice[] | 'miss' | 'error';

export interface ShardReader<Result> {
  /** Calls `found` once, when the shard has answered or the deadline has passed; never before this call returns. */
  read(address: RecordAddress, found: (result: Result) => void): void;
}

interface Waiting<Result> {
  readonly address: RecordAddress;
  readonly found: ((result: Result) => void)[];
}

/** Longer multi-gets hold up everyone else at the shard. */
const LARGEST_BATCH_COUNT = 500;

export function createShardReader<Result>(options: {
  readonly shard: Shard;
  readonly shapes: FieldShapes;
  readonly metrics: CacheMetrics;
  /** Makes of a text that was cut out of a record one that may be kept: cut, it holds on to the record's text. */
  readonly keep: (cut: string) => string;
  /** Called once for each record that was asked, however many asked for it. */
  readonly join: (address: RecordAddress, record: ShardRecord) => Result;
  /** Runs something at the end of this turn of the event loop. */
  readonly schedule: (run: () => void) => void;
}): ShardReader<Result> {
  const { shard, shapes, metrics, join, schedule } = options;
  const scan = createRecordScanner(shapes, options.keep);
  let waiting = new Map<string, Waiting<Result>>();

  const decode = (address: RecordAddress, text: string | undefined): ShardRecord => {
    if (text === undefined) return 'miss';
    const record = scan(address, text) ?? decodeRecord(shapes, address.text, text);
    if (typeof record !== 'string') return record;
    metrics.unreadable(shard.name, record);
    return 'miss';
  };
  const send = async (batch: readonly Waiting<Result>[]): Promise<void> => {
    const answer = await shard.getMany(batch.map(({ address }) => storageKey(address)));
    batch.forEach(({ address, found }, index) => {
      const result = join(address, answer.kind === 'ok' ? decode(address, answer.value[index]) : 'error');
      for (const tell of found) tell(result);
    });
  };
  const flush = (): void => {
    const all = [...waiting.values()];
    waiting = new Map();
    for (let start = 0; start < all.length; start += LARGEST_BATCH_COUNT) {
      void send(all.slice(start, start + LARGEST_BATCH_COUNT));
    }
  };
  return {
    read(address, found) {
      if (waiting.size === 0) schedule(flush);
      const asked = waiting.get(address.text);
      if (asked === undefined) waiting.set(address.text, { address, found: [found] });
      else asked.found.push(found);
    },
  };
}
