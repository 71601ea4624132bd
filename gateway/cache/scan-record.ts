// Cuts the slices of a record out of its text, without parsing it: its parts come in one order, and every `[` says what it is.
//
// Several times faster than `JSON.parse` and a walk over what it gives. Only for texts in just the form that `encodeRecord` writes most: strings
// and numbers that can be cut as they are. Any other is left to `decodeRecord`, which judges what it is; what is cut here is what that gives.

import { FORMAT_VERSION, NO_SHAPE } from './codec.ts';
import type { FieldShape, FieldShapes } from './field-shape.ts';
import { BACKSLASH, CLOSING_BRACKET, COMMA, CONTROL, OPENING_BRACKET, QUOTE, take, word } from './json-steps.ts';
import { ownText } from './packed-fields.ts';
import type { RecordAddress, Slice } from './record.ts';
import { tableKeyOf } from './record-address.ts';
import { fieldsOf } from './scan-value.ts';
import { type Family, nameAt, plainString, RECENT_COUNT, type Scan, typenameAt, wholeAfterComma } from './text-scan.ts';

/** @returns null when the text is not of that form, or not of this record */
export type RecordScanner = (address: RecordAddress, text: string) => readonly Slice[] | null;

const LARGEST_FAMILY_COUNT = 1_000;

/** @param keep makes of a text that was cut out one that may be kept: cut, it holds on to the whole */
export function createRecordScanner(shapes: FieldShapes, keep: (cut: string) => string): RecordScanner {
  const families = new Map<string, Family>();
  const familyOf = (prefix: string): Family => {
    const known = families.get(prefix);
    if (known !== undefined) return known;
    if (families.size >= LARGEST_FAMILY_COUNT) families.clear();
    const family: Family = { head: `[${FORMAT_VERSION},${JSON.stringify(prefix).slice(0, -1)}`, shapes: [], names: [] };
    families.set(prefix, family);
    return family;
  };
  return (address, text) => {
    const { prefix, head, keyText } = tableKeyOf(address);
    const family = familyOf(prefix);
    if (CONTROL.test(text) || !text.startsWith(family.head)) return null;
    const scan: Scan = { text, at: family.head.length, family, keep, list: [] };
    if (!word(scan, JSON.stringify(head + keyText).slice(1)) || !take(scan, COMMA)) return null;
    try {
      const list = shapesAt(scan, shapes);
      if (list === null) return null;
      scan.list = list;
      return readSlices(scan);
    } catch {
      // An escape that is none, or nested deeper than the stack.
      return null;
    }
  };
}

/** Looked at once: all records of a family have a few shapes. */
function shapesAt(scan: Scan, shapes: FieldShapes): readonly FieldShape[] | null {
  const { shapes: recent } = scan.family;
  for (const known of recent) if (word(scan, known.text)) return known.list;
  const text = scan.text.slice(scan.at, bracketEnd(scan.text, scan.at));
  const list = parseShapes(text, shapes);
  if (list === null) return null;
  recent.unshift({ text: ownText(text), list });
  if (recent.length > RECENT_COUNT) recent.pop();
  scan.at += text.length;
  return list;
}

function parseShapes(text: string, shapes: FieldShapes): readonly FieldShape[] | null {
  const parsed: unknown = JSON.parse(text);
  if (!Array.isArray(parsed)) return null;
  const list: FieldShape[] = [];
  for (const names of parsed) {
    const isList = Array.isArray(names) && names.every((name) => typeof name === 'string');
    if (!isList || new Set(names).size !== names.length) return null;
    list.push(shapes.of(names));
  }
  return list;
}

/** Where the list ends that begins here. */
function bracketEnd(text: string, from: number): number {
  let depth = 0;
  let isString = false;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) isString = !isString;
    else if (code === BACKSLASH) at += 1;
    else if (!isString && code === OPENING_BRACKET) depth += 1;
    else if (!isString && code === CLOSING_BRACKET) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return text.length;
}

function readSlices(scan: Scan): readonly Slice[] | null {
  if (!word(scan, ',[')) return null;
  const slices: Slice[] = [];
  do {
    const slice = readSlice(scan);
    if (slice === null) return null;
    slices.push(slice);
  } while (take(scan, COMMA));
  return word(scan, ']]') && scan.at === scan.text.length ? slices : null;
}

function readSlice(scan: Scan): Slice | null {
  if (!take(scan, OPENING_BRACKET)) return null;
  const logId = nameAt(scan);
  const position = wholeAfterComma(scan);
  const storedAt = wholeAfterComma(scan);
  const expiresAt = wholeAfterComma(scan);
  if (logId === null || position === null || storedAt === null || expiresAt === null || !take(scan, COMMA)) return null;
  const typename = typenameAt(scan);
  const tags = typename !== undefined && take(scan, COMMA) ? tagsAt(scan) : null;
  const place = tags === null ? null : placeAfterComma(scan);
  if (tags === null || place === null || !word(scan, ',[')) return null;
  const fields = place === NO_SHAPE ? null : fieldsOf(scan, place, false);
  if (typename === undefined || fields === undefined || !word(scan, ']]')) return null;
  return { stamp: { logId, position }, tags, storedAt, expiresAt, typename, fields };
}

function tagsAt(scan: Scan): readonly string[] | null {
  if (!take(scan, OPENING_BRACKET)) return null;
  const tags: string[] = [];
  if (take(scan, CLOSING_BRACKET)) return tags;
  do {
    const cut = plainString(scan);
    if (cut === null) return null;
    tags.push(cut.slice(1, -1));
  } while (take(scan, COMMA));
  return take(scan, CLOSING_BRACKET) ? tags : null;
}

/** Without a sign, or −1. */
function placeAfterComma(scan: Scan): number | null {
  if (word(scan, ',-1')) return NO_SHAPE;
  return wholeAfterComma(scan);
}
