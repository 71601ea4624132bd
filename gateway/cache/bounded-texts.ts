// A store of texts in memory with expiry and a bound in bytes: what the embedded shards hold.

import type { Clock } from '../clock.ts';
import { NOBODY } from './eviction-queues.ts';
import { createRecordTable, wholeKey } from './record-table.ts';
import { BOXED_NUMBER_BYTES, objectBytes, stringBytes } from './resident-bytes.ts';

/** The part of Map that Keyv asks of a store, with the TTL that Keyv passes on. */
export interface BoundedTexts {
  get(key: string): string | undefined;
  set(key: string, text: string, ttlMs?: number): void;
  delete(key: string): boolean;
  clear(): void;
  bytes(): number;
}

interface Kept {
  readonly text: string;
  readonly expiresAt: number;
}

/** @param clock judges expiry alone, as a server's clock would */
export function createBoundedTexts(maxBytes: number, clock: Clock): BoundedTexts {
  // Keys are digests: nobody chooses their hashes.
  const table = createRecordTable<Kept>(maxBytes, 0);
  return {
    get(key) {
      const record = table.find(wholeKey(key));
      if (record === NOBODY) return undefined;
      const { text, expiresAt } = table.held(record);
      if (expiresAt <= clock.nowAt()) {
        table.remove(record);
        return undefined;
      }
      table.use(record);
      return text;
    },
    set(key, text, ttlMs) {
      const expiresAt = ttlMs === undefined ? Number.POSITIVE_INFINITY : clock.nowAt() + ttlMs;
      const record = table.find(wholeKey(key));
      const heldBytes = objectBytes(2) + BOXED_NUMBER_BYTES + stringBytes(text);
      if (record === NOBODY) table.insert(wholeKey(key), key, { text, expiresAt }, heldBytes);
      else table.replace(record, { text, expiresAt }, heldBytes);
      while (table.bytes() > maxBytes && table.evict() !== null);
    },
    delete(key) {
      const record = table.find(wholeKey(key));
      if (record !== NOBODY) table.remove(record);
      return record !== NOBODY;
    },
    clear: table.clear,
    bytes: table.bytes,
  };
}
