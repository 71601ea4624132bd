// Goes over JSON values in the bytes of a subgraph's answer, as far as they are written just as the client's answer has to have them.
//
// Every function gives the place behind what it passed, or −1: something is not as it has to be. Bytes are UTF-8, checked before.

import {
  BACKSLASH,
  CLOSING_BRACE,
  CLOSING_BRACKET,
  COMMA,
  MINUS,
  NINE,
  OPENING_BRACKET,
  QUOTE,
  SAFE_DIGITS,
  ZERO,
} from '../cache/json-steps.ts';
import { isLeafText } from './leaf-text.ts';
import type { LeafCheck, TypePlan } from './output-selection.ts';
import type { Verbatim, VerbatimField } from './verbatim.ts';

/** An answer: its bytes, and the same as a text with one character for each byte, to cut out of. */
export interface AnswerBytes {
  readonly bytes: Uint8Array;
  readonly text: string;
}

export const NULL = Buffer.from('null');
const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const [NULL_START] = NULL;
const SPACE = 0x20;

export function passWord(bytes: Uint8Array, at: number, word: Uint8Array): number {
  for (let index = 0; index < word.length; index += 1) {
    if (bytes[at + index] !== word[index]) return -1;
  }
  return at + word.length;
}

export const startsNull = (bytes: Uint8Array, at: number): boolean => bytes[at] === NULL_START;

/** @param type of the value: that of a field, or of a list's item */
export function passValue(answer: AnswerBytes, at: number, verbatim: Verbatim, type: TypePlan): number {
  const { bytes } = answer;
  if (bytes[at] === NULL_START) return type.isNonNull ? -1 : passWord(bytes, at, NULL);
  if (type.item !== null) return passList(answer, at, verbatim, type.item);
  return verbatim.fields === null ? passLeaf(answer, at, verbatim.check) : passObject(answer, at, verbatim.fields);
}

function passList(answer: AnswerBytes, start: number, verbatim: Verbatim, itemType: TypePlan): number {
  const { bytes } = answer;
  if (bytes[start] !== OPENING_BRACKET) return -1;
  if (bytes[start + 1] === CLOSING_BRACKET) return start + 2;
  let at = start;
  do {
    at = passValue(answer, at + 1, verbatim, itemType);
    if (at < 0) return -1;
  } while (bytes[at] === COMMA);
  return bytes[at] === CLOSING_BRACKET ? at + 1 : -1;
}

function passObject(answer: AnswerBytes, start: number, fields: readonly VerbatimField[]): number {
  const { bytes } = answer;
  let at = start;
  for (let index = 0; index < fields.length; index += 1) {
    const { opening, value } = fields[index]!;
    at = passWord(bytes, at, opening);
    if (at < 0) return -1;
    at = passValue(answer, at, value, value.type);
    if (at < 0) return -1;
  }
  return bytes[at] === CLOSING_BRACE ? at + 1 : -1;
}

function passLeaf(answer: AnswerBytes, at: number, check: LeafCheck): number {
  const { bytes } = answer;
  const first = bytes[at];
  if (first === QUOTE) {
    const end = passString(bytes, at);
    if (end < 0 || check.kind === 'String' || check.kind === 'ID' || check.kind === 'any') return end;
    return check.kind === 'enum' && check.texts.has(answer.text.slice(at, end)) ? end : -1;
  }
  if (first === MINUS || (first !== undefined && first >= ZERO && first <= NINE)) return passNumber(answer, at, check);
  if (check.kind !== 'Boolean' && check.kind !== 'any') return -1;
  const end = passWord(bytes, at, TRUE);
  return end < 0 ? passWord(bytes, at, FALSE) : end;
}

/** A string as `JSON.stringify` writes it, of which only what is escaped with a letter is known here. */
function passString(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; ; at += 1) {
    const code = bytes[at];
    if (code === undefined || code < SPACE) return -1;
    if (code === QUOTE) return at + 1;
    if (code === BACKSLASH) {
      at += 1;
      if (!ESCAPED.has(bytes[at] ?? 0)) return -1;
    }
  }
}

const ESCAPED: ReadonlySet<number> = new Set(Buffer.from('"\\bfnrt'));

function passNumber(answer: AnswerBytes, start: number, check: LeafCheck): number {
  const { bytes, text } = answer;
  let at = bytes[start] === MINUS ? start + 1 : start;
  const digitsAt = at;
  for (let code = bytes[at]; code !== undefined && code >= ZERO && code <= NINE; code = bytes[at]) at += 1;
  const next = bytes[at];
  const isWhole = next === COMMA || next === CLOSING_BRACE || next === CLOSING_BRACKET;
  if (!isWhole) return passOtherNumber(text, start, check);
  if (at === digitsAt || at - digitsAt > SAFE_DIGITS) return -1;
  if (bytes[digitsAt] === ZERO && (at - digitsAt > 1 || digitsAt > start)) return -1;
  return check.kind === 'Int' || check.kind === 'ID' || check.kind === 'Float' || check.kind === 'any' ? at : -1;
}

const NUMBER = /[-+.\deE]+/y;

/** May be written in several ways: passes in the one that `JSON.stringify` has. */
function passOtherNumber(text: string, start: number, check: LeafCheck): number {
  NUMBER.lastIndex = start;
  const [number = ''] = NUMBER.exec(text) ?? [];
  const isPlain = JSON.stringify(Number(number)) === number;
  return isPlain && isLeafText(number, check) ? start + number.length : -1;
}
