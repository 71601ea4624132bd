// The ring: all gateways agree, keys are spread evenly, and few move when a shard comes or goes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownerKey } from '../../../../gateway/cache/record-address.ts';
import { createRing } from '../../../../gateway/cache/ring.ts';

const names = (count: number) => Array.from({ length: count }, (_, index) => `redis://10.0.0.${index}:6379`);
const keys = (count: number) =>
  Array.from({ length: count }, (_, id) => ownerKey('catalog', 'Product', `{"upc":"${id}"}`));

describe('the ring', () => {
  it('gives a key the same shard in every process, whatever order the shards are named in', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(names(8), { minLength: 8 }), fc.string(), (shuffled, key) => {
        expect(createRing(shuffled).owner(key)).toBe(createRing(names(8)).owner(key));
      }),
    );
  });

  it('gives each key the shard that it had in the first version: gateways of two versions must agree', () => {
    const ring = createRing(names(3));
    const owners = [...keys(30), '日本', ''].map((key) => names(3).indexOf(ring.owner(key))).join('');
    expect(owners).toBe('11211010222212002020011102122012');
  });

  it('gives the fullest of 8 shards at most 1.5% more than the mean', () => {
    const ring = createRing(names(8));
    const counts = new Map<string, number>();
    const all = keys(200_000);
    for (const key of all) counts.set(ring.owner(key), (counts.get(ring.owner(key)) ?? 0) + 1);
    expect(counts.size).toBe(8);
    expect(Math.max(...counts.values()) / (all.length / 8)).toBeLessThan(1.015);
  });

  it('moves an eighth of the keys from 7 shards to 8, all of them to the new one', () => {
    const [seven, eight] = [createRing(names(7)), createRing(names(8))];
    const all = keys(50_000);
    const moved = all.filter((key) => seven.owner(key) !== eight.owner(key));
    expect(moved.length / all.length).toBeGreaterThan(0.12);
    expect(moved.length / all.length).toBeLessThan(0.13);
    expect(new Set(moved.map((key) => eight.owner(key)))).toEqual(new Set([names(8)[7]]));
  });

  it('refuses to be empty, and names the code', () => {
    expect(() => createRing([])).toThrow(expect.objectContaining({ code: 'RING_EMPTY' }));
  });

  it('counts a shard once that is named twice', () => {
    expect(createRing(['b', 'a', 'b']).shards).toEqual(['a', 'b']);
  });
});
