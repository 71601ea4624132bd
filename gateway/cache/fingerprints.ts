// Remembers hashes of names that were met and are not kept: 4 bytes each. They stand in fours by their last bits; a fifth drives out the oldest.

import { TYPED_ARRAY_BYTES } from './resident-bytes.ts';

export interface Fingerprints {
  /** @param hash not 0 */
  add(hash: number): void;
  /** True for one that is the same by chance, too. */
  has(hash: number): boolean;
  /** Room for so many at least; it never shrinks. */
  grow(count: number): void;
  bytes(): number;
}

/** Of fewer, two that are met in turns would drive each other out. */
const TOGETHER = 4;

export function createFingerprints(leastCount: number): Fingerprints {
  let places = new Int32Array(lengthFor(leastCount));
  const startOf = (hash: number): number => (hash & (places.length / TOGETHER - 1)) * TOGETHER;
  const has = (hash: number): boolean => {
    const start = startOf(hash);
    for (let place = start; place < start + TOGETHER; place += 1) if (places[place] === hash) return true;
    return false;
  };
  const add = (hash: number): void => {
    if (has(hash)) return;
    const start = startOf(hash);
    // The newest first.
    places.copyWithin(start + 1, start, start + TOGETHER - 1);
    places[start] = hash;
  };
  return {
    add,
    has,
    grow(count) {
      if (count <= places.length) return;
      const before = places;
      places = new Int32Array(lengthFor(count));
      for (let place = before.length - 1; place >= 0; place -= 1) if (before[place] !== 0) add(before[place]!);
    },
    bytes: () => places.byteLength + TYPED_ARRAY_BYTES,
  };
}

const lengthFor = (count: number): number => 2 ** Math.ceil(Math.log2(Math.max(count, TOGETHER)));
