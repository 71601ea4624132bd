// A slice as L1 keeps it: small, with the digests of all its tags, ready to be judged.

import type { Shared } from './interned.ts';
import type { Judge, Stamp, TagDigest } from './judge.ts';
import { type KeyTags, keyDigestsBytes, NO_DIGESTS } from './key-tags.ts';
import type { PackedFields } from './packed-fields.ts';
import type { Slice } from './record.ts';
import { BOXED_NUMBER_BYTES, objectBytes } from './resident-bytes.ts';

/** What the slices of one type, fetch and log have in common. */
export interface SliceCommon extends Shared {
  readonly logId: string;
  readonly typename: string | null;
  /** Follows from the address; null for root fields. */
  readonly typeTag: string | null;
  /** Their tags, but for those that name one entity or one list. */
  readonly tags: readonly string[];
  readonly keyTags: KeyTags | undefined;
  /** Of the type tag and of these tags. For entities the first is a place that the packer fills with the entity's own digest before it judges. */
  readonly digests: readonly TagDigest[];
}

/** Declared tags: as a rule no two entities have the same ones. */
export interface OwnTags {
  readonly tags: readonly string[];
  readonly digests: readonly TagDigest[];
  /** What they take in memory. */
  readonly bytes: number;
}

/**
 * A class with few fields and all else behind getters: each field costs 8 bytes in every slice. A copy by spread loses the getters.
 * @see fieldsBytes
 */
export class PackedSlice implements Slice {
  readonly common: SliceCommon;
  readonly position: number;
  readonly expiresAt: number;
  readonly lifetimeMs: number;
  readonly fields: PackedFields | null;
  readonly own: OwnTags | null;
  /** Of the digest of the entity's own tag; 0 and 0 for a root field. */
  readonly entityHi: number;
  readonly entityLo: number;
  /** Of the key tags. Null: not asked for yet. */
  #keyDigests: readonly TagDigest[] | null = null;
  /** Its part of L1: itself and its values, without what is shared. */
  readonly bytes: number;

  constructor(parts: {
    readonly common: SliceCommon;
    readonly own: OwnTags | null;
    readonly position: number;
    readonly expiresAt: number;
    readonly lifetimeMs: number;
    readonly fields: PackedFields | null;
    readonly entityHi: number;
    readonly entityLo: number;
    readonly fieldsBytes: number;
  }) {
    this.common = parts.common;
    this.own = parts.own;
    this.position = parts.position;
    this.expiresAt = parts.expiresAt;
    this.lifetimeMs = parts.lifetimeMs;
    this.fields = parts.fields;
    this.entityHi = parts.entityHi;
    this.entityLo = parts.entityLo;
    this.bytes = SLICE_BYTES + parts.fieldsBytes + (parts.own?.bytes ?? 0) + keyDigestsBytes(parts.common.keyTags);
  }

  /** Does it bear a tag of this digest? @param keyText of its record */
  bears({ hi, lo }: TagDigest, keyText: string, judge: Pick<Judge, 'digest'>): boolean {
    let isBorne = false;
    this.eachDigest(keyText, judge, (ownHi, ownLo) => {
      isBorne ||= ownHi === hi && ownLo === lo;
    });
    return isBorne;
  }

  /** Of the tags that are made from the key. */
  keyDigests(keyText: string, judge: Pick<Judge, 'digest'>): readonly TagDigest[] {
    const { keyTags } = this.common;
    if (keyTags === undefined) return NO_DIGESTS;
    this.#keyDigests ??= keyTags.of(keyText).map((tag) => judge.digest(tag));
    return this.#keyDigests;
  }

  /** Of all its tags. */
  eachDigest(keyText: string, judge: Pick<Judge, 'digest'>, visit: (hi: number, lo: number) => void): void {
    const { digests } = this.common;
    // For entities the first of the digests is a place, not a digest.
    const isEntity = this.entityHi !== 0 || this.entityLo !== 0;
    if (isEntity) visit(this.entityHi, this.entityLo);
    for (let index = isEntity ? 1 : 0; index < digests.length; index += 1) {
      const { hi, lo } = digests[index]!;
      visit(hi, lo);
    }
    if (this.own !== null) for (const { hi, lo } of this.own.digests) visit(hi, lo);
    for (const { hi, lo } of this.keyDigests(keyText, judge)) visit(hi, lo);
  }

  get stamp(): Stamp {
    return { logId: this.common.logId, position: this.position };
  }

  get tags(): readonly string[] {
    return this.own === null ? this.common.tags : [...this.common.tags, ...this.own.tags];
  }

  get keyTags(): KeyTags | undefined {
    return this.common.keyTags;
  }

  get typename(): string | null {
    return this.common.typename;
  }

  get storedAt(): number {
    return this.expiresAt - this.lifetimeMs;
  }
}

const FIELD_COUNT = 10;
/** The position is boxed in a log of more than 2^31 records. */
const SLICE_BYTES = objectBytes(FIELD_COUNT) + BOXED_NUMBER_BYTES;
