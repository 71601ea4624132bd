// A store of texts in memory with expiry and a bound in bytes: what the embedded shards hold.

import type { Clock } from '../clock.ts';
import { createRecordTable } from './record-table.ts';
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

/** The least recently used go first. @param clock judges expiry alone, as a server's clock would */
export function createBoundedTexts(maxBytes: number, clock: Clock): BoundedTexts {
  const table = createRecordTable<Kept>();
  const recordOf = (key: string) => table.find({ prefix: '', id: key });
  return {
    get(key) {
      const record = recordOf(key);
      if (record === undefined) return undefined;
      if (record.held.expiresAt <= clock.nowAt()) {
        table.remove(record);
        return undefined;
      }
      table.touch(record);
      return record.held.text;
    },
    set(key, text, ttlMs) {
      const expiresAt = ttlMs === undefined ? Number.POSITIVE_INFINITY : clock.nowAt() + ttlMs;
      const known = recordOf(key);
      const heldBytes = objectBytes(2) + BOXED_NUMBER_BYTES + stringBytes(text);
      if (known === undefined) table.insert({ prefix: '', id: key }, { text, expiresAt }, heldBytes);
      else table.replace(known, { text, expiresAt }, heldBytes);
      for (let oldest = table.oldest(); oldest !== null && table.bytes() > maxBytes; oldest = table.oldest()) {
        table.remove(oldest);
      }
    },
    delete(key) {
      const record = recordOf(key);
      if (record !== undefined) table.remove(record);
      return record !== undefined;
    },
    clear() {
      for (let oldest = table.oldest(); oldest !== null; oldest = table.oldest()) table.remove(oldest);
    },
    bytes: table.bytes,
  };
}
