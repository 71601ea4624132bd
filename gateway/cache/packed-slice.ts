// A slice as L1 keeps it: small, with the digests of all its tags, ready to be judged.

import type { Shared } from './interned.ts';
import type { Stamp, TagDigest } from './judge.ts';
import type { PackedFields } from './packed-fields.ts';
import type { StoredSlice } from './record.ts';
import { BOXED_NUMBER_BYTES, objectBytes } from './resident-bytes.ts';

/** What the slices of one type, fetch and log have in common. */
export interface SliceCommon extends Shared {
  readonly logId: string;
  readonly typename: string | null;
  /** Follows from the address; null for root fields. */
  readonly typeTag: string | null;
  /** Their tags, but for those that name one entity or one list. */
  readonly tags: readonly string[];
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
export class PackedSlice implements StoredSlice {
  readonly common: SliceCommon;
  readonly position: number;
  readonly expiresAt: number;
  readonly lifetimeMs: number;
  readonly fields: PackedFields | null;
  readonly own: OwnTags | null;
  /** The entity's own tag digest as two signed 32-bit numbers, which V8 keeps without a box; 0 and 0 for a root field. */
  readonly entityHi: number;
  readonly entityLo: number;
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
    this.bytes = SLICE_BYTES + parts.fieldsBytes + (parts.own?.bytes ?? 0);
  }

  /** Does it bear a tag of this digest? */
  bears({ hi, lo }: TagDigest): boolean {
    let isBorne = false;
    this.eachDigest((ownHi, ownLo) => {
      isBorne ||= ownHi === (hi | 0) && ownLo === (lo | 0);
    });
    return isBorne;
  }

  eachDigest(visit: (hi: number, lo: number) => void): void {
    const { digests } = this.common;
    // For entities the first of the digests is a place, not a digest.
    const isEntity = this.entityHi !== 0 || this.entityLo !== 0;
    if (isEntity) visit(this.entityHi, this.entityLo);
    for (let index = isEntity ? 1 : 0; index < digests.length; index += 1) {
      const { hi, lo } = digests[index]!;
      visit(hi | 0, lo | 0);
    }
    for (const { hi, lo } of this.own?.digests ?? []) visit(hi | 0, lo | 0);
  }

  get stamp(): Stamp {
    return { logId: this.common.logId, position: this.position };
  }

  get tags(): readonly string[] {
    return this.own === null ? this.common.tags : [...this.common.tags, ...this.own.tags];
  }

  get typename(): string | null {
    return this.common.typename;
  }

  get storedAt(): number {
    return this.expiresAt - this.lifetimeMs;
  }
}

const FIELD_COUNT = 9;
/** The position is boxed in a log of more than 2^31 records. */
const SLICE_BYTES = objectBytes(FIELD_COUNT) + BOXED_NUMBER_BYTES;
