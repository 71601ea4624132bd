// Finished responses: texts that were put together from entries alone, each kept as one derived entry. In this process only.

import { createDerivations, type Derivation } from './derived.ts';
import { NOBODY } from './eviction-queues.ts';
import { createFingerprints } from './fingerprints.ts';
import {
  type AddVariant,
  bytesOf,
  type Extensions,
  type FinishedResponse,
  Kept,
  keptBytes,
  ownBytes,
} from './finished-response.ts';
import type { Judge, TagDigest } from './judge.ts';
import { ownText } from './packed-fields.ts';
import { createRecordTable, wholeKey } from './record-table.ts';
import { hashOf } from './text-hash.ts';

/** One that is being put together. */
export interface FinishedDraft {
  readonly derivation: Derivation;
  /** Drops before it was begun. */
  readonly dropCount: number;
}

export interface FinishedResponses {
  /**
   * Judged.
   * @returns a draft when it was asked for before: it is worth to be remembered. Null: it is not, or not yet
   */
  find(key: string, nowAt: number): FinishedResponse | FinishedDraft | null;
  /** Keeps a text, if all that it was made of may be kept. @param draft what `find` gave, before the first of it was read */
  keep(key: string, text: string, extensions: Extensions | null, draft: FinishedDraft): void;
  /** An entity with this tag was changed by somebody here: what holds it is made again, though no purge has come yet. */
  drop(digest: TagDigest): void;
  /** All of them. */
  clear(): void;
  bytes(): number;
}

/** Drops that a response is held against; one that missed more of them is made again. */
const REMEMBERED_DROPS = 256;
/** Of all bytes: for hashes of keys that were asked for once. */
const SEEN_SHARE = 1 / 64;
/** Of all bytes, for one response. What is larger would drive out many for itself. */
const LARGEST_SHARE = 1 / 10;

/** @param hashSeed secret from whoever chooses operations and variables */
export function createFinishedResponses(judge: Judge, maxBytes: number, hashSeed: number): FinishedResponses {
  const beginDerivation = createDerivations(judge);
  const drops: TagDigest[] = [];
  let dropCount = 0;
  const table = createRecordTable<Kept>(maxBytes, hashSeed);
  const seen = createFingerprints(Math.floor((maxBytes * SEEN_SHARE) / Int32Array.BYTES_PER_ELEMENT));
  const seenBytes = maxBytes > 0 ? seen.bytes() : 0;
  const bytes = (): number => table.bytes() + seenBytes;

  /** Was something that it holds dropped since it was looked at last? */
  const isDropped = (kept: Kept): boolean => {
    if (dropCount - kept.dropCount > REMEMBERED_DROPS) return true;
    for (let count = kept.dropCount; count < dropCount; count += 1) {
      if (kept.derived.bears(drops[count % REMEMBERED_DROPS]!)) return true;
    }
    kept.dropCount = dropCount;
    return false;
  };
  const makeRoom = (): void => {
    while (bytes() > maxBytes && table.evict() !== null);
  };
  const addVariant: AddVariant = (key, of, name, variant) => {
    const place = table.find(wholeKey(key));
    const kept = place === NOBODY ? null : table.held(place);
    if (kept === null || kept.bytes !== of) return;
    const more = kept.with(name, ownBytes(variant));
    const size = keptBytes(more);
    if (size > LARGEST_SHARE * maxBytes) return;
    table.replace(place, more, size);
    makeRoom();
  };
  return {
    find(key, nowAt) {
      if (maxBytes === 0) return null;
      const place = table.find(wholeKey(key));
      const kept = place === NOBODY ? null : table.held(place);
      if (kept !== null && !isDropped(kept) && kept.derived.isFresh(nowAt)) {
        table.use(place);
        return kept;
      }
      if (kept !== null) table.remove(place);
      const hash = hashOf(hashSeed, '', key);
      if (kept === null && !seen.has(hash)) {
        seen.add(hash);
        return null;
      }
      seen.add(hash);
      return { derivation: beginDerivation(), dropCount };
    },
    keep(key, text, extensions, { derivation, dropCount }) {
      const derived = derivation.finish();
      if (derived === null) return;
      const kept = new Kept({ key: ownText(key), bytes: bytesOf(text), extensions, derived, dropCount }, addVariant);
      const size = keptBytes(kept);
      if (size > LARGEST_SHARE * maxBytes) return;
      const place = table.find(wholeKey(key));
      if (place === NOBODY) table.insert(wholeKey(key), kept.key, kept, size);
      else table.replace(place, kept, size);
      makeRoom();
    },
    drop(digest) {
      drops[dropCount % REMEMBERED_DROPS] = digest;
      dropCount += 1;
    },
    clear: table.clear,
    bytes,
  };
}
