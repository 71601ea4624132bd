// A derived entry: what a text was put together from, part by part, so that it is judged by the same rule as its parts.
//
// There is one part for each subgraph. Its tags are those of all slices that were taken, it expires with the first of them, its policy is the
// strictest. Its position is the one up to which purges were applied before the first of them was judged: each was found fresh later, so no purge of
// its tags up to there is missing in it (test/model: "brought up to date when all its parts are judged fresh"). Where that position is not known it
// is the least of theirs.

import type { Judge, Policy, Stamp, TagDigest } from './judge.ts';
import { PackedSlice } from './packed-slice.ts';
import type { RecordAddress, Slice } from './record.ts';
import { arrayBytes, objectBytes, TYPED_ARRAY_BYTES } from './resident-bytes.ts';

/** Collects what is taken while a text is put together. */
export interface Derivation {
  /** Call it before anything of the subgraph is judged. */
  enter(subgraph: string): void;
  /** These slices were judged fresh after `enter`, and are part of the text. */
  take(address: RecordAddress, slices: readonly Slice[]): void;
  /** Null: something was taken whose position is not known, the text must not be kept. */
  finish(): Derived | null;
}

export interface Derived {
  /** Epoch ms, of the oldest slice. */
  readonly storedAt: number;
  /** Epoch ms, of the first to expire. */
  readonly expiresAt: number;
  /** What it takes in memory. */
  readonly bytes: number;
  isFresh(nowAt: number): boolean;
  /** Does it bear a tag of this digest? */
  bears(digest: TagDigest): boolean;
  /** Epoch ms: when the first of its bounded subgraphs will have been unheard for longer than its bound. Infinity without such. */
  boundAt(nowAt: number): number;
}

export function createDerivations(judge: Judge): () => Derivation {
  const isPartFresh = createPartJudge(judge);
  return () => createDerivation(judge, isPartFresh);
}

function createDerivation(judge: Judge, isPartFresh: PartJudge): Derivation {
  const drafts = new Map<string, Draft>();
  return {
    enter(subgraph) {
      if (!drafts.has(subgraph)) drafts.set(subgraph, createDraft(judge.applied(subgraph)));
    },
    take(address, slices) {
      const draft = drafts.get(address.subgraph);
      if (draft === undefined) throw new Error(`expected ${address.subgraph} to be entered before it is taken from`);
      draft.policy = stricter(draft.policy, address.policy);
      for (const slice of slices) {
        // Texts are kept only where L1 is on, and all that is read is packed for it.
        if (!(slice instanceof PackedSlice)) throw new Error('expected a slice as L1 keeps it');
        draft.least = earlier(draft.least, slice.stamp);
        draft.storedAt = Math.min(draft.storedAt, slice.storedAt);
        draft.expiresAt = Math.min(draft.expiresAt, slice.expiresAt);
        slice.eachDigest(address.keyText, judge, (hi, lo) => addTag(draft.tags, hi, lo));
      }
    },
    finish() {
      const parts: Part[] = [];
      for (const [subgraph, { applied, least, policy, expiresAt, storedAt, tags }] of drafts) {
        if (policy === null) continue;
        const stamp = applied ?? least;
        if (stamp === null || stamp === 'several logs') return null;
        parts.push({ subgraph, policy, stamp, expiresAt, storedAt, tags: Int32Array.from(tags.pairs) });
      }
      return parts.length === 0 ? null : derivedOf(parts, judge, isPartFresh);
    },
  };
}

interface Draft {
  /** Before the first slice was judged. */
  readonly applied: Stamp | null;
  /** Of the slices. */
  least: Stamp | 'several logs' | null;
  /** Null: nothing was taken yet. */
  policy: Policy | null;
  storedAt: number;
  expiresAt: number;
  readonly tags: TagSet;
}

interface Part {
  readonly subgraph: string;
  readonly policy: Policy;
  /** Moves on when the part is found fresh. */
  stamp: Stamp;
  readonly expiresAt: number;
  readonly storedAt: number;
  /** The two halves of each digest after one another. */
  readonly tags: Int32Array;
}

