// Finished responses: texts that were put together from entries alone, each kept as one derived entry. In this process only.

import { LRUCache } from 'lru-cache';
import { createDerivations, type Derivation, type Derived } from './derived.ts';
import type { Judge, TagDigest } from './judge.ts';
import { MAP_PLACE_BYTES, objectBytes, stringBytes, TYPED_ARRAY_BYTES } from './resident-bytes.ts';

export interface FinishedResponse {
  /** UTF-8. */
  readonly bytes: Buffer;
  /** What goes with it, JSON: it follows from the same entries. */
  readonly extensions: Extensions | null;
  readonly derived: Derived;
}

type Extensions = Readonly<Record<string, unknown>>;

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

/** A key that was asked for once. */
const SEEN = Symbol('seen');

interface Kept extends FinishedResponse {
  /** Drops that it has outlived. */
  dropCount: number;
}

/** Drops that a response is held against; one that missed more of them is made again. */
const REMEMBERED_DROPS = 256;
/** Node of the list of use, key and place in the maps of lru-cache. */
const ENTRY_BYTES = MAP_PLACE_BYTES + objectBytes(8);

/** In memory of their own: a pooled buffer would keep its whole pool. */
function bytesOf(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}

/** Parsed JSON takes several times as much as its text. */
const PARSED_BYTES_PER_CHARACTER = 8;

const keptBytes = ({ bytes, extensions, derived }: Kept): number =>
  objectBytes(4) +
  TYPED_ARRAY_BYTES +
  bytes.length +
  derived.bytes +
  (extensions === null ? 0 : JSON.stringify(extensions).length * PARSED_BYTES_PER_CHARACTER);

export function createFinishedResponses(judge: Judge, maxBytes: number): FinishedResponses {
  const beginDerivation = createDerivations(judge);
  const drops: TagDigest[] = [];
  let dropCount = 0;
  const responses =
    maxBytes > 0
      ? new LRUCache<string, Kept | typeof SEEN>({
          maxSize: maxBytes,
          sizeCalculation: (value, key) => ENTRY_BYTES + stringBytes(key) + (value === SEEN ? 0 : keptBytes(value)),
        })
      : null;

  /** Was something that it holds dropped since it was looked at last? */
  const isDropped = (kept: Kept): boolean => {
    if (dropCount - kept.dropCount > REMEMBERED_DROPS) return true;
    for (let count = kept.dropCount; count < dropCount; count += 1) {
      if (kept.derived.bears(drops[count % REMEMBERED_DROPS]!)) return true;
    }
    kept.dropCount = dropCount;
    return false;
  };
  return {
    find(key, nowAt) {
      if (responses === null) return null;
      const kept = responses.get(key);
      if (kept === undefined) {
        responses.set(key, SEEN);
        return null;
      }
      if (kept !== SEEN) {
        if (!isDropped(kept) && kept.derived.isFresh(nowAt)) return kept;
        responses.set(key, SEEN);
      }
      return { derivation: beginDerivation(), dropCount };
    },
    keep(key, text, extensions, { derivation, dropCount }) {
      const derived = derivation.finish();
      if (derived !== null) responses?.set(key, { bytes: bytesOf(text), extensions, derived, dropCount });
    },
    drop(digest) {
      drops[dropCount % REMEMBERED_DROPS] = digest;
      dropCount += 1;
    },
    clear: () => responses?.clear(),
    bytes: () => responses?.calculatedSize ?? 0,
  };
}
