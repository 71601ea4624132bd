// Mutations over several subgraphs: one after the other in the client's order, their entities completed, what they changed shown.

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { by, type Row, subgraph } from '../../unit/execution/subgraph.ts';
import { type ConformanceGraph, startConformanceGraph } from './conformance-graph.ts';

let total = 0;
let products: Row[] = [];
const done: string[] = [];

const LOUD = 'directive @loud on FIELD | QUERY | MUTATION';

const step = (name: string, change: (by: number) => number) => (_: unknown, args: Row) => {
  done.push(`${name} ${args.by}`);
  if (args.by === 13) throw new Error('unlucky');
  total = change(Number(args.by));
  return total;
};

let graph: ConformanceGraph;
beforeAll(async () => {
  graph = await startConformanceGraph(
    {
      subgraphs: [
        subgraph(
          'a',
          `${LOUD} type Query { product(id: ID!): Product } type Product @key(fields: "id") { id: ID! name: String! price: Float! }
           type Mutation { multiply(by: Int!): Int! addProduct(name: String!, price: Float!): Product! rename(id: ID!, name: String!): Product label: String @shareable }`,
          {
            Query: { product: (_, wanted) => by(products, 'id')(wanted) },
            Product: { __resolveReference: (wanted) => by(products, 'id')(wanted) },
            Mutation: {
              multiply: step('multiply', (factor) => total * factor),
              addProduct: (_, { name, price }) => {
                products.push({ id: `p${products.length + 1}`, name, price });
                return products.at(-1);
              },
              rename: (_, { id, name }) => {
                products = products.map((row) => (row.id === id ? { ...row, name } : row));
                return by(products, 'id')({ id });
              },
              label: () => 'shared',
            },
          },
        ),
        subgraph(
          'b',
          `${LOUD} type Product @key(fields: "id") { id: ID! price: Float! @external isExpensive: Boolean! @requires(fields: "price") isAvailable: Boolean! }
           type Mutation { add(by: Int!): Int! remove: Int label: String @shareable }`,
          {
            Product: {
              __resolveReference: (sent) => sent,
              isExpensive: ({ price }) => Number(price) > 100,
              isAvailable: () => true,
            },
            Mutation: {
              add: step('add', (amount) => total + amount),
              remove: () => {
                done.push('remove');
                const before = total;
                total = 0;
                return before;
              },
              label: () => 'shared',
            },
          },
        ),
      ],
    },
    'default',
  );
});
afterAll(() => graph?.stop());
beforeEach(() => {
  graph.purgeAll();
  reset();
});

function reset(): void {
  total = 0;
  products = [{ id: 'p1', name: 'One', price: 9.99 }];
  done.length = 0;
}

it.each([
  'mutation { five: add(by: 5) ten: multiply(by: 2) twelve: add(by: 2) final: remove }',
  'mutation { multiply(by: 3) add(by: 1) again: add(by: 1) tripled: multiply(by: 3) once: add(by: 1) }',
  'mutation { addProduct(name: "new", price: 599.99) { name price isExpensive isAvailable } }',
  'mutation { a: rename(id: "p1", name: "A") { name isExpensive } b: rename(id: "p1", name: "B") { id name } add(by: 1) }',
  'mutation { rename(id: "p9", name: "A") { name isAvailable } label add(by: 2) }',
  'mutation M @loud { addProduct(name: "new", price: 599.99) @loud { name @loud isExpensive @loud } add(by: 1) @loud }',
  'mutation { add(by: 1) bad: multiply(by: 13) more: add(by: 1) }',
  'mutation { ...F x: add(by: 7) ... @include(if: false) { remove } } fragment F on Mutation { add(by: 1) y: multiply(by: 5) }',
])('%s is done as Apollo does it', async (query) => {
  const right = await graph.apollo({ query });
  const order = [...done];
  reset();
  expect(await graph.ours({ query })).toEqual(right);
  expect(done).toEqual(order);
  reset();
  expect(await graph.uncached({ query })).toEqual(right);
  expect(done).toEqual(order);
});

it.each(['id', 'name', '__typename', 'isExpensive'])(
  'a query after a mutation of which %s is asked shows what it changed, however warm it was',
  async (field) => {
    const query = '{ product(id: "p1") { name isExpensive isAvailable } }';
    for (let round = 0; round < 3; round += 1) await graph.ours({ query });
    await graph.ours({ query: `mutation { rename(id: "p1", name: "Renamed") { ${field} } }` });
    expect((await graph.ours({ query })).data).toEqual({
      product: { name: 'Renamed', isExpensive: false, isAvailable: true },
    });
  },
);
