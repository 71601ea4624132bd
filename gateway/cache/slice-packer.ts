// Packs slices for L1 and asks the judge about packed ones.

import { isDeclaredTag } from '../../schema/tag.ts';
import { createFieldShapes, type FieldShapes } from './field-shape.ts';
import { createInternTable, createRecent } from './interned.ts';
import type { Judge, TagDigest, Verdict } from './judge.ts';
import { eachShape, fieldsBytes, ownText, packFields } from './packed-fields.ts';
import { type OwnTags, PackedSlice, type SliceCommon } from './packed-slice.ts';
import type { RecordAddress, Slice } from './record.ts';
import { entityTagOf, typeTagOf } from './record-address.ts';
import { arrayBytes, MAP_PLACE_BYTES, objectBytes, stringBytes } from './resident-bytes.ts';

export interface SlicePacker {
  readonly shapes: FieldShapes;
  /**
   * @param sibling a slice of the same record, whose digest need not be made again
   * @returns null when the record's key cannot be read: nothing could purge the slice
   */
  pack(address: RecordAddress, slice: Slice, sibling: PackedSlice | undefined): PackedSlice | null;
  verdict(slice: PackedSlice, address: RecordAddress, nowAt: number): Verdict;
  /** L1 holds it now: what it shares is counted. */
  retain(slice: PackedSlice): void;
  release(slice: PackedSlice): void;
  /** What the retained slices share. */
  sharedBytes(): number;
}

/** Ms, 24.8 days. A longer lifetime is cut to it: such a number would need a box in every slice. */
export const LONGEST_LIFETIME_MS = 2 ** 31 - 1;

export function createSlicePacker(judge: Judge): SlicePacker {
  const shapes = createFieldShapes();
  const commons = createInternTable<SliceCommon>();
  // One mutable place for all: `judge.judge` reads it before it returns and keeps nothing.
  const entity = { hi: 0, lo: 0 };
  const judged: { stamp: { logId: string; position: number }; tags: readonly TagDigest[]; expiresAt: number } = {
    stamp: { logId: '', position: -1 },
    tags: [],
    expiresAt: 0,
  };
  /** Its tags are only made when the judge looks at them: as a rule nothing of the subgraph was purged since. */
  const judgedByKey = {
    stamp: judged.stamp,
    slice: null as PackedSlice | null,
    keyText: '',
    get tags(): readonly TagDigest[] {
      return this.slice?.keyDigests(this.keyText, judge) ?? [];
    },
    get expiresAt(): number {
      return judged.expiresAt;
    },
  };
  const recent = createRecent<SliceCommon>();

  const commonOf = (address: RecordAddress, slice: Slice, tags: readonly string[]): SliceCommon => {
    const typeTag = address.kind === 'entity' ? typeTagOf(address) : null;
    return recent(
      (common) => isSameCommon(common, slice, tags, typeTag),
      () => {
        const text = JSON.stringify([slice.stamp.logId, slice.typename, typeTag, tags, slice.keyTags?.name ?? null]);
        const entityPlace = address.kind === 'entity' ? [entity] : [];
        return commons.find(text) ?? makeCommon(judge, entityPlace, text, slice, tags, typeTag);
      },
    );
  };
  return {
    shapes,
    pack(address, slice, sibling) {
      let entityHi = 0;
      let entityLo = 0;
      if (sibling !== undefined) ({ entityHi, entityLo } = sibling);
      else if (address.kind === 'entity') {
        const entityTag = entityTagOf(address);
        if (entityTag === null) return null;
        ({ hi: entityHi, lo: entityLo } = judge.digest(entityTag));
      }
      const fields = slice.fields === null ? null : packFields(shapes, slice.fields);
      const { declared, others } = partTags(slice.tags);
      const expiresAt = Math.floor(slice.expiresAt);
      const lifetimeMs = Math.min(expiresAt - Math.floor(slice.storedAt), LONGEST_LIFETIME_MS);
      return new PackedSlice({
        common: commonOf(address, slice, others),
        own: declared.length === 0 ? null : ownTags(judge, declared),
        position: slice.stamp.position,
        expiresAt: Math.floor(slice.storedAt) + lifetimeMs,
        lifetimeMs,
        fields,
        entityHi,
        entityLo,
        fieldsBytes: fields === null ? 0 : fieldsBytes(fields),
      });
    },
    verdict(slice, address, nowAt) {
      entity.hi = slice.entityHi;
      entity.lo = slice.entityLo;
      judged.stamp.logId = slice.common.logId;
      judged.stamp.position = slice.position;
      judged.tags = slice.common.digests;
      judged.expiresAt = slice.expiresAt;
      const { subgraph, policy } = address;
      const verdict = judge.judge(judged, subgraph, policy, nowAt);
      if (verdict !== 'fresh') return verdict;
      if (slice.own !== null) {
        judged.tags = slice.own.digests;
        const ofOwn = judge.judge(judged, subgraph, policy, nowAt);
        if (ofOwn !== 'fresh') return ofOwn;
      }
      if (slice.common.keyTags === undefined) return verdict;
      judgedByKey.slice = slice;
      judgedByKey.keyText = address.keyText;
      return judge.judge(judgedByKey, subgraph, policy, nowAt);
    },
    retain(slice) {
      commons.retain(slice.common);
      if (slice.fields !== null) eachShape(slice.fields, shapes.retain);
    },
    release(slice) {
      commons.release(slice.common);
      if (slice.fields !== null) eachShape(slice.fields, shapes.release);
    },
    sharedBytes: () => shapes.bytes() + commons.bytes(),
  };
}

