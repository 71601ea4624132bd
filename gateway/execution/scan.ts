// Reads JSON in just the form that GraphQL servers write, from a place in a text on. Every leaf is what `JSON.stringify(JSON.parse(leaf))` gives.

import {
  CLOSING_BRACE,
  CLOSING_BRACKET,
  COMMA,
  type JsonPlace,
  MINUS,
  NINE,
  numberText,
  OPENING_BRACKET,
  QUOTE,
  SAFE_DIGITS,
  stringEnd,
  take,
  word,
  ZERO,
} from '../cache/json-steps.ts';
import type { TreeValue } from './tree.ts';
import type { VerbatimFields } from './verbatim.ts';

/** Names of the fields in the trees: as the subgraph has them; or as the steps share them, without those that only we asked for. */
export type Naming = 'response' | 'plan';

export interface Scan extends JsonPlace {
  readonly naming: Naming;
  /** Fields whose values are not taken apart, where their text is the client's. */
  readonly verbatim: VerbatimFields;
  /** Of the next backslash; Infinity when there is none. May lie before `at`. */
  escapeAt: number;
}

export const key = (scan: Scan, keyText: string, isFirst: boolean): boolean =>
  (isFirst || take(scan, COMMA)) && word(scan, keyText);

export function list(scan: Scan, item: () => TreeValue | undefined): TreeValue[] | undefined {
  scan.at += 1;
  const items: TreeValue[] = [];
  if (take(scan, CLOSING_BRACKET)) return items;
  do {
    const value = item();
    if (value === undefined) return undefined;
    items.push(value);
  } while (take(scan, COMMA));
  return take(scan, CLOSING_BRACKET) ? items : undefined;
}

/** A scalar; a custom one that is an object or a list is not cut, since it may be written in many ways. */
export function leaf(scan: Scan, listDepth: number): TreeValue | undefined {
  const code = scan.text.charCodeAt(scan.at);
  if (code === QUOTE) return stringLeaf(scan);
  if (code === MINUS || (code >= ZERO && code <= NINE)) return wholeNumber(scan, code);
  if (code === OPENING_BRACKET && listDepth > 0) return list(scan, () => leaf(scan, listDepth - 1));
  if (word(scan, 'null')) return null;
  if (word(scan, 'true')) return 'true';
  return word(scan, 'false') ? 'false' : undefined;
}

function stringLeaf(scan: Scan): string | undefined {
  const end = plainStringEnd(scan);
  if (end === 0) return escapedLeaf(scan);
  const { text, at } = scan;
  scan.at = end;
  return text.slice(at, end);
}

/** Behind its closing quote; 0: something is escaped in it, or it does not end. */
export function plainStringEnd(scan: Scan): number {
  const { text, at } = scan;
  if (scan.escapeAt < at) {
    const next = text.indexOf('\\', at);
    scan.escapeAt = next < 0 ? Number.POSITIVE_INFINITY : next;
  }
  const end = text.indexOf('"', at + 1);
  return scan.escapeAt < end ? 0 : end + 1;
}

/** A string may be escaped in several ways: it is written anew in the one that `JSON.stringify` has. */
function escapedLeaf(scan: Scan): string | undefined {
  const { text, at } = scan;
  const end = stringEnd(text, at);
  if (end === null) return undefined;
  scan.at = end;
  try {
    return JSON.stringify(JSON.parse(text.slice(at, end)));
  } catch {
    return undefined;
  }
}

function wholeNumber(scan: Scan, first: number): string | undefined {
  const end = plainNumberEnd(scan, first);
  if (end === 0) return otherNumber(scan);
  const { text, at } = scan;
  scan.at = end;
  return text.slice(at, end);
}

/** Behind a whole number of few digits; 0: it is none, or may be written in several ways. */
export function plainNumberEnd({ text, at }: Scan, first: number): number {
  const from = first === MINUS ? at + 1 : at;
  let end = from;
  for (let code = text.charCodeAt(end); code >= ZERO && code <= NINE; code = text.charCodeAt(end)) end += 1;
  const next = text.charCodeAt(end);
  if (next !== COMMA && next !== CLOSING_BRACE && next !== CLOSING_BRACKET) return 0;
  const digitCount = end - from;
  const isZeroFirst = text.charCodeAt(from) === ZERO;
  const isPlain = digitCount > 0 && digitCount <= SAFE_DIGITS && !(isZeroFirst && (digitCount > 1 || first === MINUS));
  return isPlain ? end : 0;
}

function otherNumber(scan: Scan): string | undefined {
  const text = numberText(scan);
  return text === undefined ? undefined : JSON.stringify(Number(text));
}
