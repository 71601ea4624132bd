// The fields of a slice or of an object as L1 keeps them: shared names, values beside them. A Map takes three times as much.

import type { FieldShape, FieldShapes } from './field-shape.ts';
import { arrayBytes, objectBytes, stringBytes, TAGGED_OBJECT_BYTES } from './resident-bytes.ts';
import type { Value } from './value.ts';

/** A class, because an object literal cannot share its methods: 40 bytes and the values. Never changed after it is made. */
export class PackedFields implements ReadonlyMap<string, Value> {
  readonly shape: FieldShape;
  /** In the order of the shape's names. */
  readonly held: readonly Value[];

  constructor(shape: FieldShape, held: readonly Value[]) {
    this.shape = shape;
    this.held = held;
  }

  get size(): number {
    return this.held.length;
  }

  get(name: string): Value | undefined {
    const index = this.shape.indexes.get(name);
    return index === undefined ? undefined : this.held[index];
  }

  has(name: string): boolean {
    return this.shape.indexes.has(name);
  }

  forEach(visit: (value: Value, name: string, map: ReadonlyMap<string, Value>) => void): void {
    for (const [name, value] of this) visit(value, name, this);
  }

  keys(): MapIterator<string> {
    return this.shape.indexes.keys();
  }

  *values(): MapIterator<Value> {
    yield* this.held;
  }

  *entries(): MapIterator<[string, Value]> {
    const { names } = this.shape;
    for (let index = 0; index < names.length; index += 1) {
      const name = names[index];
      const value = this.held[index];
      if (name !== undefined && value !== undefined) yield [name, value];
    }
  }

  [Symbol.iterator](): MapIterator<[string, Value]> {
    return this.entries();
  }
}

/**
 * Fields that hold on to nothing outside: texts that may be cut out of an answer are copied, else each would keep its whole answer in memory.
 * Fields that are packed already are taken as they are.
 */
export function packFields(shapes: FieldShapes, fields: ReadonlyMap<string, Value>): PackedFields {
  if (fields instanceof PackedFields) return fields;
  // Of exact length: an array that grows keeps room for more.
  const held = new Array<Value>(fields.size);
  let place = 0;
  for (const value of fields.values()) {
    held[place] = packValue(shapes, value);
    place += 1;
  }
  return new PackedFields(shapes.of([...fields.keys()]), held);
}

/** What the values take, without the shapes that they share. */
export function fieldsBytes(fields: PackedFields): number {
  return objectBytes(2) + listBytes(fields.held);
}

/** Calls `visit` for the shape of these fields and of every object within. */
export function eachShape(fields: PackedFields, visit: (shape: FieldShape) => void): void {
  visit(fields.shape);
  eachShapeWithin(fields.held, visit);
}

function packValue(shapes: FieldShapes, value: Value): Value {
  if (value === null) return null;
  if (typeof value === 'string') return ownText(value);
  if (isList(value)) return value.map((item) => packValue(shapes, item));
  if (value.kind === 'entity') return { kind: 'entity', typename: value.typename, keyText: ownText(value.keyText) };
  return { kind: 'object', typename: value.typename, fields: packFields(shapes, value.fields) };
}

function listBytes(values: readonly Value[]): number {
  let bytes = arrayBytes(values.length);
  for (let index = 0; index < values.length; index += 1) bytes += valueBytes(values[index]!);
  return bytes;
}

function valueBytes(value: Value): number {
  if (value === null) return 0;
  if (typeof value === 'string') return stringBytes(value);
  if (isList(value)) return listBytes(value);
  if (value.kind === 'entity') return TAGGED_OBJECT_BYTES + stringBytes(value.keyText);
  return TAGGED_OBJECT_BYTES + (value.fields instanceof PackedFields ? fieldsBytes(value.fields) : 0);
}

function eachShapeWithin(values: readonly Value[], visit: (shape: FieldShape) => void): void {
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index]!;
    if (value === null || typeof value === 'string') continue;
    if (isList(value)) eachShapeWithin(value, visit);
    else if (value.kind === 'object' && value.fields instanceof PackedFields) eachShape(value.fields, visit);
  }
}

/** V8 copies shorter cuts anyway; longer ones point into the text that they were cut from. */
const LONGEST_COPIED_CUT = 12;

/** The same text in memory of its own. Through UTF-16, which keeps every character as it is; V8 stores it in one byte each where it can. */
export function ownText(text: string): string {
  if (text.length <= LONGEST_COPIED_CUT) return text;
  if (text.length > LONGEST_SCRATCH_TEXT) return Buffer.from(text, 'utf16le').toString('utf16le');
  scratch ??= Buffer.allocUnsafeSlow(LONGEST_SCRATCH_TEXT * 2);
  return scratch.toString('utf16le', 0, scratch.write(text, 0, 'utf16le'));
}

/** Most leaves are short: copied in a place of theirs they need no buffer each. */
const LONGEST_SCRATCH_TEXT = 512;
let scratch: Buffer | undefined;

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);
