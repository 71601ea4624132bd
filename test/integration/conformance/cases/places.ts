// Entities with fields whose values depend on the field that leads there, declared `inline`: the rest of the entity is one wherever it stands.

import { type Row, subgraph } from '../../../unit/execution/subgraph.ts';
import type { Suite } from '../suite.ts';

const storeOf = (id: string) => ({ id, name: `Store ${id}`, address: { street: `Street ${id}` } });

/** As it is `metres` away. */
const storeAt = (id: string, metres: number): Row => ({
  ...storeOf(id),
  distance: metres,
  address: { ...storeOf(id).address, steps: metres * 2 },
  neighbour: { ...storeOf(id === '1' ? '2' : '1'), distance: metres + 1 },
});

const SUBGRAPHS = [
  subgraph(
    'stores',
    `type Query { near: [Store!]! far: [Store!]! nearest(at: Int!): Place owner: Owner }
     interface Place { id: ID! distance: Int }
     type Store implements Place @key(fields: "id") {
       id: ID! name: String distance: Int rank(by: String!): Int address: Address neighbour: Store }
     type Depot implements Place @key(fields: "id") { id: ID! distance: Int }
     type Address { street: String steps: Int }
     type Owner @key(fields: "id") { id: ID! name: String favourite: Store stores: [Store!]! }`,
    {
      Query: {
        near: () => [storeAt('1', 1), storeAt('2', 2)],
        far: () => [storeAt('2', 98), storeAt('1', 99)],
        nearest: (_, { at }) => ({ __typename: 'Store', ...storeAt('1', Number(at)) }),
        owner: () => ({ id: 'o', name: 'Ada' }),
      },
      Owner: {
        __resolveReference: ({ id }) => ({ id, name: 'Ada' }),
        favourite: () => storeAt('1', 50),
        stores: () => [storeAt('1', 60), storeAt('2', 61)],
      },
      Store: {
        __resolveReference: ({ id }) => storeOf(String(id)),
        rank: ({ distance }, { by: word }) => Number(distance ?? 0) + String(word).length,
      },
    },
  ),
  subgraph(
    'items',
    `type Query { items: [Item!]! }
     type Item { label: String store: Store }
     type Store @key(fields: "id") { id: ID! stock: Int }`,
    {
      Query: {
        items: () => [
          { label: 'a', store: { id: '1' } },
          { label: 'b', store: { id: '2' } },
        ],
      },
      Store: { __resolveReference: ({ id }) => ({ id, stock: Number(id) * 10 }), stock: ({ id }) => Number(id) * 10 },
    },
  ),
];

export const PLACE_SUITES: readonly Suite[] = [
  {
    name: 'fields that depend on their place',
    inline: ['Place.distance', 'Store.rank', 'Address.steps', 'Store.neighbour'],
    subgraphs: SUBGRAPHS,
    queries: [
      '{ near { id distance } }',
      '{ far { id distance } }',
      '{ near { id name } }',
      '{ far { name } }',
      '{ near { distance } far { distance } }',
      '{ near { id distance stock } far { id stock } }',
      '{ near { rank(by: "x") } far { rank(by: "xy") } }',
      '{ near { name address { street } } }',
      '{ near { address { steps } } far { address { steps street } } }',
      '{ near { neighbour { id distance } } far { neighbour { id distance name } } }',
      '{ nearest(at: 5) { id distance } }',
      '{ nearest(at: 7) { distance ... on Store { name } } }',
      '{ owner { name favourite { distance name } } }',
      '{ owner { favourite { name } stores { id } } }',
      '{ owner { stores { distance stock } } }',
      '{ items { label store { stock distance } } }',
      '{ items { store { name address { street steps } rank(by: "abc") } } }',
      '{ x: near { id distance } y: near { name } }',
    ].map((query) => ({ query })),
  },
];
