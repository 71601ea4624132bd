// Declared tags of an entity: the `@cacheTag` formats of its type, filled in with its key.

import { cacheTag } from '../../schema/tag.ts';
import type { KeyTags } from '../cache/key-tags.ts';
import { type PlainKey, plainKeyOf, plainValue } from '../cache/plain-key.ts';
import { fillFormats } from './declared-tags.ts';

/** @param formats of one type of the subgraph @returns undefined where it declares none */
export function keyTagsOf(subgraph: string, formats: readonly string[] | undefined): KeyTags | undefined {
  if (formats === undefined || formats.length === 0) return undefined;
  let keyTags = made.get(formats);
  if (keyTags === undefined) {
    keyTags = {
      name: JSON.stringify([subgraph, formats]),
      count: formats.length,
      of: (keyText) => tagsOfKey(formats, keyText).map((tag) => cacheTag(subgraph, tag)),
    };
    made.set(formats, keyTags);
  }
  return keyTags;
}

/** By the list of formats, which is its type's alone. */
const made = new WeakMap<readonly string[], KeyTags>();

/** Formats filled in but for the one field of a plain key: text between the places of its value. */
interface PlainTags {
  readonly key: PlainKey;
  readonly texts: readonly (readonly string[])[];
}

/** By the list of formats, which is its type's: for the form that keys had last. */
const known = new WeakMap<readonly string[], PlainTags>();

function tagsOfKey(formats: readonly string[], keyText: string): readonly string[] {
  const plain = known.get(formats);
  const value = plain === undefined ? null : plainValue(keyText, plain.key);
  if (plain !== undefined && value !== null) return plain.texts.map((between) => between.join(value));
  const key = JSON.parse(keyText);
  const form = plainKeyOf(keyText, key);
  if (form !== null && !formats.some((format) => format.includes(PLACE))) {
    const texts = fillFormats(formats, { [form.field]: PLACE }).map((text) => text.split(PLACE));
    known.set(formats, { key: form, texts });
  }
  return fillFormats(formats, key);
}

/** Stands for the value. */
const PLACE = '\u0000';
