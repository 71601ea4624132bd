// Cuts the data of a subgraph's answer out of its text, without parsing it: the request says which keys come in which order.
//
// Several times faster than `JSON.parse` and a walk over what it gives. Only for texts in just the form that GraphQL servers write (no white space,
// keys in the order of the request, nothing missing, nothing else); any other is left to `JSON.parse`. Every leaf is what
// `JSON.stringify(JSON.parse(leaf))` gives.

import {
  CLOSING_BRACE,
  CLOSING_BRACKET,
  COMMA,
  CONTROL,
  OPENING_BRACE,
  OPENING_BRACKET,
  QUOTE,
  take,
  word,
} from '../cache/json-steps.ts';
import type { OriginRequest } from './origin-request.ts';
import { key, leaf, list, type Naming, type Scan } from './scan.ts';
import { cutVerbatim } from './scan-verbatim.ts';
import type { FieldPlan, Selection, Shape } from './selection.ts';
import { TreeObject, type TreeValue } from './tree.ts';
import { NOTHING_VERBATIM, type VerbatimFields } from './verbatim.ts';
import { type EntityWant, isCertain } from './want.ts';

export interface ScannedData {
  readonly data: TreeObject;
  /** What stands beside the data, as the text of a JSON object. Null: nothing. */
  readonly rest: string | null;
}

const DATA = '{"data":{';

/** @returns null when the text is not in the form that is expected, or no JSON at all */
export function scanAnswer(
  text: string,
  request: OriginRequest,
  naming: Naming,
  verbatim: VerbatimFields = NOTHING_VERBATIM,
): ScannedData | null {
  if (!text.startsWith(DATA)) return null;
  // Between strings it is white space, within them it is no JSON. Apollo Server ends its answers with a new line.
  const controlAt = text.search(CONTROL);
  if (controlAt >= 0 && controlAt < text.length - 1) return null;
  const escapeAt = text.indexOf('\\', DATA.length);
  const scan: Scan = {
    text,
    naming,
    verbatim,
    at: DATA.length,
    escapeAt: escapeAt < 0 ? Number.POSITIVE_INFINITY : escapeAt,
  };
  const data = new TreeObject();
  let isFirst = true;
  for (const { field } of request.roots) {
    if (!key(scan, field.keyText, isFirst)) return null;
    isFirst = false;
    const value = fieldValue(scan, field);
    if (value === undefined) return null;
    put(data, field, value, naming);
  }
  for (const { alias, wants } of request.batches) {
    if (!key(scan, `"${alias}":`, isFirst)) return null;
    isFirst = false;
    const list = entities(scan, wants);
    if (list === undefined) return null;
    data[alias] = list;
  }
  if (!take(scan, CLOSING_BRACE)) return null;
  // The answer ends here, or another key of it follows.
  const next = take(scan, COMMA) ? QUOTE : CLOSING_BRACE;
  if (text.charCodeAt(scan.at) !== next) return null;
  const isAll = next === CLOSING_BRACE && (scan.at === text.length - 1 || text.slice(scan.at) === '}\n');
  return { data, rest: isAll ? null : `{${text.slice(scan.at)}` };
}

function put(object: TreeObject, field: FieldPlan, value: TreeValue, naming: Naming): void {
  if (naming === 'response') object[field.responseName] = value;
  else if (field.planned) object[field.outName] = value;
}

function entities(scan: Scan, wants: readonly EntityWant[]): TreeValue[] | undefined {
  if (!take(scan, OPENING_BRACKET)) return undefined;
  const list: TreeValue[] = [];
  for (const want of wants) {
    if (list.length > 0 && !take(scan, COMMA)) return undefined;
    const { selection } = want;
    const value = isCertain(want) ? object(scan, selection.shape(want.typename)) : composite(scan, selection, 0);
    if (value === undefined) return undefined;
    list.push(value);
  }
  return take(scan, CLOSING_BRACKET) ? list : undefined;
}

function fieldValue(scan: Scan, field: FieldPlan): TreeValue | undefined {
  const { selection } = field;
  if (selection === null) return leaf(scan, field.listDepth);
  const verbatim = scan.verbatim.get(field);
  const cut = verbatim === undefined ? null : cutVerbatim(scan, verbatim);
  return cut ?? composite(scan, selection, field.listDepth);
}

function composite(scan: Scan, selection: Selection, listDepth: number): TreeValue | undefined {
  if (listDepth > 0 && scan.text.charCodeAt(scan.at) === OPENING_BRACKET)
    return list(scan, () => composite(scan, selection, listDepth - 1));
  const { onlyType } = selection;
  return object(scan, onlyType === null ? writtenShape(scan, selection) : selection.shape(onlyType));
}

const TYPENAME = '{"__typename":"';

/** Undefined: the type is not said first. */
function writtenShape(scan: Scan, selection: Selection): Shape | undefined {
  const { text, at } = scan;
  if (!text.startsWith(TYPENAME, at)) return undefined;
  const from = at + TYPENAME.length;
  const name = text.slice(from, text.indexOf('"', from));
  return selection.subgraph.types.has(name) ? selection.shape(name) : undefined;
}

function object(scan: Scan, shape: Shape | undefined): TreeValue | undefined {
  if (scan.text.charCodeAt(scan.at) !== OPENING_BRACE) return word(scan, 'null') ? null : undefined;
  if (shape === undefined) return undefined;
  scan.at += 1;
  const made = new TreeObject();
  const { fields } = shape;
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index]!;
    if (!key(scan, field.keyText, index === 0)) return undefined;
    const value = fieldValue(scan, field);
    if (value === undefined) return undefined;
    put(made, field, value, scan.naming);
  }
  return take(scan, CLOSING_BRACE) ? made : undefined;
}