/** The declared ones apart from those that all slices of a kind have. */
function partTags(tags: readonly string[]): {
  readonly declared: readonly string[];
  readonly others: readonly string[];
} {
  let declaredCount = 0;
  for (const tag of tags) if (isDeclaredTag(tag)) declaredCount += 1;
  if (declaredCount === 0) return { declared: NO_TAGS, others: tags };
  return { declared: tags.filter(isDeclaredTag), others: tags.filter((tag) => !isDeclaredTag(tag)) };
}

const NO_TAGS: readonly string[] = [];

function ownTags(judge: Judge, declared: readonly string[]): OwnTags {
  const tags = declared.map(ownText);
  const digests = tags.map((tag) => judge.digest(tag));
  return { tags, digests, bytes: objectBytes(3) + tagsBytes(tags) + digestsBytes(digests) };
}

const tagsBytes = (tags: readonly string[]): number =>
  tags.reduce((sum, tag) => sum + stringBytes(tag), 0) + arrayBytes(tags.length);

const digestsBytes = (digests: readonly TagDigest[]): number =>
  arrayBytes(digests.length) + digests.length * objectBytes(2);

function isSameCommon(
  common: SliceCommon,
  { stamp, typename, keyTags }: Slice,
  tags: readonly string[],
  typeTag: string | null,
): boolean {
  return (
    common.logId === stamp.logId &&
    common.typename === typename &&
    common.typeTag === typeTag &&
    common.keyTags === keyTags &&
    common.tags.length === tags.length &&
    common.tags.every((tag, index) => tag === tags[index])
  );
}

function makeCommon(
  judge: Judge,
  entityPlace: readonly TagDigest[],
  text: string,
  slice: Slice,
  given: readonly string[],
  typeTag: string | null,
): SliceCommon {
  const tags = given.map(ownText);
  const digests = [...entityPlace, ...[typeTag ?? [], tags].flat().map((tag) => judge.digest(tag))];
  const typeTagBytes = typeTag === null ? 0 : stringBytes(typeTag);
  const bytes =
    objectBytes(9) + stringBytes(text) + typeTagBytes + tagsBytes(tags) + digestsBytes(digests) + MAP_PLACE_BYTES;
  const { stamp, typename, keyTags } = slice;
  return { text, logId: stamp.logId, typename, typeTag, tags, keyTags, digests, bytes, holderCount: 0 };
}
