// What values take in V8's heap, so that a bound in bytes is a bound on memory. 64 bits, pointers not compressed.

export const POINTER_BYTES = 8;
/** An object's map, properties and elements. */
export const OBJECT_BYTES = 24;
/** A number that is no small integer lives in a box. */
export const BOXED_NUMBER_BYTES = 16;
/** An object that says which value it is beside what the value holds: `{kind, typename, keyText}`. */
export const TAGGED_OBJECT_BYTES = OBJECT_BYTES + 3 * POINTER_BYTES;

const STRING_HEAD_BYTES = 16;
const ARRAY_HEAD_BYTES = 32 + 16;
const MAP_HEAD_BYTES = 32 + 16 + 3 * POINTER_BYTES;
const LEAST_MAP_CAPACITY = 4;
/** Key, value and chain of an entry, and its share of the buckets, of which there is one for two entries. */
const MAP_ENTRY_BYTES = 3.5 * POINTER_BYTES;
const WIDE = /[\u0100-\uffff]/;
const LARGEST_NARROW = 0xff;
/** Characters. Shorter texts are looked through faster than a pattern is asked. */
const SHORT = 32;

/** A string that stands by itself: one byte per character, or two when one of them needs it. */
export function stringBytes(text: string): number {
  return STRING_HEAD_BYTES + roundUp(isWide(text) ? text.length * 2 : text.length);
}

function isWide(text: string): boolean {
  if (text.length > SHORT) return WIDE.test(text);
  let bits = 0;
  for (let at = 0; at < text.length; at += 1) bits |= text.charCodeAt(at);
  return bits > LARGEST_NARROW;
}

export function arrayBytes(length: number): number {
  return ARRAY_HEAD_BYTES + length * POINTER_BYTES;
}

export function objectBytes(fieldCount: number): number {
  return OBJECT_BYTES + fieldCount * POINTER_BYTES;
}

/** A Map without its keys and values. Its table doubles as it grows. */
export function mapBytes(size: number): number {
  const capacity = 2 ** Math.ceil(Math.log2(Math.max(size, LEAST_MAP_CAPACITY)));
  return MAP_HEAD_BYTES + capacity * MAP_ENTRY_BYTES;
}

/** A typed array, or a Buffer, with the buffer behind it; its bytes come on top. */
export const TYPED_ARRAY_BYTES = 2 * objectBytes(12);

/** One more entry of a Map of many: on average its table is three quarters full. */
export const MAP_PLACE_BYTES = Math.round(MAP_ENTRY_BYTES * 1.5);

function roundUp(bytes: number): number {
  return Math.ceil(bytes / POINTER_BYTES) * POINTER_BYTES;
}
