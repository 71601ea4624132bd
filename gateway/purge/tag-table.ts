// The ledger's memory: tag → position of its last purge, in typed arrays of a bounded size.
//
// Open addressing, 18 bytes a slot, at most half full: 1,000,000 tags in 2^21 slots are 37.7 MB. A slot's digest and
// position lie side by side, so that asking for a tag touches one line of the processor's cache.

import type { TagDigest } from '../cache/judge.ts';

/** An index into a table of the caller's, kept with each tag: it says what may stand for the tag when there is no room. */
export type Owner = number;

/** `cheap` tags are given up first; `dear` ones only while they are more than three of four; `pinned` ones never. */
export type OwnerKind = 'pinned' | 'cheap' | 'dear';

export interface TagTableOptions {
  /** Tags that are held, beside pinned ones, before the oldest are given up. */
  readonly maxTags: number;
  /** Always the same for the same owner. */
  readonly kindOf: (owner: Owner) => OwnerKind;
  /** A tag is given up: for its owner, whatever is older than the position must be refused from now on. */
  readonly givenUp: (owner: Owner, position: number) => void;
}

export interface TagTable {
  /** Position of the last purge, −1 for none that is known. */
  lastPurge(tag: TagDigest): number;
  /** Raises the tag's position; never lowers it. @param position a whole number from 0 to 2^53 */
  purge(tag: TagDigest, position: number, owner: Owner): void;
  /** Forgets all tags of these owners. */
  forget(isGone: (owner: Owner) => boolean): void;
  readonly tagCount: number;
  readonly sizeBytes: number;
}

export const LARGEST_OWNER: Owner = 0xffff;

/** Of a slot, in the view of 32-bit words: the digest's halves, then two for the position, a float in the view of 64 bits. */
const WORDS = 4;
const HI = 1;
const FEWEST_SLOTS = 1024;
/** Tags looked at to guess how old the oldest quarter is. */
const SAMPLE_COUNT = 256;

export function createTagTable({ maxTags, kindOf, givenUp }: TagTableOptions): TagTable {
  const mostSlots = 2 ** Math.ceil(Math.log2(Math.max(maxTags * 2, FEWEST_SLOTS)));
  const counts: Record<OwnerKind, number> = { pinned: 0, cheap: 0, dear: 0 };
  let mask = FEWEST_SLOTS - 1;
  let words = new Int32Array(FEWEST_SLOTS * WORDS);
  let positions = new Float64Array(words.buffer);
  let owners = new Uint16Array(FEWEST_SLOTS);
  /** The slot that is looked at next when a tag must be given up, and how old it must be. */
  let hand = 0;
  let cutoff = -1;

  const tagCount = (): number => counts.pinned + counts.cheap + counts.dear;
  const isFree = (slot: number): boolean => words[slot * WORDS] === 0 && words[slot * WORDS + HI] === 0;
  const positionAt = (slot: number): number => positions[slot * 2 + 1]!;

  /** The slot of this digest, or the free one where it belongs. */
  const slotOf = (lo: number, hi: number): number => {
    let slot = lo & mask;
    for (;;) {
      const at = slot * WORDS;
      if (words[at] === lo && words[at + HI] === hi) return slot;
      if (words[at] === 0 && words[at + HI] === 0) return slot;
      slot = (slot + 1) & mask;
    }
  };
  const put = (slot: number, lo: number, hi: number, position: number, owner: Owner): void => {
    const at = slot * WORDS;
    words[at] = lo;
    words[at + HI] = hi;
    positions[slot * 2 + 1] = position;
    owners[slot] = owner;
  };
  const copy = (from: number, to: number): void => {
    words.copyWithin(to * WORDS, from * WORDS, from * WORDS + WORDS);
    owners[to] = owners[from]!;
  };
  const rebuild = (slotCount: number, isGone: (owner: Owner) => boolean): void => {
    const [oldWords, oldPositions, oldOwners] = [words, positions, owners];
    words = new Int32Array(slotCount * WORDS);
    positions = new Float64Array(words.buffer);
    owners = new Uint16Array(slotCount);
    mask = slotCount - 1;
    hand = 0;
    cutoff = -1;
    for (let old = 0; old < oldOwners.length; old += 1) {
      const at = old * WORDS;
      const [lo, hi, owner] = [oldWords[at]!, oldWords[at + HI]!, oldOwners[old]!];
      if (lo === 0 && hi === 0) continue;
      if (isGone(owner)) counts[kindOf(owner)] -= 1;
      else put(slotOf(lo, hi), lo, hi, oldPositions[old * 2 + 1]!, owner);
    }
  };
  /** Closes the hole: whoever stands behind it and belongs before it moves up. */
  const release = (slot: number): void => {
    counts[kindOf(owners[slot]!)] -= 1;
    let hole = slot;
    for (let next = (hole + 1) & mask; !isFree(next); next = (next + 1) & mask) {
      const home = words[next * WORDS]! & mask;
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      copy(next, hole);
      hole = next;
    }
    words.fill(0, hole * WORDS, hole * WORDS + WORDS);
  };
  const isOf = (kind: OwnerKind, slot: number): boolean => !isFree(slot) && kindOf(owners[slot]!) === kind;
  /** About a quarter of the tags of this kind are this old or older. */
  const guessCutoff = (kind: OwnerKind): number => {
    const seen: number[] = [];
    // Odd, so that every slot comes in turn.
    const stride = Math.floor(mask / (SAMPLE_COUNT * 4)) | 1;
    for (let looked = 0, slot = 0; looked <= mask && seen.length < SAMPLE_COUNT; looked += 1) {
      if (isOf(kind, slot)) seen.push(positionAt(slot));
      slot = (slot + stride) & mask;
    }
    seen.sort((a, b) => a - b);
    return seen[seen.length >> 2] ?? -1;
  };
  const giveUpOne = (): void => {
    const kind = counts.cheap * 3 >= counts.dear ? 'cheap' : 'dear';
    for (;;) {
      if (hand > mask || cutoff === -1) {
        hand = 0;
        cutoff = guessCutoff(kind);
      }
      for (; hand <= mask; hand += 1) {
        const position = positionAt(hand);
        if (position > cutoff || !isOf(kind, hand)) continue;
        const owner = owners[hand]!;
        // The hand stays: another tag may have moved up into this slot.
        release(hand);
        givenUp(owner, position);
        return;
      }
    }
  };

  return {
    lastPurge(tag) {
      const slot = slotOf(tag.lo | 0, tag.hi | 0);
      return isFree(slot) ? -1 : positionAt(slot);
    },
    purge(tag, position, owner) {
      const [lo, hi] = [tag.lo | 0, tag.hi | 0];
      const slot = slotOf(lo, hi);
      if (!isFree(slot)) {
        if (position > positionAt(slot)) put(slot, lo, hi, position, owners[slot]!);
        return;
      }
      put(slot, lo, hi, position, owner);
      counts[kindOf(owner)] += 1;
      if (counts.cheap + counts.dear > maxTags) giveUpOne();
      const slotCount = mask + 1;
      // Pinned tags alone may fill the last size further than half.
      const fullest = slotCount < mostSlots ? slotCount / 2 : (slotCount * 3) / 4;
      if (tagCount() > fullest) rebuild(slotCount * 2, () => false);
    },
    forget(isGone) {
      rebuild(mask + 1, isGone);
    },
    get tagCount() {
      return tagCount();
    },
    get sizeBytes() {
      return words.byteLength + owners.byteLength;
    },
  };
}
