// Encodes a record as one JSON document for the shards, and decodes it without trusting it.
//
//   [version, "address", shapes, slices]
//   shape: ["field name", …]
//   slice: ["log id", position, storedAt, expiresAt, "typename" or null, ["tag", …], place of its shape or −1, [value, …]]
//   value: null · a leaf as its own JSON text · [0, value, …] a list · [1, "typename" or null, place of its shape, value, …] an object ·
//          [2, "typename", "key text"] an entity · [3, leaf] a leaf that is itself a JSON object or array
//
// Names stand once for each shape, and every `[` in the place of a value is followed by what it is: a scanner can walk the text without a parser.
// −1 is the shape of "there is no such entity".

import type { UnreadableReason } from './cache-metrics.ts';
import type { FieldShape, FieldShapes } from './field-shape.ts';
import { allTags } from './key-tags.ts';
import { PackedFields, packFields } from './packed-fields.ts';
import type { RecordAddress, Slice } from './record.ts';
import type { Value } from './value.ts';

/** Part of every address, too: two versions never meet under one key. */
export const FORMAT_VERSION = 2;

export const LIST = 0;
export const OBJECT = 1;
export const ENTITY = 2;
const WRAPPED = 3;
export const NO_SHAPE = -1;

/** @param address its text stands inside, so that a text under a wrong key is found out */
export function encodeRecord(
  shapes: FieldShapes,
  address: Pick<RecordAddress, 'text' | 'keyText'>,
  slices: readonly Slice[],
): string {
  const places = new Map<string, number>();
  const placeOf = ({ text }: FieldShape): number => {
    const known = places.get(text);
    if (known !== undefined) return known;
    places.set(text, places.size);
    return places.size - 1;
  };
  const writeValue = (value: Value): string => {
    if (value === null) return 'null';
    if (typeof value === 'string') return isBracketed(value) ? `[${WRAPPED},${value}]` : value;
    if (isList(value)) return `[${LIST}${writeValues(value, ',')}]`;
    if (value.kind === 'entity')
      return `[${ENTITY},${JSON.stringify(value.typename)},${JSON.stringify(value.keyText)}]`;
    const fields = packFields(shapes, value.fields);
    const head = `[${OBJECT},${JSON.stringify(value.typename)},${placeOf(fields.shape)}`;
    return `${head}${writeValues(fields.held, ',')}]`;
  };
  const writeValues = (values: readonly Value[], before: '' | ','): string => {
    let text = '';
    for (const value of values) text += text === '' ? before + writeValue(value) : `,${writeValue(value)}`;
    return text;
  };
  const writeSlice = (slice: Slice): string => {
    const { logId, position } = slice.stamp;
    const fields = slice.fields === null ? null : packFields(shapes, slice.fields);
    const place = fields === null ? NO_SHAPE : placeOf(fields.shape);
    const values = fields === null ? '' : writeValues(fields.held, '');
    const head = `[${JSON.stringify(logId)},${position},${slice.storedAt},${slice.expiresAt},${JSON.stringify(slice.typename)}`;
    return `${head},${JSON.stringify(allTags(address, slice))},${place},[${values}]]`;
  };
  const sliceTexts = slices.map(writeSlice).join(',');
  const shapeTexts = [...places.keys()].map((text) => `[${text}]`).join(',');
  return `[${FORMAT_VERSION},${JSON.stringify(address.text)},[${shapeTexts}],[${sliceTexts}]]`;
}

/** Never throws. The leaves are texts of their own, cut out of nothing. */
export function decodeRecord(
  shapes: FieldShapes,
  addressText: string,
  text: string,
): readonly Slice[] | UnreadableReason {
  try {
    const record: unknown = JSON.parse(text);
    if (!Array.isArray(record) || record.length !== 4) return 'malformed';
    if (record[0] !== FORMAT_VERSION) return 'version';
    if (record[1] !== addressText) return 'other-record';
    const known = arrayOf(record[2]).map((names) => readShape(shapes, arrayOf(names)));
    return arrayOf(record[3]).map((slice) => readSlice(known, arrayOf(slice)));
  } catch {
    // No JSON, not of this shape, or nested deeper than the stack.
    return 'malformed';
  }
}

function readShape(shapes: FieldShapes, names: readonly unknown[]): FieldShape {
  const shape = shapes.of(names.map(textOf));
  if (shape.indexes.size !== shape.names.length) throw new MalformedRecord();
  return shape;
}

function readSlice(known: readonly FieldShape[], slice: readonly unknown[]): Slice {
  if (slice.length !== 8) throw new MalformedRecord();
  const [logId, position, storedAt, expiresAt, typename, tags, place, values] = slice;
  return {
    stamp: { logId: textOf(logId), position: numberOf(position) },
    tags: arrayOf(tags).map(textOf),
    storedAt: numberOf(storedAt),
    expiresAt: numberOf(expiresAt),
    typename: typename === null ? null : textOf(typename),
    fields: place === NO_SHAPE ? null : readFields(known, place, arrayOf(values), 0),
  };
}

function readFields(
  known: readonly FieldShape[],
  place: unknown,
  from: readonly unknown[],
  start: number,
): PackedFields {
  const shape = known[numberOf(place)];
  if (shape === undefined || shape.names.length !== from.length - start) throw new MalformedRecord();
  return new PackedFields(shape, readValues(known, from, start));
}

function readValues(known: readonly FieldShape[], from: readonly unknown[], start: number): readonly Value[] {
  const values = new Array<Value>(from.length - start);
  for (let index = start; index < from.length; index += 1) values[index - start] = readValue(known, from[index]);
  return values;
}

function readValue(known: readonly FieldShape[], value: unknown): Value {
  if (value === null) return null;
  if (!Array.isArray(value)) return leafOf(value);
  switch (value[0]) {
    case LIST:
      return readValues(known, value, 1);
    case OBJECT: {
      const typename = value[1] === null ? null : textOf(value[1]);
      return { kind: 'object', typename, fields: readFields(known, value[2], value, 3) };
    }
    case ENTITY:
      return { kind: 'entity', typename: textOf(value[1]), keyText: textOf(value[2]) };
    case WRAPPED:
      if (value.length === 2 && typeof value[1] === 'object' && value[1] !== null) return JSON.stringify(value[1]);
  }
  throw new MalformedRecord();
}

function leafOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      return String(numberOf(value));
  }
  throw new MalformedRecord();
}

class MalformedRecord extends Error {}

function arrayOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new MalformedRecord();
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new MalformedRecord();
}

/** `1e999` is JSON, and Infinity is not. */
function numberOf(value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new MalformedRecord();
}

function isBracketed(leaf: string): boolean {
  const first = leaf.charCodeAt(0);
  return first === BRACE || first === BRACKET;
}

const BRACE = 0x7b;
const BRACKET = 0x5b;

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);
