// Keys of one field whose value is plain text, `{"upc":"1"}`: nearly all there are. Their value is cut out of the key's text, not parsed.

import { isPlainValue, type KeyObject } from '../../schema/tag.ts';

export interface PlainKey {
  readonly field: string;
  /** `{"upc":"` */
  readonly start: string;
}

const END = '"}';

/** @returns null where a key of this form is none; else all keys that begin as this one may be plain too */
export function plainKeyOf(keyText: string, key: KeyObject): PlainKey | null {
  const [field, ...others] = Object.keys(key);
  if (field === undefined || others.length > 0) return null;
  const plain: PlainKey = { field, start: `{${JSON.stringify(field)}:"` };
  return plainValue(keyText, plain) === null ? null : plain;
}

/** The value of the key's field; null where it may be another key, or has to be parsed. */
export function plainValue(keyText: string, { start }: PlainKey): string | null {
  const to = keyText.length - END.length;
  if (!keyText.startsWith(start) || !keyText.endsWith(END) || !isPlainValue(keyText, start.length, to)) return null;
  return keyText.slice(start.length, to);
}
