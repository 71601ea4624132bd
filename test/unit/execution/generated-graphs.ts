// Two supergraphs in which subgraphs fail, do not find entities and have null keys; generated operations are asked of them.

import type { LocalSubgraph } from '../../support/local-graph.ts';
import { by, type Row, subgraph } from './subgraph.ts';

const throws = (message: string): never => {
  throw new Error(message);
};
const first = (rows: readonly Row[], { first: count }: Row): readonly Row[] =>
  typeof count === 'number' ? rows.slice(0, Math.max(0, count)) : rows;

/** Two keys, one of them nested; @requires with errors and nulls; @provides; entities that one subgraph does not find. */
function shop(): readonly LocalSubgraph[] {
  const products: readonly Row[] = [
    { id: '1', sku: 's1', maker: { code: 'm1', land: 'DE' }, price: 10, weight: 2, brandId: 'b1' },
    { id: '2', sku: 's2', maker: { code: 'm1', land: null }, price: null, weight: 3, brandId: 'b2' },
    { id: '3', sku: 's1', maker: { code: 'm2', land: 'FR' }, price: 30, weight: null, brandId: null },
    { id: '4', sku: 's4', maker: { code: 'm2', land: 'FR' }, price: 40, weight: 5, brandId: 'b1' },
    { id: '5', sku: 's5', maker: { code: 'm3', land: 'IT' }, price: 50, weight: 6, brandId: 'b3' },
  ].map((row) => ({ ...row, __typename: 'Product' }));
  const brands: readonly Row[] = ['b1', 'b2'].map((id) => ({ __typename: 'Brand', id, name: `Brand ${id}` }));
  const reviews: readonly Row[] = [
    { id: 'r1', sku: 's1', code: 'm1', text: 'good', userId: 'u1' },
    { id: 'r2', sku: 's1', code: 'm1', text: null, userId: 'u2' },
    { id: 'r3', sku: 's1', code: 'm2', text: 'bad', userId: 'u3' },
    { id: 'r4', sku: 's4', code: 'm2', text: 'odd', userId: 'u9' },
  ];
  const users: readonly Row[] = [
    { id: 'u1', email: 'a@x', name: 'Ann', friendId: 'u2' },
    { id: 'u2', email: 'b@x', name: 'Bob', friendId: 'u1' },
    { id: 'u3', email: 'c@x', name: null, friendId: null },
  ];
  const brandOf = (id: unknown): Row | null =>
    id === 'b3' ? throws('no such brand') : (brands.find((brand) => brand.id === id) ?? null);
  return [
    subgraph(
      'products',
      `type Query { products(first: Int): [Product!]! product(id: ID!): Product node(id: ID!): Node things: [Thing] brand(id: ID!): Brand }
       interface Node { id: ID! }
       union Thing = Product | Brand
       type Product implements Node @key(fields: "id") @key(fields: "sku maker { code }") {
         id: ID! sku: String! maker: Maker! name(lang: String = "en"): String price: Int weight: Int! brand: Brand
       }
       type Maker @shareable { code: String! land: String }
       type Brand implements Node @key(fields: "id") { id: ID! name: String products(first: Int): [Product!] sibling: Brand! }`,
      {
        Query: {
          products: (_, args) => first(products, args),
          product: (_, args) => by(products, 'id')(args),
          node: (_, args) => by(products, 'id')(args) ?? by(brands, 'id')(args),
          things: () => [products[0], brands[0], null, products[4], brands[1]],
          brand: (_, args) => by(brands, 'id')(args),
        },
        Product: {
          __resolveReference: (wanted) =>
            wanted.id === undefined
              ? (products.find(
                  (row) =>
                    row.sku === wanted.sku &&
                    JSON.stringify(row.maker).includes(JSON.stringify(wanted.maker).slice(1, -1)),
                ) ?? null)
              : by(products, 'id')(wanted),
          name: (product, { lang }) => `${lang}-${product.sku}`,
          brand: (product) => brandOf(product.brandId),
        },
        Brand: {
          __resolveReference: by(brands, 'id'),
          products: (brand, args) =>
            first(
              products.filter((row) => row.brandId === brand.id),
              args,
            ),
          sibling: (brand) => brands.find((row) => String(row.id) > String(brand.id)) ?? null,
        },
      },
    ),
    subgraph(
      'inventory',
      `type Query { warehouses: [Warehouse!] warehouse(id: ID!): Warehouse }
       type Product @key(fields: "id") {
         id: ID! price: Int @external weight: Int! @external maker: Maker! @external
         shipping(express: Boolean = false): Int @requires(fields: "price weight") label: String @requires(fields: "maker { land }")
         stock: Stock inStock: Boolean!
       }
       type Maker @shareable { land: String }
       type Stock { count: Int warehouse: Warehouse places: [Warehouse] }
       type Warehouse @key(fields: "id") { id: ID! city: String products(first: Int): [Product] }`,
      {
        Query: {
          warehouses: () => [
            { id: 'w1', city: 'Bonn' },
            { id: 'w2', city: null },
          ],
          warehouse: (_, { id }) => (id === 'w1' ? { id: 'w1', city: 'Bonn' } : null),
        },
        Product: {
          __resolveReference: (wanted) => (wanted.id === '5' ? null : wanted),
          shipping: ({ price, weight }, { express }) =>
            price === null || price === undefined ? null : Number(price) * Number(weight) * (express === true ? 2 : 1),
          label: ({ maker }) => JSON.stringify(maker),
          stock: ({ id }) =>
            id === '4'
              ? throws('stock is being counted')
              : id === '2'
                ? null
                : {
                    count: Number(id),
                    warehouse: { id: 'w1', city: 'Bonn' },
                    places: [{ id: 'w2', city: null }, null],
                  },
          inStock: ({ id }) => (id === '3' ? null : true),
        },
        Warehouse: {
          __resolveReference: ({ id }) => ({ id, city: id === 'w1' ? 'Bonn' : null }),
          products: (_, args) => first([{ id: '1' }, { id: '4' }, { id: '3' }], args),
        },
      },
    ),
    subgraph(
      'reviews',
      `type Query { reviews(first: Int): [Review] review(id: ID!): Review }
       type Product @key(fields: "sku maker { code }") { sku: String! maker: Maker! reviews(first: Int = 2): [Review!] topReview: Review score: Int }
       type Maker @shareable { code: String! }
       type Review @key(fields: "id") { id: ID! text: String author: User @provides(fields: "name") writer: User product: Product }
       type User @key(fields: "id") { id: ID! name: String @external reviews: [Review] }`,
      {
        Query: { reviews: (_, args) => first(reviews, args), review: (_, args) => by(reviews, 'id')(args) },
        Product: {
          __resolveReference: (wanted) => wanted,
          reviews: ({ sku, maker }, args) =>
            first(
              reviews.filter((row) => row.sku === sku && JSON.stringify(maker).includes(String(row.code))),
              args,
            ),
          topReview: ({ sku, maker }) =>
            reviews.find((row) => row.sku === sku && JSON.stringify(maker).includes(String(row.code))) ?? null,
          score: ({ sku }) => (sku === 's2' ? throws('no score') : 5),
        },
        Review: {
          __resolveReference: by(reviews, 'id'),
          author: ({ userId }) => ({ id: userId, name: users.find((row) => row.id === userId)?.name ?? null }),
          writer: ({ userId }) => ({ id: userId }),
          product: ({ sku, code }) => ({ sku, maker: { code } }),
        },
        User: { __resolveReference: (user) => user, reviews: ({ id }) => reviews.filter((row) => row.userId === id) },
      },
    ),
    subgraph(
      'accounts',
      `type Query { me: User users: [User] }
       type User @key(fields: "id") @key(fields: "email") { id: ID! email: String name: String @shareable friend: User initials(count: Int): String! }`,
      {
        Query: { me: () => users[0], users: () => [users[0], null, users[2]] },
        User: {
          __resolveReference: by(users, 'id', 'email'),
          friend: ({ friendId }) => by(users, 'id')({ id: friendId }),
          initials: ({ name }, { count }) =>
            name === null || name === undefined ? null : String(name).slice(0, Number(count ?? 1)),
        },
      },
    ),
  ];
}

