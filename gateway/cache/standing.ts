// How the fields of a newer slice stand to those of an older one, compared on what is stored: whether the older one is still of use.

import type { PackedFields } from './packed-fields.ts';
import type { EntityReference, ObjectValue, Value } from './value.ts';

/**
 * `covers`: whoever could read the older fields can read the newer ones. `beside`: the older ones tell more, and nothing that the newer ones
 * deny. `contradicts`: what holds the values has changed in between; a reader that took one part here and one there would see what never was.
 */
export type Standing = 'covers' | 'beside' | 'contradicts';

/** At most as many steps as the older fields hold values. */
export function standingOf(newer: PackedFields, older: PackedFields): Standing {
  return standingOfFields(newer, older, (value, before) =>
    isTakenAsItIs(value) ? 'covers' : standingOfValue(value, before),
  );
}

function standingOfFields(
  newer: ReadonlyMap<string, Value>,
  older: ReadonlyMap<string, Value>,
  ofField: (value: Value, before: Value) => Standing,
): Standing {
  let standing: Standing = 'covers';
  for (const [name, before] of older) {
    const value = newer.get(name);
    const one = value === undefined ? 'beside' : ofField(value, before);
    if (one === 'contradicts') return one;
    if (one === 'beside') standing = one;
  }
  return standing;
}

/** Nothing can be asked below: its readers never get as far as the older value, whatever that is. */
function isTakenAsItIs(value: Value): boolean {
  return value === null || typeof value === 'string' || (isList(value) && value.every(isTakenAsItIs));
}

function standingOfValue(newer: Value, older: Value): Standing {
  if (newer === older) return 'covers';
  if (newer === null || older === null || typeof newer === 'string' || typeof older === 'string') return 'contradicts';
  if (isList(newer) || isList(older))
    return isList(newer) && isList(older) ? standingOfList(newer, older) : 'contradicts';
  if (newer.typename !== older.typename) return 'contradicts';
  if (newer.kind === 'entity')
    return older.kind === 'entity'
      ? sameKey(newer.keyText === older.keyText, 'covers')
      : sameKey(isNamedBy(older, newer), 'beside');
  return older.kind === 'entity'
    ? sameKey(isNamedBy(newer, older), 'beside')
    : standingOfFields(newer.fields, older.fields, standingOfValue);
}

const sameKey = (isSame: boolean, standing: Standing): Standing => (isSame ? standing : 'contradicts');

function standingOfList(newer: readonly Value[], older: readonly Value[]): Standing {
  if (newer.length !== older.length) return 'contradicts';
  let standing: Standing = 'covers';
  for (let index = 0; index < newer.length; index += 1) {
    const one = standingOfValue(newer[index] ?? null, older[index] ?? null);
    if (one === 'contradicts') return one;
    if (one === 'beside') standing = one;
  }
  return standing;
}

/** Without its whole key an object may be any entity. */
function isNamedBy(object: ObjectValue, { keyText }: EntityReference): boolean {
  const key = parsed(keyText);
  return isJsonObject(key) && holdsKey(object, key);
}

/** A shard may have kept whatever it likes: a key that is no JSON names nothing. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function holdsKey({ fields }: ObjectValue, key: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(key).every(([name, value]) => {
    const held = fields.get(name);
    if (typeof held === 'string') return held === JSON.stringify(value);
    return isObject(held) && isJsonObject(value) && holdsKey(held, value);
  });
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

const isObject = (value: Value | undefined): value is ObjectValue =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'object';

const isJsonObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
