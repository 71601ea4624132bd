// Tags that follow from an entity's key as its type declares: as many as there are entities, so that they are made when they are asked for.

import type { TagDigest } from './judge.ts';
import type { RecordAddress, Slice } from './record.ts';
import { arrayBytes, objectBytes } from './resident-bytes.ts';

/** One for each type that declares such tags. */
export interface KeyTags {
  /** Equal name, equal tags for equal keys. */
  readonly name: string;
  readonly count: number;
  /** As many as `count`, always the same ones for a key. */
  of(keyText: string): readonly string[];
}

/** All tags of a slice beyond those that follow from the address alone. */
export function allTags({ keyText }: Pick<RecordAddress, 'keyText'>, { tags, keyTags }: Slice): readonly string[] {
  return keyTags === undefined ? tags : [...keyTags.of(keyText), ...tags];
}

/** What the digests of its tags take, once they are made. */
export const keyDigestsBytes = (keyTags: KeyTags | undefined): number =>
  keyTags === undefined ? 0 : arrayBytes(keyTags.count) + keyTags.count * objectBytes(2);

export const NO_DIGESTS: readonly TagDigest[] = [];
