// What sample data is made with: random numbers that repeat, and COPY's text format.
import { expect, it } from 'vitest';
import { seededRandom } from '../../../subgraphs/kit/random.ts';
import { chunksOf } from '../../../subgraphs/kit/sample-tables.ts';

it('the same seed gives the same numbers, another one others', () => {
  const draw = (seed: number): number[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 100 }, () => random.fraction());
  };
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
  // Of the reference implementation of mulberry32: a change would change all sample data.
  expect(draw(1).slice(0, 2)).toEqual([0.6270739405881613, 0.002735721180215478]);
});

it('numbers stay within their limits and spread over them', () => {
  const random = seededRandom(7);
  const drawn = Array.from({ length: 10_000 }, () => random.below(10));
  for (let digit = 0; digit < 10; digit += 1) {
    const share = drawn.filter((number) => number === digit).length;
    expect(share).toBeGreaterThan(800);
    expect(share).toBeLessThan(1_200);
  }
  expect(Math.max(...drawn)).toBe(9);
});

it('rows become lines of COPY: tabs between, \\N for null, what is special escaped', () => {
  const rows = [
    [1, null, true, 'a\tb\nc\\d', new Date(0)],
    ['', ['x', 'say "hi"', 'back\\slash'], '\r', 'é 🐈', []],
  ];
  expect([...chunksOf(rows)].join('')).toBe(
    '1\t\\N\ttrue\ta\\tb\\nc\\\\d\t1970-01-01T00:00:00.000Z\n' +
      '\t{"x","say \\\\"hi\\\\"","back\\\\\\\\slash"}\t\\r\té 🐈\t{}\n',
  );
});

it('many rows come in pieces, none of them lost', () => {
  const chunks = [...chunksOf(Array.from({ length: 50_000 }, (_, index) => [index]))];
  expect(chunks.length).toBeGreaterThan(2);
  expect(chunks.join('').split('\n').slice(0, -1).map(Number)).toEqual(
    Array.from({ length: 50_000 }, (_, index) => index),
  );
});
