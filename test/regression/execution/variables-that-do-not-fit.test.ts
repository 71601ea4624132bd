// What is wrong with variables is told in words, however deep they are nested, and not many times over, however large they are.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BothExecutors, startBothExecutors } from '../../unit/execution/both-executors.ts';
import { subgraph } from '../../unit/execution/subgraph.ts';

let both: BothExecutors;

beforeAll(async () => {
  both = await startBothExecutors([
    subgraph('a', 'input In { n: Int sub: In list: [Int] } type Query { count(of: In): Int }', {
      Query: { count: () => 1 },
    }),
  ]);
});

afterAll(() => both.stop());

const QUERY = 'query($of: In) { count(of: $of) }';

describe('variables that do not fit', () => {
  it('are told each, where they are small', async () => {
    const { errors } = await both.ours(QUERY, { of: { a: 1, b: 2, n: 'x' } });
    expect(errors).toHaveLength(3);
  });

  it('are not repeated for each of many errors, where they are large', async () => {
    const of = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, index]));
    const { errors } = await both.ours(QUERY, { of });
    expect(errors.join()).toContain(String.raw`Variable \"$of\" got invalid value { k0: 0, k1: 1,`);
    expect(errors.join().length).toBeLessThan(3_000);
  });

  it('may be nested deeper than they can be read', async () => {
    let of: object | null = null;
    for (let depth = 0; depth < 60_000; depth += 1) of = { sub: of };
    const { data, errors } = await both.ours(QUERY, { of });
    expect(data).toBeUndefined();
    expect(errors).toEqual([
      expect.stringContaining('Expected variables that can be read, got: Maximum call stack size'),
    ]);
  });
});
