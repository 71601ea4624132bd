// The shapes that answers have: circles, lists within lists, nulls that may not be, one name with several types.

import { by, type Row, subgraph } from '../../../unit/execution/subgraph.ts';
import type { Suite } from '../suite.ts';

const asked = (queries: readonly string[]): Suite['queries'] => queries.map((query) => ({ query }));

const mismatch: Suite = {
  name: 'one name that is nullable in one type and not in the other, beside each other in a union',
  subgraphs: [
    subgraph(
      'a',
      'type Query { users: [User!]! @shareable } type User @key(fields: "id") @shareable { id: ID name: String }',
      {
        Query: { users: () => [{ id: 'u1', name: 'Ann' }] },
        User: { __resolveReference: ({ id }) => ({ id, name: 'Ann' }) },
      },
    ),
    subgraph(
      'b',
      `type Query { users: [User!]! @shareable accounts: [Account!]! } union Account = User | Admin
       type User @key(fields: "id") { id: ID! @shareable name: String @shareable similar: [Account!]! }
       type Admin { id: ID name: String! photo: String similar: [Account!]! }`,
      {
        Query: {
          users: () => [{ id: 'u1', name: 'Ann' }],
          accounts: () => [
            { __typename: 'User', id: 'u1', name: 'Ann' },
            { __typename: 'Admin', id: 'a1', name: 'Adm', photo: 'p' },
          ],
        },
        User: {
          __resolveReference: ({ id }) => ({ id, name: 'Ann' }),
          similar: () => [{ __typename: 'Admin', id: 'a1', name: 'Adm', photo: 'p' }],
        },
        Admin: { similar: () => [{ __typename: 'User', id: 'u1', name: 'Ann' }] },
      },
    ),
  ],
  queries: asked([
    '{ users { id name } accounts { ... on User { id name } ... on Admin { aId: id aName: name } } }',
    '{ accounts { ... on User { id name similar { ... on User { id name } ... on Admin { aId: id aName: name } } } ... on Admin { photo } } }',
    '{ accounts { ... on Admin { similar { ... on User { id } ... on Admin { photo } } } } }',
    '{ accounts { __typename ... on User { similar { __typename } } ... on Admin { similar { __typename } } } }',
  ]),
};

const THINGS: readonly Row[] = [
  { __typename: 'Book', id: '1', price: 10, samplePrices: [1, null, 2], next: '2' },
  { __typename: 'Book', id: '2', price: null, samplePrices: null, next: '1' },
  { __typename: 'Book', id: '3', price: 30, samplePrices: [], next: null },
];
const thing = by(THINGS, 'id');

const circles: Suite = {
  name: 'entities that lead back to themselves through an interface',
  subgraphs: [
    subgraph(
      'a',
      'type Query { product: Product } interface Product { samePriceProduct: Product next: Product } type Book implements Product @key(fields: "id") { id: ID! samePriceProduct: Book @provides(fields: "price") next: Product price: Float @external }',
      {
        Query: { product: () => thing({ id: '1' }) },
        Book: {
          __resolveReference: thing,
          samePriceProduct: ({ id }) => thing({ id }),
          next: ({ next }) => (next === null ? null : thing({ id: next })),
        },
      },
    ),
    subgraph('b', 'type Book @key(fields: "id") { id: ID! price: Float @shareable samplePrices: [Int] }', {
      Book: { __resolveReference: thing },
    }),
  ],
  queries: asked([
    '{ product { samePriceProduct { ... on Book { id } } } }',
    '{ product { __typename samePriceProduct { __typename ... on Book { id price } samePriceProduct { ... on Book { price samplePrices } } } } }',
    '{ product { next { next { next { ... on Book { price id } } } } } }',
    '{ product { next { ... on Book { price next { ... on Book { price } } } } ... on Book { price } } }',
  ]),
};

const ROWS: readonly Row[] = ['1', '2', '3'].map((id) => ({ id }));

