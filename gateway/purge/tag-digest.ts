// The digest of a tag: HalfSipHash-2-4 with 64 bits of output, keyed per process so that nobody can choose tags that collide.
//
// A collision costs a miss, never a stale answer: the ledger keeps the later of the two purges.

import type { TagDigest } from '../cache/judge.ts';

/** Digests of tags that occur again and again, those of types and subgraphs, are kept. */
const KEPT_LIMIT = 4096;

/**
 * @param key two random 32-bit numbers
 * @returns a function that costs some 100 ns for a tag of 40 characters (test/bench/judge.bench.ts)
 * @see Aumasson, HalfSipHash, https://github.com/veorq/SipHash (halfsiphash.c)
 */
export function createTagDigest(key: readonly [number, number]): (tag: string) => TagDigest {
  const [k0, k1] = [key[0] | 0, key[1] | 0];
  const kept = new Map<string, TagDigest>();
  return (tag) => {
    if (isOneOfMany(tag)) return digestOf(tag, k0, k1);
    const known = kept.get(tag);
    if (known !== undefined) return known;
    const digest = digestOf(tag, k0, k1);
    if (kept.size >= KEPT_LIMIT) kept.clear();
    kept.set(tag, digest);
    return digest;
  };
}

/** `entity/…` and `tag/…`: as many as there are entities, so that keeping them would cost more than it saves. */
function isOneOfMany(tag: string): boolean {
  return tag.charCodeAt(0) === 0x65 || tag.startsWith('tag/');
}

/** Text of one byte per character is read four characters to a word, other text two. */
function digestOf(tag: string, k0: number, k1: number): TagDigest {
  const length = tag.length;
  let v0 = k0;
  let v1 = k1 ^ 0xee;
  let v2 = 0x6c796765 ^ k0;
  let v3 = 0x74656462 ^ k1;
  let at = 0;
  let step = 4;
  let done = false;
  while (!done) {
    let word: number;
    const left = length - at;
    if (step === 4 && left >= 4) {
      const a = tag.charCodeAt(at);
      const b = tag.charCodeAt(at + 1);
      const c = tag.charCodeAt(at + 2);
      const d = tag.charCodeAt(at + 3);
      if ((a | b | c | d) > 0xff) {
        step = 2;
        continue;
      }
      word = a | (b << 8) | (c << 16) | (d << 24);
      at += 4;
    } else if (left >= 2) {
      word = tag.charCodeAt(at) | (tag.charCodeAt(at + 1) << 16);
      at += 2;
    } else {
      // The last word holds the length: a text and the same with zeros after it are two.
      word = (left === 1 ? tag.charCodeAt(at) : 0) | (length << 16);
      done = true;
    }
    v3 ^= word;
    for (let round = 0; round < 2; round += 1) {
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
    }
    v0 ^= word;
  }
  return finish(v0, v1, v2 ^ 0xee, v3);
}

function finish(a: number, b: number, c: number, d: number): TagDigest {
  let [v0, v1, v2, v3] = [a, b, c, d];
  let lo = 0;
  for (let round = 0; round < 8; round += 1) {
    if (round === 4) {
      lo = v1 ^ v3;
      v1 ^= 0xdd;
    }
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
  }
  const hi = v1 ^ v3;
  // Two zeros mean a free slot in the table.
  return { hi, lo: lo === 0 && hi === 0 ? 1 : lo };
}
