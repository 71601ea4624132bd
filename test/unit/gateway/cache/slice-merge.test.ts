// Which slices of a record are kept, and in which order they are read.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PackedSlice } from '../../../../gateway/cache/packed-slice.ts';
import { LARGEST_RECORD_BYTES, LARGEST_SLICE_COUNT, mergeSlices } from '../../../../gateway/cache/slice-merge.ts';
import { createSlicePacker } from '../../../../gateway/cache/slice-packer.ts';
import { handJudge, plain, product, type SliceParts, START_AT, slice } from './samples.ts';

const packer = createSlicePacker(handJudge());
const pack = (parts: SliceParts): PackedSlice => packer.pack(product(1), slice(parts), undefined)!;
const named = (position: number, ...names: string[]) =>
  pack({ position, fields: Object.fromEntries(names.map((name) => [name, `"${name} at ${position}"`])) });
const names = (slices: readonly PackedSlice[]) =>
  slices.map(({ fields }) => (fields === null ? null : [...fields.keys()]));

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
