// An entity is asked for by itself only with fragments that its own fields can meet, though they were written for its interface's.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BothExecutors, startBothExecutors } from '../../unit/execution/both-executors.ts';
import { expectSame } from '../../unit/execution/expect-same.ts';
import { by, type Row, subgraph } from '../../unit/execution/subgraph.ts';

const ITEMS: readonly Row[] = [
  { __typename: 'A', id: '1', a: 7, peerId: '3' },
  { __typename: 'B', id: '2', b: 8, peerId: '4' },
  { __typename: 'A', id: '3', a: 9, peerId: '1' },
  { __typename: 'B', id: '4', b: 10, peerId: '2' },
];
const peer = ({ peerId }: Row): unknown => by(ITEMS, 'id')({ id: peerId });

let both: BothExecutors;

beforeAll(async () => {
  both = await startBothExecutors([
    subgraph(
      'items',
      `type Query { items: [Item] one: Int }
       interface Item { id: ID! peer: Item }
       union Any = A | B
       type A implements Item @key(fields: "id") { id: ID! a: Int peer: A any: Any }
       type B implements Item @key(fields: "id") { id: ID! b: Int peer: B any: Any }`,
      {
        Query: { items: () => ITEMS, one: () => 1 },
        A: { __resolveReference: by(ITEMS, 'id'), peer, any: peer },
        B: { __resolveReference: by(ITEMS, 'id'), peer, any: peer },
      },
    ),
  ]);
});
afterAll(() => both.stop());

it('asks again for what was purged of entities below a narrower field', () =>
  expectSame(both, [
    { query: '{ items { peer { ... on A { a } ... on B { b } } } one }' },
    { query: '{ items { peer { peer { id } ... on A { a } ... on B { b } } } }' },
    {
      query:
        '{ items { peer { peer { peer { ... on A { a any { ... on A { a } ... on B { b } } } ... on B { b } } } } } }',
    },
    {
      query:
        '{ items { ... on A { peer { ...P } } ... on B { peer { ...P } } } } fragment P on Item { peer { ... on A { a } ... on B { b } } }',
    },
  ]));

it('reads them without an error when they are all held', async () => {
  const query = '{ items { peer { peer { id } ... on A { a } ... on B { b } } } }';
  const cold = await both.ours(query);
  expect(cold).toEqual(await both.apollo(query));
  expect(await both.ours(query)).toEqual(cold);
});
