// From hashes to numbers, several of which may have one hash: open addressing in one typed array, 8 bytes a place.

import { TYPED_ARRAY_BYTES } from './resident-bytes.ts';

export interface HashIndex {
  /** The place of the first number with this hash; −1: there is none. */
  first(hash: number): number;
  /** The place of the next one after that place. */
  next(place: number, hash: number): number;
  at(place: number): number;
  /** @param hash not 0 */
  add(hash: number, number: number): void;
  /** What is there. Places that were asked for before mean nothing after it. */
  delete(hash: number, number: number): void;
  clear(): void;
  bytes(): number;
}

const LEAST_PLACE_COUNT = 16;
const FULLEST = 0.75;

/** Linear probing; what stands behind a gap is moved up, so that no marks of deleted ones are left. */
export function createHashIndex(): HashIndex {
  /** Hash and number of each place. Hash 0: free. */
  let cells = new Int32Array(2 * LEAST_PLACE_COUNT);
  let mask = LEAST_PLACE_COUNT - 1;
  let count = 0;

  const from = (start: number, hash: number): number => {
    for (let place = start; ; place = (place + 1) & mask) {
      const found = cells[2 * place];
      if (found === hash) return place;
      if (found === 0) return -1;
    }
  };
  const put = (hash: number, number: number): void => {
    let place = hash & mask;
    while (cells[2 * place] !== 0) place = (place + 1) & mask;
    cells[2 * place] = hash;
    cells[2 * place + 1] = number;
  };
  const grow = (): void => {
    const before = cells;
    cells = new Int32Array(2 * before.length);
    mask = cells.length / 2 - 1;
    for (let at = 0; at < before.length; at += 2) if (before[at] !== 0) put(before[at]!, before[at + 1]!);
  };
  const close = (gap: number): void => {
    let free = gap;
    for (let place = (gap + 1) & mask; cells[2 * place] !== 0; place = (place + 1) & mask) {
      // It may move up to the gap unless its own first place lies behind the gap.
      const home = cells[2 * place]! & mask;
      if (((place - home) & mask) < ((place - free) & mask)) continue;
      cells[2 * free] = cells[2 * place]!;
      cells[2 * free + 1] = cells[2 * place + 1]!;
      free = place;
    }
    cells[2 * free] = 0;
  };
  const first = (hash: number): number => from(hash & mask, hash);
  const next = (place: number, hash: number): number => from((place + 1) & mask, hash);
  return {
    first,
    next,
    at: (place) => cells[2 * place + 1]!,
    add(hash, number) {
      if (count + 1 > FULLEST * (mask + 1)) grow();
      put(hash, number);
      count += 1;
    },
    delete(hash, number) {
      let place = first(hash);
      while (place >= 0 && cells[2 * place + 1] !== number) place = next(place, hash);
      if (place < 0) return;
      close(place);
      count -= 1;
    },
    clear() {
      cells = new Int32Array(2 * LEAST_PLACE_COUNT);
      mask = LEAST_PLACE_COUNT - 1;
      count = 0;
    },
    bytes: () => cells.byteLength + TYPED_ARRAY_BYTES,
  };
}
