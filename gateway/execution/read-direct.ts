// Reads the bytes of a subgraph's answer into the slots of objects. Whatever is not in the form that is expected is left to `readAnswer`.

import { CLOSING_BRACE, CLOSING_BRACKET, COMMA, OPENING_BRACE, OPENING_BRACKET } from '../cache/json-steps.ts';
import { NotDirect, type ObjectReader, type ObjectsReader, type Position } from './direct-operation.ts';
import { isJsonObject } from './json-object.ts';
import type { TypePlan } from './output-selection.ts';
import { type AnswerBytes, NULL, passValue, passWord, startsNull } from './pass-bytes.ts';

/** Texts, and objects below, by slot. Undefined: not brought. */
export type Slots = (string | Objects | undefined)[];

/** What stands under a field: an object, null, or lists of them. A class, to be told from texts; written once, wherever it stands. */
export class Objects {
  readonly value: Nested;
  text: string | null = null;
  constructor(value: Nested) {
    this.value = value;
  }
}

/** Which of them are lists, the type of the field says. */
export type Nested = null | DirectObject | readonly Nested[];

/** A class, to be told from lists. */
export class DirectObject {
  readonly slots: Slots;
  constructor(slots: Slots) {
    this.slots = slots;
  }
}

export interface Reading extends AnswerBytes {
  at: number;
  /** All objects that were read, by position, in order. */
  readonly found: readonly DirectObject[][];
}

const DATA = Buffer.from('{"data":');

/** Goes to the value of `data`. @param found as the steps before left it */
export function beginReading(bytes: Buffer, text: string, found: Reading['found']): Reading {
  const at = passWord(bytes, 0, DATA);
  if (at < 0) throw new NotDirect();
  return { bytes, text, at, found };
}

/** Only extensions may stand beside the data, and they say nothing where nothing is kept. */
export function endReading({ bytes, text, at }: Reading): void {
  if (
    bytes[at] === CLOSING_BRACE &&
    (at === bytes.length - 1 || (bytes[at + 1] === NEW_LINE && at === bytes.length - 2))
  )
    return;
  if (bytes[at] !== COMMA) throw new NotDirect();
  const beside = parsed(`{${text.slice(at + 1)}`);
  if (!isJsonObject(beside) || Object.hasOwn(beside, 'data') || Object.hasOwn(beside, 'errors')) throw new NotDirect();
}

const NEW_LINE = 0x0a;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param base where the slots of the reader begin */
export function readObject(reading: Reading, reader: ObjectReader, slots: Slots, base: number): void {
  const { bytes, text } = reading;
  const { fields } = reader;
  let { at } = reading;
  let runAt = 0;
  for (let index = 0; index < fields.length; index += 1) {
    const { opening, closed, objects, startsRun, runSlot, valueSlot } = fields[index]!;
    if (startsRun) runAt = at + 1;
    at = passWord(bytes, at, opening);
    if (at < 0) throw new NotDirect();
    if (closed === null) {
      reading.at = at;
      if (objects !== null) slots[base + objects.slot] = readObjects(reading, objects);
      at = reading.at;
      continue;
    }
    const valueAt = at;
    at = passValue(reading, at, closed, closed.type);
    if (at < 0) throw new NotDirect();
    if (valueSlot >= 0) slots[base + valueSlot] = text.slice(valueAt, at);
    if (runSlot >= 0) slots[base + runSlot] = text.slice(runAt, at);
  }
  if (bytes[at] !== CLOSING_BRACE) throw new NotDirect();
  reading.at = at + 1;
}

const readObjects = (reading: Reading, objects: ObjectsReader): Objects =>
  new Objects(readNested(reading, objects, objects.type));

function readNested(reading: Reading, objects: ObjectsReader, type: TypePlan): Nested {
  const { bytes, at } = reading;
  if (startsNull(bytes, at)) {
    if (type.isNonNull) throw new NotDirect();
    stepOver(reading, NULL);
    return null;
  }
  if (type.item === null) return readNew(reading, objects.position, objects.reader);
  const items: Nested[] = [];
  step(reading, OPENING_BRACKET);
  if (bytes[reading.at] !== CLOSING_BRACKET) {
    do items.push(readNested(reading, objects, type.item));
    while (stepIf(reading, COMMA));
  }
  step(reading, CLOSING_BRACKET);
  return items;
}

function readNew(reading: Reading, position: Position, reader: ObjectReader): DirectObject {
  if (reading.bytes[reading.at] !== OPENING_BRACE) throw new NotDirect();
  const slots: Slots = new Array(position.slotCount).fill(undefined);
  const object = new DirectObject(slots);
  reading.found[position.index]?.push(object);
  readObject(reading, reader, slots, 0);
  return object;
}

export function step(reading: Reading, code: number): void {
  if (!stepIf(reading, code)) throw new NotDirect();
}

export function stepIf(reading: Reading, code: number): boolean {
  if (reading.bytes[reading.at] !== code) return false;
  reading.at += 1;
  return true;
}

export function stepOver(reading: Reading, word: Uint8Array): void {
  reading.at = passWord(reading.bytes, reading.at, word);
  if (reading.at < 0) throw new NotDirect();
}