/** Keys that lead from subgraph to subgraph, null keys, shared root and value fields, overridden fields, chains of @requires. */
function keys(): readonly LocalSubgraph[] {
  const rows: readonly Row[] = [
    { id: '1', code: 'c1', x: { y: 1, z: 'p' }, size: 3 },
    { id: '2', code: null, x: { y: 2, z: 'q' }, size: null },
    { id: '3', code: 'c3', x: null, size: 5 },
  ];
  const parts: readonly Row[] = [
    { pid: 'p1', unit: 'kg' },
    { pid: 'p2', unit: null },
  ];
  return [
    subgraph(
      'a',
      `type Query { as: [A] a(id: ID!): A shared: Shared @shareable deep: [[A]] }
       type A @key(fields: "id") @key(fields: "code") { id: ID! code: String size: Int old: String parts(order: Order, filter: Filter): [Part] twin: A }
       enum Order { UP DOWN }
       input Filter { units: [String!] not: Filter }
       type Part @key(fields: "pid") { pid: ID! of: A }
       type Shared @shareable { one: Int two: Two }
       type Two @shareable { left: Int }`,
      {
        Query: {
          as: () => rows,
          a: (_, args) => by(rows, 'id')(args),
          shared: () => ({ one: 1, two: { left: 2 } }),
          deep: () => [[rows[0], null], null, [rows[2]]],
        },
        A: {
          __resolveReference: by(rows, 'id', 'code'),
          old: ({ id }) => `old${id}`,
          parts: (_, { order, filter }) =>
            filter !== null && typeof filter === 'object' && 'not' in filter && filter.not
              ? [parts[1]]
              : order === 'DOWN'
                ? [...parts].reverse()
                : parts,
          twin: ({ id }) => (id === '1' ? rows[1] : null),
        },
        Part: { __resolveReference: by(parts, 'pid'), of: () => rows[0] },
      },
    ),
    subgraph(
      'b',
      `type Query { bs: [A!] shared: Shared @shareable }
       type A @key(fields: "id") @key(fields: "code") { id: ID! code: String old: String @override(from: "a") size: Int @external double: Int @requires(fields: "size") group: Group }
       type Group { name: String members: [A] lead: A }
       type Shared @shareable { one: Int two: Two }
       type Two @shareable { left: Int right: Int }`,
      {
        Query: { bs: () => rows.slice(0, 2), shared: () => ({ one: 1, two: { left: 2, right: 3 } }) },
        A: {
          __resolveReference: by(rows, 'id', 'code'),
          old: ({ id }) => `new${id}`,
          double: ({ size }) => (typeof size === 'number' ? size * 2 : null),
          group: ({ id }) => (id === '3' ? null : { name: 'g', members: [rows[0], null, rows[2]], lead: rows[1] }),
        },
      },
    ),
    subgraph(
      'c',
      `type Query { cs: [A] }
       type A @key(fields: "code") @key(fields: "x { y z }") { code: String x: X double: Int @external sum: Int @requires(fields: "double") mark: String!  pick(in: [Int]): Any }
       type X @shareable { y: Int z: String }
       scalar Any`,
      {
        Query: { cs: () => [rows[0], rows[1], rows[2]] },
        A: {
          __resolveReference: (wanted) => ({
            ...(wanted.code === undefined
              ? rows.find(
                  (row) =>
                    row.x !== null &&
                    typeof wanted.x === 'object' &&
                    JSON.stringify(row.x) === JSON.stringify({ y: 0, ...wanted.x }),
                )
              : by(rows, 'code')(wanted)),
            ...wanted,
          }),
          sum: ({ double }) => (typeof double === 'number' ? double + 1 : null),
          mark: ({ code }) => `mark ${code}`,
          pick: (_, { in: numbers }) => ({ numbers: numbers ?? null, deep: { list: [1, null, 'x'] } }),
        },
      },
    ),
    subgraph(
      'd',
      `type Query { ds: [A] }
       type A @key(fields: "x { y z }") { x: X colour: Colour part: Part bag: [Item!] }
       type X @shareable { y: Int z: String }
       enum Colour { RED BLUE }
       union Item = Part | Tag
       type Tag { name: String! }
       type Part @key(fields: "pid") { pid: ID! unit: String unitOnly: Boolean! }`,
      {
        Query: { ds: () => rows },
        A: {
          __resolveReference: (wanted) => wanted,
          colour: ({ x }) => (JSON.stringify(x).includes('p') ? 'RED' : null),
          part: () => parts[0],
          bag: () => [
            { __typename: 'Part', ...parts[1] },
            { __typename: 'Tag', name: 'tag' },
          ],
        },
        Part: {
          __resolveReference: by(parts, 'pid'),
          unitOnly: ({ pid }) => (pid === 'p2' ? throws('no unit') : true),
        },
      },
    ),
  ];
}

export const GRAPHS: Readonly<Record<string, () => readonly LocalSubgraph[]>> = { shop, keys };
