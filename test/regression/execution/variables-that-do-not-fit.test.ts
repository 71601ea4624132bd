// What is wrong with variables is told in words, however deep they are nested, and not many times over, however large they are.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BothExecutors, startBothExecutors } from '../../unit/execution/both-executors.ts';
import { subgraph } from '../../unit/execution/subgraph.ts';

let both: BothExecutors;

beforeAll(async () => {
  both = await startBothExecutors([
    subgraph(
      'a',
      'input In { n: Int sub: In list: [Int] } scalar Any type Query { count(of: In): Int any(of: Any): Int }',
      {
        Query: { count: () => 1, any: (_root, { of }) => levelsOf(of) },
      },
    ),
  ]);
});

afterAll(() => both.stop());

const QUERY = 'query($of: In) { count(of: $of) }';
const ANY_QUERY = 'query($of: Any) { any(of: $of) }';

function levelsOf(value: unknown): number {
  let levels = 0;
  for (let at = value; typeof at === 'object' && at !== null; at = Object.values(at)[0]) levels += 1;
  return levels;
}

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

  it('are told so where they are nested deeper than may be, typed or not', async () => {
    for (const [query, name] of [
      [QUERY, 'sub'],
      [ANY_QUERY, 'a'],
    ] as const) {
      for (const levels of [500, 5_000, 60_000]) {
        const { data, errors } = await both.ours(query, { of: nested(name, levels) });
        expect(data).toBeUndefined();
        expect(errors).toEqual([
          expect.stringContaining('Expected variables of at most 500 levels of lists and objects, got deeper ones'),
        ]);
      }
    }
  });
});

it('variables that are nested as deep as may be are read and passed on, asked again too', async () => {
  for (let round = 0; round < 3; round += 1) {
    expect((await both.ours(QUERY, { of: nested('sub', 499) })).errors).toEqual([]);
    const { data, errors } = await both.ours(ANY_QUERY, { of: nested('a', 499) });
    expect(errors).toEqual([]);
    expect(data).toMatchObject({ any: 499 });
  }
});

/** With the object of all variables it is one level more. */
function nested(name: string, levels: number): object | null {
  let value: object | null = null;
  for (let level = 0; level < levels; level += 1) value = { [name]: value };
  return value;
}
