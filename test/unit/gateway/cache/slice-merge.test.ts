// Which slices of a record are kept, and in which order they are read.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PackedSlice } from '../../../../gateway/cache/packed-slice.ts';
import { LARGEST_RECORD_BYTES, LARGEST_SLICE_COUNT, mergeSlices } from '../../../../gateway/cache/slice-merge.ts';
import { createSlicePacker } from '../../../../gateway/cache/slice-packer.ts';
import type { Value } from '../../../../gateway/cache/value.ts';
import { handJudge, plain, product, type SliceParts, START_AT, slice } from './samples.ts';

const packer = createSlicePacker(handJudge());
const pack = (parts: SliceParts): PackedSlice => packer.pack(product(1), slice(parts), undefined)!;
const named = (position: number, ...names: string[]) =>
  pack({ position, fields: Object.fromEntries(names.map((name) => [name, `"${name} at ${position}"`])) });
const names = (slices: readonly PackedSlice[]) =>
  slices.map(({ fields }) => (fields === null ? null : [...fields.keys()]));

const object = (fields: Readonly<Record<string, Value>>, typename = 'Size'): Value => ({
  kind: 'object',
  typename,
  fields: new Map(Object.entries(fields)),
});
const entity = (id: string, typename = 'User'): Value => ({
  kind: 'entity',
  typename,
  keyText: JSON.stringify({ id }),
});
const holding = (position: number, value: Value): PackedSlice =>
  pack({ position, fields: { value, [`at ${position}`]: '1' } });

/** Which are kept of an older slice and a newer one that hold these values under one name, beside a name that each has alone. */
const kept = (older: Value, newer: Value): readonly number[] =>
  mergeSlices([holding(1, older), holding(2, newer)]).map(({ position }) => position);
const BOTH = [2, 1];
const NEWER = [2];
/** By a newer slice that has all the names, whether the older one goes. */
const isCovered = (older: Value, newer: Value): boolean =>
  mergeSlices([pack({ position: 1, fields: { value: older } }), pack({ position: 2, fields: { value: newer } })])
    .length === 1;

