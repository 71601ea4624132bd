// A field that stands several times under one response name, with conditions or spellings that differ, is one field.

import { afterAll, beforeAll, it } from 'vitest';
import { type BothExecutors, startBothExecutors } from '../../unit/execution/both-executors.ts';
import { expectSame } from '../../unit/execution/expect-same.ts';
import { by, type Row, subgraph } from '../../unit/execution/subgraph.ts';

const PRODUCTS: readonly Row[] = [{ upc: '1', name: 'One' }];

let both: BothExecutors;

beforeAll(async () => {
  both = await startBothExecutors([
    subgraph(
      'catalog',
      `type Query { product(upc: ID!): Product }
       input Box { x: Int y: Int }
       type Product @key(fields: "upc") { upc: ID! name: String dims(box: Box): Dims }
       type Dims { w: Int h: Int }`,
      {
        Query: { product: (_, args) => by(PRODUCTS, 'upc')(args) },
        Product: { __resolveReference: by(PRODUCTS, 'upc'), dims: () => ({ w: 1, h: 2 }) },
      },
    ),
    subgraph(
      'reviews',
      `type Product @key(fields: "upc") { upc: ID! reviews: [Review] }
       type Review { id: ID! body: String }`,
      { Product: { __resolveReference: (product) => product, reviews: () => [{ id: 'r1', body: 'good' }] } },
    ),
  ]);
});

afterAll(() => both.stop());

it('merges a selection that is conditional with one that is not', () =>
  expectSame(
    both,
    [true, false].flatMap((x) => [
      {
        query: 'query($x: Boolean!) { product(upc: 1) { reviews @include(if: $x) { id } reviews { body } } }',
        variables: { x },
      },
      {
        query:
          'query($x: Boolean!) { product(upc: 1) { dims @include(if: $x) { w } dims @skip(if: $x) { h } dims { h } } }',
        variables: { x },
      },
      {
        query: 'query($x: Boolean!) { product(upc: 1) { dims { h } } product(upc: 1) @include(if: $x) { name } }',
        variables: { x },
      },
    ]),
  ));

it('merges selections under literal conditions', () =>
  expectSame(both, [
    { query: '{ product(upc: 1) { ... on Product @include(if: true) { dims { w } } dims @skip(if: false) { h } } }' },
    { query: '{ product(upc: 1) { dims @include(if: true) { w } dims @skip(if: true) { w } dims { h } } }' },
  ]));

it('merges selections whose arguments differ only in the order of an input object', () =>
  expectSame(both, [{ query: '{ product(upc: 1) { dims(box: {x: 1, y: 2}) { w } dims(box: {y: 2, x: 1}) { h } } }' }]));
