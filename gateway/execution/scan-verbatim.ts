// Cuts out the text of a value that stands in the client's answer as the subgraph wrote it, when it is all that the client's answer has to be.

import { CLOSING_BRACE, CLOSING_BRACKET, COMMA, OPENING_BRACKET, QUOTE, take, word } from '../cache/json-steps.ts';
import { isLeafText } from './leaf-text.ts';
import type { LeafCheck, TypePlan } from './output-selection.ts';
import { leaf, plainNumberEnd, plainStringEnd, type Scan } from './scan.ts';
import { VerbatimText } from './tree.ts';
import type { Verbatim } from './verbatim.ts';

/** @returns null where the value is null or not as it has to be: nothing is cut then */
export function cutVerbatim(scan: Scan, verbatim: Verbatim): VerbatimText | null {
  const { at, escapeAt } = scan;
  if (scan.text.charCodeAt(at) !== NULL_START && pass(scan, verbatim, verbatim.type))
    return new VerbatimText(scan.text.slice(at, scan.at));
  scan.at = at;
  scan.escapeAt = escapeAt;
  return null;
}

const NULL_START = 0x6e;

/** Goes to the end of a value. @returns false when something of it is not as the client's answer has it */
function pass(scan: Scan, verbatim: Verbatim, type: TypePlan): boolean {
  const code = scan.text.charCodeAt(scan.at);
  if (code === NULL_START) return !type.isNonNull && word(scan, 'null');
  if (type.item !== null) return code === OPENING_BRACKET && passList(scan, verbatim, type.item);
  return verbatim.fields === null ? passLeaf(scan, code, verbatim.check) : passObject(scan, verbatim.fields);
}

function passList(scan: Scan, verbatim: Verbatim, itemType: TypePlan): boolean {
  scan.at += 1;
  if (take(scan, CLOSING_BRACKET)) return true;
  do {
    if (!pass(scan, verbatim, itemType)) return false;
  } while (take(scan, COMMA));
  return take(scan, CLOSING_BRACKET);
}

function passObject(scan: Scan, fields: NonNullable<Verbatim['fields']>): boolean {
  for (let index = 0; index < fields.length; index += 1) {
    const { openingText, value } = fields[index]!;
    if (!word(scan, openingText) || !pass(scan, value, value.type)) return false;
  }
  return take(scan, CLOSING_BRACE);
}

function passLeaf(scan: Scan, code: number, check: LeafCheck): boolean {
  const { text, at } = scan;
  if (code === QUOTE && (check.kind === 'String' || check.kind === 'ID')) {
    const end = plainStringEnd(scan);
    if (end > 0) {
      scan.at = end;
      return true;
    }
  } else if (check.kind === 'Int' || check.kind === 'ID') {
    const end = plainNumberEnd(scan, code);
    if (end > 0) {
      scan.at = end;
      return true;
    }
  }
  const written = leaf(scan, 0);
  return typeof written === 'string' && isLeafText(written, check) && written === text.slice(at, scan.at);
}
