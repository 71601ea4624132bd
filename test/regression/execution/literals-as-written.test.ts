// A text that a client writes as a literal reaches the subgraph as that text, whichever characters it has.

import { afterAll, beforeAll, it } from 'vitest';
import { type BothExecutors, startBothExecutors } from '../../unit/execution/both-executors.ts';
import { expectSame } from '../../unit/execution/expect-same.ts';
import { type Row, subgraph } from '../../unit/execution/subgraph.ts';

let both: BothExecutors;

beforeAll(async () => {
  both = await startBothExecutors([
    subgraph('a', 'type Query { codes(of: String): [Int] }', {
      Query: { codes: (_: unknown, { of }: Row) => [...String(of)].map((character) => character.codePointAt(0)) },
    }),
  ]);
});

afterAll(() => both.stop());

it('has every control character and every escape that was written', () =>
  expectSame(both, [
    { query: String.raw`{ codes(of: "a\b\f\n\r\t\"\\\/b") }`, data: { codes: [97, 8, 12, 10, 13, 9, 34, 92, 47, 98] } },
    {
      query: String.raw`{ codes(of: "\u0000\u0008\u0010\u001f\u007f\\b") }`,
      data: { codes: [0, 8, 16, 31, 127, 92, 98] },
    },
    { query: String.raw`{ codes(of: "\\b") }`, data: { codes: [92, 98] } },
  ]));
