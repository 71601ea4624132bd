// What the text of a record is made of, cut out where it stands: whole numbers, names, plain strings.

import type { FieldShape } from './field-shape.ts';
import { COMMA, type JsonPlace, NINE, QUOTE, take, word, ZERO } from './json-steps.ts';
import { ownText } from './packed-fields.ts';

/** What the records of one family have in common. */
export interface Family {
  /** What their texts begin with. */
  readonly head: string;
  /** As texts, and what they are; those met lately. */
  readonly shapes: { readonly text: string; readonly list: readonly FieldShape[] }[];
  /** Names of types and logs as they stand in texts, and what they are: few. */
  readonly names: { readonly text: string; readonly name: string }[];
}

export interface Scan extends JsonPlace {
  readonly family: Family;
  readonly keep: (cut: string) => string;
  list: readonly FieldShape[];
}

function whole(scan: Scan): number | null {
  const { text, at } = scan;
  let end = at;
  let value = 0;
  for (let code = text.charCodeAt(end); code >= ZERO && code <= NINE; code = text.charCodeAt(end)) {
    value = value * 10 + code - ZERO;
    end += 1;
  }
  const isOneOfOneWay = end > at && (end === at + 1 || text.charCodeAt(at) !== ZERO);
  if (!isOneOfOneWay || !Number.isSafeInteger(value)) return null;
  scan.at = end;
  return value;
}

export function wholeAfterComma(scan: Scan): number | null {
  return take(scan, COMMA) ? whole(scan) : null;
}

/** Of a log or a type: one text for all that are the same. */
export function nameAt(scan: Scan): string | null {
  const { names } = scan.family;
  for (const known of names) if (word(scan, known.text)) return known.name;
  const cut = plainString(scan);
  if (cut === null) return null;
  const text = ownText(cut);
  const name = ownText(cut.slice(1, -1));
  names.unshift({ text, name });
  if (names.length > RECENT_COUNT) names.pop();
  return name;
}

/** Undefined: there is neither a name nor null. */
export function typenameAt(scan: Scan): string | null | undefined {
  return word(scan, 'null') ? null : (nameAt(scan) ?? undefined);
}

/** With its quotes, when nothing in it is escaped. */
export function plainString(scan: Scan): string | null {
  const { text, at } = scan;
  if (text.charCodeAt(at) !== QUOTE) return null;
  const end = text.indexOf('"', at + 1);
  if (end < 0) return null;
  const cut = text.slice(at, end + 1);
  if (cut.includes('\\')) return null;
  scan.at = end + 1;
  return cut;
}

export const RECENT_COUNT = 8;
