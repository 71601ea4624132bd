// Which records stood at the last offsets: tells a record that is delivered once more from another one at its offset.

import type { WireRecord } from '../../schema/purge-event.ts';

/** More than one fetch brings: a break may show only when the next one begins, and what came before it is delivered once more. */
const KEPT_COUNT = 2_048;
/** Of a record without an id its text stands for it, as much of it as tells records apart in practice. */
const TEXT_LENGTH = 512;

export interface RecentRecords {
  add(offset: number, record: WireRecord): void;
  /** Is this the record that was added at this offset? False also when what stood there is not known any more. */
  has(offset: number, record: WireRecord): boolean;
  isEmpty(): boolean;
  clear(): void;
}

export function createRecentRecords(): RecentRecords {
  const kept = new Map<number, string>();
  return {
    add(offset, record) {
      kept.set(offset, identityOf(record));
      if (kept.size <= KEPT_COUNT) return;
      const [oldest] = kept.keys();
      if (oldest !== undefined) kept.delete(oldest);
    },
    has: (offset, record) => kept.get(offset) === identityOf(record),
    isEmpty: () => kept.size === 0,
    clear: () => kept.clear(),
  };
}

function identityOf({ headers, key, value }: WireRecord): string {
  return JSON.stringify([headers.ce_source, headers.ce_id, key, value.length, value.slice(0, TEXT_LENGTH)]);
}
