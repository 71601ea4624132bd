// A client's field without arguments keeps its own value beside the same field that another field requires with arguments.

import { expect, it } from 'vitest';
import { startBothExecutors } from '../../unit/execution/both-executors.ts';
import { by, type Row, subgraph } from '../../unit/execution/subgraph.ts';

const ROWS: readonly Row[] = [{ id: '1' }, { id: '2' }];

const SUBGRAPHS = [
  subgraph(
    'a',
    `type Row @key(fields: "id") { id: ID! part(n: Int): Part! count(n: Int): Int }
     type Part @key(fields: "id") { id: ID! size: Int weight: Int }`,
    {
      Row: {
        __resolveReference: by(ROWS, 'id'),
        part: ({ id }, { n }) => ({ id: `${id}-${n ?? 10}` }),
        count: ({ id }, { n }) => Number(id) + Number(n ?? 30),
      },
      Part: {
        __resolveReference: (row) => row,
        size: ({ id }) => String(id).length,
        weight: ({ id }) => String(id).length + 1,
      },
    },
  ),
  subgraph(
    'b',
    `type Query { rows: [Row] box: Box } type Box { row: Row }
     type Row @key(fields: "id") { id: ID! part(n: Int): Part! @external count(n: Int): Int @external
       label: String @requires(fields: "part(n: 1) { size } count(n: 2)") }
     type Part @key(fields: "id") { id: ID! size: Int @external double: Int @requires(fields: "size") }`,
    {
      Query: { rows: () => ROWS, box: () => ({ row: ROWS[1] }) },
      Row: { __resolveReference: (row) => row, label: ({ part, count }) => `${JSON.stringify(part)} ${count}` },
      Part: { __resolveReference: (row) => row, double: ({ size }) => Number(size) * 2 },
    },
  ),
];

it.each([undefined, 'apollo'] as const)('has each value under its own arguments, planner: %s', async (planner) => {
  const both = await startBothExecutors(SUBGRAPHS, planner);
  try {
    for (const ask of [both.uncached, both.ours, both.ours]) {
      expect(await ask('{ rows { label part { id weight double } count } }')).toEqual({
        data: {
          rows: [
            { label: '{"size":3} 3', part: { id: '1-10', weight: 5, double: 8 }, count: 31 },
            { label: '{"size":3} 4', part: { id: '2-10', weight: 5, double: 8 }, count: 32 },
          ],
        },
        errors: [],
        extensions: null,
      });
    }
  } finally {
    await both.stop();
  }
});
