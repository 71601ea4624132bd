// The purge log inside one process, for a gateway whose relays run beside it. It lasts as long as the process.
//
// Offsets are epoch microseconds, so that they compare with those of a process before, whose entries may be in the shards.

import { setImmediate } from 'node:timers';
import type { Clock } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import type { LogEntry, LogReader, LogWorker, PurgeLog } from './log.ts';

export interface MemoryLogOptions {
  readonly clock: Clock;
  /** Random for every log: log ids of two processes never compare. */
  readonly name: string;
  /** Records that are kept for those who read slowly. Default 10,000: some ten minutes of four relays that beat. */
  readonly maxRecords?: number;
  /** Characters of their values that are kept at most. Default 16 Mi. */
  readonly maxLength?: number;
}

interface Cursor {
  position: number;
  readonly hand: (entry: LogEntry) => void;
}

/** Records handed over in one turn of the event loop. */
const TURN_COUNT = 1_000;

export function createMemoryLog({
  clock,
  name,
  maxRecords = 10_000,
  maxLength = 16 * 1024 * 1024,
}: MemoryLogOptions): PurgeLog {
  let kept: LogEntry[] = [];
  /** Those before are not kept any more. */
  let first = 0;
  let keptLength = 0;
  let lastOffset = microseconds(clock.nowAt());
  const cursors: Cursor[] = [];
  const groups = new Set<string>();
  let turn: 'none' | 'due' | 'over' = 'none';

  const indexAfter = (position: number): number => {
    let [low, high] = [first, kept.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (kept[middle]!.offset <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const handOver = (): void => {
    if (turn === 'over') return;
    turn = 'none';
    for (const cursor of cursors) {
      const from = indexAfter(cursor.position);
      for (const entry of kept.slice(from, from + TURN_COUNT)) {
        cursor.position = entry.offset;
        cursor.hand(entry);
      }
      if (cursor.position < lastOffset && indexAfter(cursor.position) < kept.length) schedule();
    }
  };
  const schedule = (): void => {
    if (turn !== 'none') return;
    turn = 'due';
    setImmediate(handOver);
  };
  const follow = (position: number, hand: (entry: LogEntry) => void): void => {
    cursors.push({ position, hand });
    schedule();
  };
  const trim = (): void => {
    for (; kept.length - first > maxRecords || keptLength > maxLength; first += 1) {
      keptLength -= kept[first]!.record.value.length;
    }
    // Moved together now and then, not at every record.
    if (first < maxRecords) return;
    kept = kept.slice(first);
    first = 0;
  };
  const assertOpen = (): void => {
    if (turn === 'over') throw new GatewayError('PURGE_LOG_UNREACHABLE', 'Expected an open purge log, it was closed');
  };

  return {
    read(fromAt: number, reader: LogReader) {
      const index = indexAfter(microseconds(fromAt) - 1);
      const position = kept[index]?.previousOffset ?? lastOffset;
      reader.opened({ name, numbering: 'clock', position, endPosition: lastOffset });
      follow(position, (entry) => reader.read(entry));
    },
    share(group: string, worker: LogWorker) {
      // All members are in this process: the first one does the work.
      if (groups.has(group)) return;
      groups.add(group);
      follow(kept[first]?.previousOffset ?? lastOffset, (entry) => void worker(entry).catch(() => undefined));
    },
    async append(records) {
      assertOpen();
      const baseOffset = Math.max(lastOffset + 1, microseconds(clock.nowAt()));
      for (const [index, record] of records.entries()) {
        const offset = baseOffset + index;
        kept.push({ offset, previousOffset: lastOffset, record });
        keptLength += record.value.length;
        lastOffset = offset;
      }
      trim();
      schedule();
      return { baseOffset };
    },
    async setAside() {
      assertOpen();
      return 'no-topic';
    },
    async endPosition() {
      assertOpen();
      return lastOffset;
    },
    async close() {
      turn = 'over';
      cursors.length = 0;
    },
  };
}

function microseconds(atMs: number): number {
  return Math.floor(atMs * 1000);
}