interface TagSet {
  readonly pairs: number[];
  /** By the upper half: the lower ones. */
  readonly known: Map<number, number[]>;
}

const createDraft = (applied: Stamp | null): Draft => ({
  applied,
  least: null,
  policy: null,
  storedAt: Number.POSITIVE_INFINITY,
  expiresAt: Number.POSITIVE_INFINITY,
  tags: { pairs: [], known: new Map() },
});

function earlier(a: Draft['least'], b: Stamp): Draft['least'] {
  if (a === null) return b;
  if (a === 'several logs' || a.logId !== b.logId) return 'several logs';
  return a.position <= b.position ? a : b;
}

function stricter(a: Policy | null, b: Policy): Policy {
  if (a === null || a.kind === 'ttl') return b;
  if (b.kind !== 'bounded' || a.kind !== 'bounded') return a;
  return a.boundMs <= b.boundMs ? a : b;
}

function addTag({ pairs, known }: TagSet, hi: number, lo: number): void {
  const lows = known.get(hi);
  if (lows === undefined) known.set(hi, [lo]);
  else if (lows.includes(lo)) return;
  else lows.push(lo);
  pairs.push(hi, lo);
}

function derivedOf(parts: readonly Part[], judge: Judge, isPartFresh: PartJudge): Derived {
  const tagBytes = parts.reduce((sum, { tags }) => sum + tags.byteLength, 0);
  return {
    storedAt: Math.min(...parts.map((part) => part.storedAt)),
    expiresAt: Math.min(...parts.map((part) => part.expiresAt)),
    bytes: tagBytes + parts.length * PART_BYTES + arrayBytes(parts.length),
    isFresh: (nowAt) => parts.every((part) => isPartFresh(part, nowAt)),
    bears: ({ hi, lo }) => parts.some(({ tags }) => bears(tags, hi, lo)),
    boundAt: (nowAt) =>
      Math.min(
        ...parts.map(({ subgraph, policy }) =>
          policy.kind === 'bounded'
            ? nowAt - judge.asOfAgeMs(subgraph, nowAt) + policy.boundMs
            : Number.POSITIVE_INFINITY,
        ),
      ),
  };
}

/** The part, its stamp, and the array of its tags. */
const PART_BYTES = objectBytes(6) + objectBytes(2) + TYPED_ARRAY_BYTES;

/** Tags that the judge is asked about at once. */
const BATCH = 64;

type PartJudge = (part: Part, nowAt: number) => boolean;

function createPartJudge(judge: Judge): PartJudge {
  // Places for all that is ever asked: the judge reads them before it returns and keeps nothing.
  const digests = Array.from({ length: BATCH }, () => ({ hi: 0, lo: 0 }));
  const judged: { stamp: Stamp; tags: readonly TagDigest[]; expiresAt: number } = {
    stamp: { logId: '', position: -1 },
    tags: digests,
    expiresAt: 0,
  };
  /** @returns the tags from this place on, at most a batch of them */
  const batchOf = (tags: Int32Array, from: number): readonly TagDigest[] => {
    const count = Math.min(BATCH, (tags.length - from) / 2);
    for (let index = 0; index < count; index += 1) {
      const digest = digests[index]!;
      digest.hi = tags[from + 2 * index]!;
      digest.lo = tags[from + 2 * index + 1]!;
    }
    return count === BATCH ? digests : digests.slice(0, count);
  };
  return (part, nowAt) => {
    const { subgraph, policy, tags } = part;
    const applied = judge.applied(subgraph);
    judged.stamp = part.stamp;
    judged.expiresAt = part.expiresAt;
    let from = 0;
    do {
      judged.tags = batchOf(tags, from);
      if (judge.judge(judged, subgraph, policy, nowAt) !== 'fresh') return false;
      from += 2 * BATCH;
    } while (from < tags.length);
    // Nothing bears on it up to here: next time only what comes from here on has to be looked for.
    if (applied !== null) part.stamp = applied;
    return true;
  };
}

function bears(tags: Int32Array, hi: number, lo: number): boolean {
  for (let at = 0; at < tags.length; at += 2) if (tags[at] === hi && tags[at + 1] === lo) return true;
  return false;
}