describe('slices of one record', () => {
  it('are read with the newest by the log first, and the later stored first among those of one position', () => {
    const early = pack({ position: 5, storedAt: START_AT + 9, fields: { a: '1' } });
    const late = pack({ position: 7, storedAt: START_AT, fields: { b: '1' } });
    const later = pack({ position: 7, storedAt: START_AT + 1, fields: { c: '1' } });
    expect(mergeSlices([early, late, later])).toEqual([later, late, early]);
  });

  it('give each field its newest value', () => {
    const [first] = mergeSlices([named(1, 'name', 'price'), named(2, 'price', 'stock')]);
    expect(first?.fields?.get('price')).toBe('"price at 2"');
  });

  it('are dropped when one newer slice has all their fields', () => {
    expect(names(mergeSlices([named(1, 'a', 'b'), named(2, 'b')]))).toEqual([['b'], ['a', 'b']]);
    expect(names(mergeSlices([named(1, 'b'), named(2, 'b', 'a')]))).toEqual([['b', 'a']]);
    expect(names(mergeSlices([named(1, 'a', 'b'), named(2, 'b', 'a')]))).toEqual([['b', 'a']]);
  });

  it('are dropped only where the newer one has all that stands below a field, too', () => {
    const { width, both } = { width: object({ width: '1' }), both: object({ width: '1', height: '2' }) };
    expect(isCovered(width, both)).toBe(true);
    expect(isCovered(both, width)).toBe(false);
    expect(isCovered(width, object({ height: '2' }))).toBe(false);
    expect(isCovered([width, width], [both, both])).toBe(true);
    expect(isCovered([width, both], [both, width])).toBe(false);
    expect(isCovered(object({ size: both }), object({ size: width }))).toBe(false);
    expect(isCovered(entity('1'), entity('1'))).toBe(true);
    expect(isCovered(object({ id: '"1"', name: '"Ann"' }, 'User'), entity('1'))).toBe(false);
    expect(isCovered(entity('1'), object({ id: '"1"', name: '"Ann"' }, 'User'))).toBe(false);
  });

  it('are dropped for a newer value below which nothing can be asked', () => {
    for (const older of [object({ a: '1' }), [object({ a: '1' })], entity('1'), null, '1', ['1']]) {
      for (const newer of [null, '2', [], [null], ['1', '2']]) expect(isCovered(older, newer)).toBe(true);
    }
  });

  it('stay side by side where they hold different parts of one value', () => {
    expect(kept(object({ width: '1' }), object({ height: '2' }))).toEqual(BOTH);
    expect(kept(object({ width: '1', depth: '3' }), object({ height: '2', depth: '3' }))).toEqual(BOTH);
    expect(kept([object({ a: '1' }), null], [object({ b: '1' }), null])).toEqual(BOTH);
    expect(kept([[object({ a: '1' })]], [[object({ b: '1' })]])).toEqual(BOTH);
  });

  it.each<[string, Value, Value]>([
    ['another leaf', object({ a: '1', c: '1' }), object({ b: '1', c: '2' })],
    ['an object where there was none', object({ a: null }), object({ a: object({ b: '1' }) })],
    ['an object where there was nothing at all', null, object({ a: '1' })],
    ['none where there was an object', object({ a: object({ b: '1' }), c: '1' }), object({ a: null })],
    ['another type', object({ a: '1' }), object({ b: '1' }, 'Weight')],
    ['a longer list', [object({ a: '1' })], [object({ b: '1' }), object({ b: '2' })]],
    ['a list in another order', [entity('1'), entity('2')], [entity('2'), entity('1')]],
    ['another entity', object({ a: '1', best: entity('1') }), object({ b: '1', best: entity('2') })],
    ['an entity of another type', entity('1'), entity('1', 'Admin')],
    ['another entity, held within', entity('1'), object({ id: '"2"', name: '"Bob"' }, 'User')],
    ['an entity that may be another', entity('1'), object({ name: '"Bob"' }, 'User')],
    [
      'an entity whose key is no JSON',
      { kind: 'entity', typename: 'User', keyText: '' },
      object({ id: '"1"' }, 'User'),
    ],
    ['a list where there was an object', object({ a: '1' }), [object({ b: '1' })]],
    ['a leaf where there was an object', object({ a: object({ b: '1' }), c: '1' }), object({ a: '1' })],
  ])('are dropped when a newer one contradicts them: it has %s', (_what, older, newer) => {
    expect(kept(older, newer)).toEqual(NEWER);
  });

  it('of which a newer one contradicts a plain column keep their other columns', () => {
    expect(kept('1', '2')).toEqual(BOTH);
    expect(kept(['1'], ['1', '2'])).toEqual(BOTH);
    expect(kept(object({ a: '1' }), null)).toEqual(BOTH);
  });

  it('know an entity that is held within by its whole key, nested or not', () => {
    const nested: Value = { kind: 'entity', typename: 'User', keyText: '{"n":7,"org":{"id":"1"}}' };
    const held = (id: string) => object({ n: '7', org: object({ id }, 'Org'), name: '"Ann"' }, 'User');
    expect(kept(nested, held('"1"'))).toEqual(BOTH);
    expect(kept(held('"1"'), nested)).toEqual(BOTH);
    expect(kept(nested, held('"2"'))).toEqual(NEWER);
  });

  it('are kept once when they come twice', () => {
    const one = named(1, 'a');
    expect(mergeSlices([one, one, named(1, 'a')])).toHaveLength(1);
  });

  it('are all dropped for a newer "not found", and a "not found" for anything newer', () => {
    const missing = pack({ position: 5, fields: null });
    expect(mergeSlices([named(4, 'a'), missing, named(3, 'b')])).toEqual([missing]);
    expect(names(mergeSlices([named(6, 'a'), missing, named(4, 'b')]))).toEqual([['a'], ['b']]);
    expect(mergeSlices([missing, pack({ position: 6, fields: null })])).toHaveLength(1);
  });

  it('are at most 32: the oldest go', () => {
    const many = Array.from({ length: 40 }, (_, position) => named(position, `field${position}`));
    const kept = mergeSlices(many);
    expect(kept).toHaveLength(LARGEST_SLICE_COUNT);
    expect(kept.at(-1)?.position).toBe(8);
  });

  it('take at most 128 KiB together: the oldest go', () => {
    const large = (position: number) => pack({ position, fields: { [`f${position}`]: `"${'x'.repeat(50 * 1024)}"` } });
    const kept = mergeSlices([large(1), large(2), large(3)]);
    expect(kept.map(({ position }) => position)).toEqual([3, 2]);
    expect(kept.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(LARGEST_RECORD_BYTES);
  });

  it('come out the same in whatever order they came', () => {
    const slices = [
      named(1, 'a'),
      named(2, 'a', 'b'),
      named(3, 'c'),
      pack({ position: 0, fields: null }),
      named(4, 'b'),
    ];
    const expected = mergeSlices(slices);
    fc.assert(
      fc.property(fc.shuffledSubarray(slices, { minLength: slices.length }), (shuffled) => {
        expect(mergeSlices(shuffled)).toEqual(expected);
      }),
    );
  });

  it('can be merged bit by bit with the same outcome', () => {
    const slices = [named(1, 'a'), named(2, 'a', 'b'), named(3, 'c'), named(4, 'b'), named(5, 'a')];
    fc.assert(
      fc.property(fc.shuffledSubarray(slices, { minLength: slices.length }), fc.nat(5), (shuffled, cut) => {
        const some = mergeSlices(shuffled.slice(0, cut));
        expect(mergeSlices([...some, ...shuffled.slice(cut)])).toEqual(mergeSlices(slices));
      }),
    );
  });
});

describe('slices with objects', () => {
  const size = (position: number, ...names: string[]) =>
    pack({ position, fields: { size: object(Object.fromEntries(names.map((one) => [one, `"${one}"`]))) } });
  const slices = [size(1, 'a'), size(2, 'a', 'b'), size(3, 'c'), size(4, 'b'), size(5, 'a', 'c'), size(6, 'd')];

  it('come out the same in whatever order and in whatever steps they are merged', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(slices, { minLength: slices.length }), fc.nat(6), (shuffled, cut) => {
        const some = mergeSlices(shuffled.slice(0, cut));
        expect(mergeSlices([...some, ...shuffled.slice(cut)])).toEqual(mergeSlices(slices));
      }),
    );
    expect(mergeSlices(slices).map(({ position }) => position)).toEqual([6, 5, 4, 2]);
  });
});

describe('a packed slice', () => {
  it('says what the slice said that it was made from', () => {
    const given = slice({ position: 7, tags: ['x', 'y'], fields: { a: '1', b: null }, lifetimeMs: 1_234 });
    expect(plain(packer.pack(product(1), given, undefined)!)).toEqual(plain(given));
  });

  it('cuts fractions of a ms and lifetimes of more than 24 days', () => {
    const packed = packer.pack(product(1), { ...slice(), storedAt: 1_000.7, expiresAt: 1e15 }, undefined)!;
    expect([packed.storedAt, packed.expiresAt]).toEqual([1_000, 1_000 + 2 ** 31 - 1]);
    const short = packer.pack(product(1), { ...slice(), storedAt: 1_000.7, expiresAt: 2_000.9 }, undefined)!;
    expect([short.storedAt, short.expiresAt]).toEqual([1_000, 2_000]);
  });
});
