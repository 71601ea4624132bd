// A slice as L1 keeps it: small, with the digests of all its tags, ready to be judged.

import type { Shared } from './interned.ts';
import type { Stamp, TagDigest } from './judge.ts';
import type { PackedFields } from './packed-fields.ts';
import type { Slice } from './record.ts';
import { BOXED_NUMBER_BYTES, objectBytes } from './resident-bytes.ts';

/** What the slices of one type, fetch and log have in common. */
export interface SliceCommon extends Shared {
  readonly logId: string;
  readonly typename: string | null;
  /** Follows from the address; null for root fields. */
  readonly typeTag: string | null;
  /** The slices' own tags. */
  readonly tags: readonly string[];
  /** Of the base tags and of the own tags. For entities the first is a place that the packer fills with the entity's own digest before it judges. */
  readonly digests: readonly TagDigest[];
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
  /** The entity's own tag digest as two signed 32-bit numbers, which V8 keeps without a box; 0 and 0 for a root field. */
  readonly entityHi: number;
  readonly entityLo: number;
  /** Its part of L1: itself and its values, without what is shared. */
  readonly bytes: number;

  constructor(parts: {
    readonly common: SliceCommon;
    readonly position: number;
    readonly expiresAt: number;
    readonly lifetimeMs: number;
    readonly fields: PackedFields | null;
    readonly entityHi: number;
    readonly entityLo: number;
    readonly fieldsBytes: number;
  }) {
    this.common = parts.common;
    this.position = parts.position;
    this.expiresAt = parts.expiresAt;
    this.lifetimeMs = parts.lifetimeMs;
    this.fields = parts.fields;
    this.entityHi = parts.entityHi;
    this.entityLo = parts.entityLo;
    this.bytes = SLICE_BYTES + parts.fieldsBytes;
  }

  /** Does it bear a tag of this digest? */
  bears({ hi, lo }: TagDigest): boolean {
    if (this.entityHi >>> 0 === hi && this.entityLo >>> 0 === lo) return true;
    // For entities the first of the digests is a place, not a digest.
    const own = this.entityHi === 0 && this.entityLo === 0 ? 0 : 1;
    return this.common.digests.some((digest, index) => index >= own && digest.hi === hi && digest.lo === lo);
  }

  /** Of its tags, as signed halves. */
  eachDigest(visit: (hi: number, lo: number) => void): void {
    const { digests } = this.common;
    let index = 0;
    if (this.entityHi !== 0 || this.entityLo !== 0) {
      visit(this.entityHi, this.entityLo);
      index = 1;
    }
    for (; index < digests.length; index += 1) {
      const { hi, lo } = digests[index]!;
      visit(hi | 0, lo | 0);
    }
  }

  get stamp(): Stamp {
    return { logId: this.common.logId, position: this.position };
  }

  get tags(): readonly string[] {
    return this.common.tags;
  }

  get typename(): string | null {
    return this.common.typename;
  }

  get storedAt(): number {
    return this.expiresAt - this.lifetimeMs;
  }
}

const FIELD_COUNT = 8;
/** The position is boxed in a log of more than 2^31 records. */
const SLICE_BYTES = objectBytes(FIELD_COUNT) + BOXED_NUMBER_BYTES;