const nulls: Suite = {
  name: 'nulls and errors in lists of lists, over subgraphs',
  subgraphs: [
    subgraph(
      'grids',
      `type Query { grid: [[Cell]] must: [[Cell!]!] cell(id: ID!): Cell cells: [Cell!]! holder: Holder }
       type Cell @key(fields: "id") { id: ID! neighbours: [[Cell!]] } type Holder { cells: [Cell!] one: Cell! }`,
      {
        Query: {
          grid: () => [[{ id: '1' }, null, { id: '2' }], null, [], [{ id: '3' }]],
          must: () => [[{ id: '1' }], [{ id: '2' }, { id: '1' }]],
          cell: (_, wanted) => by(ROWS, 'id')(wanted),
          cells: () => ROWS,
          holder: () => ({ cells: ROWS, one: { id: '2' } }),
        },
        Cell: { __resolveReference: by(ROWS, 'id'), neighbours: ({ id }) => (id === '2' ? null : [ROWS, null, []]) },
      },
    ),
    subgraph(
      'values',
      `type Cell @key(fields: "id") { id: ID! value: Int must: Int! matrix: [[Int!]] fails: String failsHard: String! mustList: [Int!]! }`,
      {
        Cell: {
          __resolveReference: ({ id }) => (id === '3' ? null : { id }),
          value: ({ id }) => Number(id),
          must: ({ id }) => (id === '2' ? null : 5),
          matrix: ({ id }) => (id === '1' ? [[1, 2], null, []] : [[1, null]]),
          fails: ({ id }) => {
            throw new Error(`fails for ${id}`);
          },
          failsHard: ({ id }) => {
            if (id === '2') throw new Error('fails hard');
            return 'fine';
          },
          mustList: ({ id }) => (id === '1' ? [1, 2] : [1, null]),
        },
      },
    ),
  ],
  queries: asked([
    '{ grid { id value } }',
    '{ must { id value } }',
    '{ must { id must } }',
    '{ grid { must } cell(id: "1") { must } }',
    '{ cells { id value } }',
    '{ cells { must } }',
    '{ holder { cells { must } } }',
    '{ holder { one { must } } cell(id: "2") { id value } }',
    '{ cell(id: "3") { id value must } }',
    '{ cell(id: "2") { matrix } a: cell(id: "1") { matrix neighbours { id value } } }',
    '{ cells { fails } }',
    '{ cell(id: "1") { fails value } }',
    '{ cell(id: "2") { failsHard value } b: cell(id: "1") { failsHard } }',
    '{ cell(id: "1") { neighbours { neighbours { value mustList } } } }',
    '{ cell(id: "9") { id } }',
  ]),
};

const NODES: readonly Row[] = [
  { __typename: 'Product', id: 'p-1', name: 'P1', createdAt: 'now' },
  { __typename: 'Category', id: 'pc-1', name: 'C1' },
];

const nodes: Suite = {
  name: 'one root field that finds entities of every subgraph',
  subgraphs: [
    subgraph(
      'node',
      'type Query { productNode: Node categoryNode: Node node(id: ID!): Node } interface Node { id: ID! } type Product implements Node @key(fields: "id") { id: ID! } type Category implements Node @key(fields: "id") { id: ID! }',
      {
        Query: {
          productNode: () => ({ __typename: 'Product', id: 'p-1' }),
          categoryNode: () => ({ __typename: 'Category', id: 'pc-1' }),
          node: (_, { id }) => ({ __typename: String(id).startsWith('pc') ? 'Category' : 'Product', id }),
        },
      },
    ),
    subgraph(
      'types',
      'type Product @key(fields: "id") { id: ID! name: String! price: Float! } type Category @key(fields: "id") { id: ID! name: String! products: [Product!] }',
      {
        Product: {
          __resolveReference: ({ id }) => by(NODES, 'id')({ id }) && { ...by(NODES, 'id')({ id }), price: 10.5 },
        },
        Category: { __resolveReference: by(NODES, 'id'), products: () => [{ ...NODES[0], price: 10.5 }] },
      },
    ),
  ],
  queries: asked([
    '{ productNode { ... on Product { id name __typename price } } categoryNode { ... on Category { id name } } }',
    '{ node(id: "p-1") { id ... on Product { name } ... on Category { name } } }',
    '{ node(id: "pc-1") { ... on Category { products { price id } } ... on Product { price } } }',
    '{ node(id: "p-9") { ... on Product { id name } } }',
    '{ node(id: "p-9") { ... on Product { id } } node2: node(id: "pc-9") { ... on Category { products { id } } } }',
  ]),
};

export const SHAPE_SUITES: readonly Suite[] = [mismatch, circles, nulls, nodes];
