// Reads records from one shard: all that is asked in one turn of the event loop goes out as one multi-get.

import type { RecordAddress, Slice } from './record.ts';
import { storageKey } from './record-address.ts';
import { readShardText, type ShardTexts } from './shard-text.ts';

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

export function createShardReader<Result>(
  options: ShardTexts & {
    /** Called once for each record that was asked, however many asked for it. */
    readonly join: (address: RecordAddress, record: ShardRecord) => Result;
    /** Runs something at the end of this turn of the event loop. */
    readonly schedule: (run: () => void) => void;
  },
): ShardReader<Result> {
  const { shard, join, schedule } = options;
  let waiting = new Map<string, Waiting<Result>>();

  const send = async (batch: readonly Waiting<Result>[]): Promise<void> => {
    const answer = await shard.getMany(batch.map(({ address }) => storageKey(address)));
    batch.forEach(({ address, found }, index) => {
      const result = join(
        address,
        answer.kind === 'ok' ? readShardText(options, address, answer.value[index]) : 'error',
      );
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
