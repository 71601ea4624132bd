// Finished responses: texts that were put together from entries alone, each kept as one derived entry. In this process only.

import { LRUCache } from 'lru-cache';
import { createDerivations, type Derivation, type Derived } from './derived.ts';
import type { Judge, TagDigest } from './judge.ts';
import { MAP_PLACE_BYTES, mapBytes, objectBytes, stringBytes, TYPED_ARRAY_BYTES } from './resident-bytes.ts';

export interface FinishedResponse {
  /** The whole body, UTF-8. */
  readonly bytes: Buffer;
  /** What goes with it, JSON: it follows from the same entries. */
  readonly extensions: Extensions | null;
  readonly derived: Derived;
  /** What was made of it in another encoding, and added. */
  variant(name: string): Buffer | undefined;
  /** False: somebody makes this one already, or has. */
  beginVariant(name: string): boolean;
  /** Goes with the response, and counts for it. Nothing happens where it was replaced, dropped or evicted meanwhile. */
  addVariant(name: string, bytes: Buffer): void;
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

type Variants = Readonly<Record<string, Buffer>>;

/** Adds a variant to the response that is kept under the key, if it is still the one with these bytes. */
type AddVariant = (key: string, of: Buffer, name: string, variant: Buffer) => void;

/** A class: thousands of them are kept, and none needs functions of its own. */
class Kept implements FinishedResponse {
  readonly key: string;
  readonly bytes: Buffer;
  readonly extensions: Extensions | null;
  readonly derived: Derived;
  readonly variants: Variants;
  /** Drops that it has outlived. */
  dropCount: number;
  readonly #begun: Set<string>;
  readonly #add: AddVariant;

  constructor(
    {
      key,
      bytes,
      extensions,
      derived,
      dropCount,
    }: Pick<Kept, 'key' | 'bytes' | 'extensions' | 'derived' | 'dropCount'>,
    add: AddVariant,
    variants: Variants = NO_VARIANTS,
    begun: Set<string> = new Set(),
  ) {
    this.key = key;
    this.bytes = bytes;
    this.extensions = extensions;
    this.derived = derived;
    this.dropCount = dropCount;
    this.variants = variants;
    this.#begun = begun;
    this.#add = add;
  }

  variant(name: string): Buffer | undefined {
    return this.variants[name];
  }

  beginVariant(name: string): boolean {
    if (this.#begun.has(name)) return false;
    this.#begun.add(name);
    return true;
  }

  addVariant(name: string, bytes: Buffer): void {
    this.#add(this.key, this.bytes, name, bytes);
  }

  /** The same with one variant more: its size is another, so the cache has to be told. */
  with(name: string, bytes: Buffer): Kept {
    return new Kept(this, this.#add, { ...this.variants, [name]: bytes }, this.#begun);
  }
}

const NO_VARIANTS: Variants = Object.freeze({});

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

/** The same for bytes that may lie in a pool, or in memory that was taken for more. */
function ownBytes(bytes: Buffer): Buffer {
  const own = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(own);
  return own;
}

/** Parsed JSON takes several times as much as its text. */
const PARSED_BYTES_PER_CHARACTER = 8;

const keptBytes = ({ bytes, extensions, derived, variants }: Kept): number =>
  objectBytes(8) +
  TYPED_ARRAY_BYTES +
  bytes.length +
  derived.bytes +
  mapBytes(0) +
  variantsBytes(variants) +
  (extensions === null ? 0 : JSON.stringify(extensions).length * PARSED_BYTES_PER_CHARACTER);

function variantsBytes(variants: Variants): number {
  let sum = 0;
  for (const name in variants) sum += objectBytes(1) + TYPED_ARRAY_BYTES + (variants[name]?.length ?? 0);
  return sum;
}

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

  const addVariant: AddVariant = (key, of, name, variant) => {
    const kept = responses?.peek(key);
    if (!(kept instanceof Kept) || kept.bytes !== of) return;
    // Larger than all of the cache it would not be kept at all.
    if (keptBytes(kept) + variant.length < maxBytes) responses?.set(key, kept.with(name, ownBytes(variant)));
  };

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
      if (derived === null) return;
      responses?.set(key, new Kept({ key, bytes: bytesOf(text), extensions, derived, dropCount }, addVariant));
    },
    drop(digest) {
      drops[dropCount % REMEMBERED_DROPS] = digest;
      dropCount += 1;
    },
    clear: () => responses?.clear(),
    bytes: () => responses?.calculatedSize ?? 0,
  };
}
