// One finished response as it is kept: its bytes, what else was made of them, and what it takes of memory.

import type { Derived } from './derived.ts';
import { mapBytes, objectBytes, TYPED_ARRAY_BYTES } from './resident-bytes.ts';

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

export type Extensions = Readonly<Record<string, unknown>>;

type Variants = Readonly<Record<string, Buffer>>;

/** Adds a variant to the response that is kept under the key, if it is still the one with these bytes. */
export type AddVariant = (key: string, of: Buffer, name: string, variant: Buffer) => void;

/** A class: thousands of them are kept, and none needs functions of its own. */
export class Kept implements FinishedResponse {
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

/** In memory of their own: a pooled buffer would keep its whole pool. */
export function bytesOf(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}

/** The same for bytes that may lie in a pool, or in memory that was taken for more. */
export function ownBytes(bytes: Buffer): Buffer {
  const own = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(own);
  return own;
}

/** Parsed JSON takes several times as much as its text. */
const PARSED_BYTES_PER_CHARACTER = 8;

export const keptBytes = ({ bytes, extensions, derived, variants }: Kept): number =>
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
