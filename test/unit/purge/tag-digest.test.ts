// Digests of tags: the same text one digest, other texts others, other processes others.

import { expect, it } from 'vitest';
import { createTagDigest } from '../../../gateway/purge/tag-digest.ts';

const digest = createTagDigest([0x01234567, 0x89abcdef]);
const nameOf = (tag: string, by = digest): string => `${by(tag).hi}/${by(tag).lo}`;

it('is the same for the same text, kept or not', () => {
  for (const tag of ['entity/a/P/upc=1', 'type/a/P']) expect(digest(tag)).toEqual(digest(`${tag}`));
});

it('is two whole numbers of 32 bits with a sign, which need no box in memory', () => {
  for (let n = 0; n < 1_000; n += 1) {
    for (const half of Object.values(digest(`entity/a/P/upc=${n}`))) {
      expect(half).toBe(half | 0);
    }
  }
});

it('is another one for each of 200,000 tags', () => {
  const seen = new Set<string>();
  for (let n = 0; n < 100_000; n += 1) {
    seen.add(nameOf(`entity/catalog/Product/upc=${n}`));
    seen.add(nameOf(`type/${n}`));
  }
  expect(seen.size).toBe(200_000);
});

it('tells texts apart that differ in length alone, or in the width of characters', () => {
  const texts = [
    '',
    '\0',
    '\0\0',
    '\0\0\0',
    '\0\0\0\0',
    '\0\0\0\0\0',
    'abcd',
    '\u6261\u6463',
    'aé',
    'aе',
    'żółw',
    'zolw',
    '語',
    '語\0',
    // Alike when characters of 16 bits are laid over each other as if they had 8.
    '/š\0xx',
    '/a\u0001xx',
  ];
  expect(new Set(texts.map((text) => nameOf(`entity/${text}`))).size).toBe(texts.length);
});

it('spreads its low bits evenly, where the table looks', () => {
  const buckets = new Array<number>(256).fill(0);
  for (let n = 0; n < 25_600; n += 1) buckets[digest(`entity/catalog/Product/upc=${n}`).lo & 255]! += 1;
  // 100 expected in each; 6 standard deviations.
  expect(Math.max(...buckets)).toBeLessThan(160);
  expect(Math.min(...buckets)).toBeGreaterThan(40);
});

it('is another one in another process', () => {
  const other = createTagDigest([0x01234567, 0x89abcdee]);
  expect(nameOf('entity/a/P/upc=1', other)).not.toBe(nameOf('entity/a/P/upc=1'));
  expect(nameOf('any/a', other)).not.toBe(nameOf('any/a'));
});

it('stays right when more tags come than it keeps', () => {
  const before = nameOf('list/a/P');
  for (let n = 0; n < 10_000; n += 1) digest(`tag/a/${n}`);
  expect(nameOf('list/a/P')).toBe(before);
});
