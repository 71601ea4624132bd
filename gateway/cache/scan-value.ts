// Cuts values out of the text of a record.

import { ENTITY, LIST, OBJECT } from './codec.ts';
import {
  CLOSING_BRACKET,
  COMMA,
  MINUS,
  NINE,
  numberText,
  OPENING_BRACKET,
  QUOTE,
  stringEnd,
  take,
  word,
  ZERO,
} from './json-steps.ts';
import { PackedFields } from './packed-fields.ts';
import { nameAt, plainString, type Scan, typenameAt, wholeAfterComma } from './text-scan.ts';
import type { Value } from './value.ts';

/** @param isAfterComma a comma stands before the first of the values too */
export function fieldsOf(scan: Scan, place: number, isAfterComma: boolean): PackedFields | undefined {
  const shape = scan.list[place];
  if (shape === undefined) return undefined;
  const { length } = shape.names;
  const held = new Array<Value>(length);
  for (let index = 0; index < length; index += 1) {
    if ((isAfterComma || index > 0) && !take(scan, COMMA)) return undefined;
    const value = valueAt(scan);
    if (value === undefined) return undefined;
    held[index] = value;
  }
  return new PackedFields(shape, held);
}

function valueAt(scan: Scan): Value | undefined {
  const code = scan.text.charCodeAt(scan.at);
  if (code === QUOTE) return stringLeaf(scan);
  if (code === MINUS || (code >= ZERO && code <= NINE)) return numberLeaf(scan);
  if (code === OPENING_BRACKET) return bracketed(scan);
  if (word(scan, 'null')) return null;
  if (word(scan, 'true')) return 'true';
  return word(scan, 'false') ? 'false' : undefined;
}

function stringLeaf(scan: Scan): string | undefined {
  const cut = plainString(scan);
  if (cut !== null) return scan.keep(cut);
  const { text, at } = scan;
  const end = stringEnd(text, at);
  if (end === null) return undefined;
  scan.at = end;
  // May be escaped in several ways: written anew in the one that `JSON.stringify` has.
  return JSON.stringify(JSON.parse(text.slice(at, end)));
}

function numberLeaf(scan: Scan): string | undefined {
  const text = numberText(scan);
  if (text === undefined) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? String(value) : undefined;
}

const LIST_HEAD = String(LIST);
const ENTITY_HEAD = `${ENTITY},`;
const OBJECT_HEAD = `${OBJECT},`;

function bracketed(scan: Scan): Value | undefined {
  scan.at += 1;
  if (word(scan, LIST_HEAD)) return listAt(scan);
  if (word(scan, ENTITY_HEAD)) return entityAt(scan);
  if (!word(scan, OBJECT_HEAD)) return undefined;
  const typename = typenameAt(scan);
  const place = typename === undefined ? null : wholeAfterComma(scan);
  const fields = place === null ? undefined : fieldsOf(scan, place, true);
  if (typename === undefined || fields === undefined || !take(scan, CLOSING_BRACKET)) return undefined;
  return { kind: 'object', typename, fields };
}

function listAt(scan: Scan): Value | undefined {
  const items: Value[] = [];
  while (take(scan, COMMA)) {
    const value = valueAt(scan);
    if (value === undefined) return undefined;
    items.push(value);
  }
  return take(scan, CLOSING_BRACKET) ? items : undefined;
}

function entityAt(scan: Scan): Value | undefined {
  const typename = nameAt(scan);
  if (typename === null || !take(scan, COMMA)) return undefined;
  const keyText = escapedString(scan);
  if (keyText === undefined || !take(scan, CLOSING_BRACKET)) return undefined;
  return { kind: 'entity', typename, keyText: scan.keep(keyText) };
}

/** What the string means; only quotes may be escaped in it. */
function escapedString(scan: Scan): string | undefined {
  const { text, at } = scan;
  if (text.charCodeAt(at) !== QUOTE) return undefined;
  const end = stringEnd(text, at);
  if (end === null) return undefined;
  scan.at = end;
  const meant = text.slice(at + 1, end - 1).replaceAll('\\"', '"');
  return meant.includes('\\') ? undefined : meant;
}
