// Introspection is answered as far as tools ask for it; what aliases and fragments multiply is refused before it is made.

import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BothExecutors, startBothExecutors } from './both-executors.ts';
import { subgraph } from './subgraph.ts';

let both: BothExecutors;

const members = Array.from({ length: 20 }, (_, index) => `f${index}(a: Int, b: [In!]): T`);

beforeAll(async () => {
  both = await startBothExecutors([
    subgraph('a', `type Query { t: T plain: Int } type T { ${members.join(' ')} } input In { a: Int }`, {
      Query: { plain: () => 5 },
    }),
  ]);
});

afterAll(() => both.stop());

const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

describe('introspection', () => {
  it('of the whole schema is answered, twice too', async () => {
    const whole = getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true });
    expect((await both.ours(whole)).errors).toEqual([]);
    const twice = whole
      .replace('__schema {', '__schema { ...Again ')
      .concat('fragment Again on __Schema { again: types { ...FullType } }');
    expect((await both.ours(twice)).errors).toEqual([]);
  });

  it.each([
    [
      'by aliases on two levels',
      `{ __schema { types { ${times(300, (n) => `a${n}: fields { type { ...F } }`)} } } } fragment F on __Type { ${times(300, (n) => `b${n}: fields { name }`)} }`,
    ],
    [
      'by aliases of the root',
      `{ ${times(1_500, (n) => `a${n}: __schema { types { fields { name args { name } } } }`)} }`,
    ],
    [
      'of one type',
      `{ ${times(200, (n) => `a${n}: __type(name: "T") { ...F }`)} } fragment F on __Type { ${times(100, (n) => `b${n}: fields { name }`)} }`,
    ],
    [
      'beside other fields',
      `{ plain ${times(1_500, (n) => `a${n}: __schema { types { fields { name args { name } } } }`)} }`,
    ],
  ])('that is multiplied %s is refused', async (_how, query) => {
    const message = 'Expected introspection of at most 100000 fields in all, got more';
    await expect(both.ours(query)).rejects.toMatchObject({ code: 'BAD_REQUEST', message });
    expect(both.sent).toEqual([]);
  });
});
