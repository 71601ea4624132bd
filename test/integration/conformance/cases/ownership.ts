// Who resolves a field: overrides, extensions, shared roots and values, what clients may not see, what subgraphs do not share.

import { by, type Row, subgraph } from '../../../unit/execution/subgraph.ts';
import type { Suite } from '../suite.ts';

const POSTS: readonly Row[] = ['i1', 'i2'].map((id) => ({ __typename: 'ImagePost', id, createdAt: `at ${id}` }));
const TEXTS: readonly Row[] = ['t1', 't2'].map((id) => ({
  __typename: 'TextPost',
  id,
  createdAt: `at ${id}`,
  body: `b ${id}`,
}));
const stale = (row: Row): Row => ({ ...row, createdAt: 'NEVER' });
const asked = (queries: readonly string[]): Suite['queries'] => queries.map((query) => ({ query }));

const overriddenInterface: Suite = {
  name: 'a field that is overridden below two interfaces',
  subgraphs: [
    subgraph(
      'a',
      `interface Post { id: ID! createdAt: String! } type ImagePost implements Post @key(fields: "id") { id: ID! createdAt: String! }
       type Query { feed: [Post] }`,
      {
        Query: { feed: () => POSTS.map(stale) },
        ImagePost: { __resolveReference: (wanted) => stale(by(POSTS, 'id')(wanted) ?? {}) },
      },
    ),
    subgraph(
      'b',
      `interface Post { id: ID! createdAt: String! } type TextPost implements Post @key(fields: "id") { id: ID! createdAt: String! body: String! }
       interface AnotherPost { id: ID! createdAt: String! }
       type ImagePost implements AnotherPost @key(fields: "id") { id: ID! createdAt: String! @override(from: "a") }
       type Query { anotherFeed: [AnotherPost] }`,
      {
        Query: { anotherFeed: () => POSTS },
        TextPost: { __resolveReference: by(TEXTS, 'id') },
        ImagePost: { __resolveReference: by(POSTS, 'id') },
      },
    ),
  ],
  queries: [
    { query: '{ feed { id createdAt } }', data: { feed: POSTS.map(({ id, createdAt }) => ({ id, createdAt })) } },
    ...asked([
      '{ feed { ... on ImagePost { createdAt } ... on TextPost { body } } }',
      '{ anotherFeed { createdAt id } }',
      '{ anotherFeed { ... on ImagePost { id createdAt } } feed { createdAt } }',
    ]),
  ],
};

const USERS: readonly Row[] = [
  { id: 'u1', name: 'Ann', nickname: 'A', rating: 1, type: 'REGULAR' },
  { id: 'u2', name: 'Bob', nickname: 'B', rating: 2, type: 'ADMIN' },
];

const ASKS_EXTERNAL =
  "Apollo's planner asks a subgraph for an external field when a field of the same subgraph, itself required elsewhere, requires it";

const overrideRequires: Suite = {
  name: 'a field that is overridden and required, by a subgraph on either side',
  subgraphs: [
    subgraph(
      'a',
      `type Query { userInA: User } type User @key(fields: "id") { id: ID! name: String! @override(from: "b")
         aName: String! @requires(fields: "cName") cName: String! @external }`,
      {
        Query: { userInA: () => USERS[0] },
        User: {
          __resolveReference: ({ id, cName }) => ({ ...by(USERS, 'id')({ id }), cName }),
          aName: ({ cName }) => `a__${cName}`,
        },
      },
    ),
    subgraph('b', 'type Query { userInB: User } type User @key(fields: "id") { id: ID! name: String! }', {
      Query: { userInB: () => ({ id: 'u1', name: 'NEVER' }) },
      User: { __resolveReference: ({ id }) => ({ id, name: 'NEVER' }) },
    }),
    subgraph(
      'c',
      `type Query { userInC: User } type User @key(fields: "id") { id: ID! name: String! @external cName: String! @requires(fields: "name") }`,
      {
        Query: { userInC: () => ({ id: 'u1' }) },
        User: { __resolveReference: ({ id, name }) => ({ id, name }), cName: ({ name }) => `c__${name}` },
      },
    ),
  ],
  queries: [
    {
      query: '{ userInA { id name aName cName } }',
      data: { userInA: { id: 'u1', name: 'Ann', aName: 'a__c__Ann', cName: 'c__Ann' } },
    },
    ...asked(['{ userInB { id name aName cName } }', '{ userInC { cName } }']),
    {
      query: '{ userInC { aName name } userInB { name } }',
      data: { userInC: { aName: 'a__c__Ann', name: 'Ann' }, userInB: { name: 'Ann' } },
      apolloIsWrong: ASKS_EXTERNAL,
      notByApollo: ASKS_EXTERNAL,
    },
  ],
};

const extensions: Suite = {
  name: 'types extended in the manner of federation 1 and of federation 2',
  subgraphs: [
    {
      name: 'first',
      typeDefs: `type Query { randomUser: User userById(id: ID): User }
        extend type User @key(fields: "id") { id: ID! @external name: String! @external nickname: String!
          greeting: String! @requires(fields: "name") }`,
      resolvers: {
        Query: {
          randomUser: () => ({ id: 'u1', nickname: 'A' }),
          userById: (_: unknown, wanted: Row) => by(USERS, 'id')(wanted),
        },
        User: {
          __resolveReference: (sent: Row) => ({ ...by(USERS, 'id')(sent), name: sent.name }),
          greeting: ({ name }: Row) => `Hello ${name}`,
        },
      } as never,
    },
    {
      name: 'second',
      typeDefs: `type Query { providedRandomUser: User @provides(fields: "name") others: [User!]! }
        type User @key(fields: "id") { id: ID! name: String! rating: Int }`,
      resolvers: {
        Query: { providedRandomUser: () => USERS[1], others: () => USERS },
        User: { __resolveReference: by(USERS, 'id') },
      } as never,
    },
    subgraph(
      'third',
      'extend type User @key(fields: "id") { id: ID! @external rank: Int @requires(fields: "rating") rating: Int @external }',
      {
        User: { __resolveReference: (sent) => sent, rank: ({ rating }) => Number(rating) * 10 },
      },
    ),
  ],
  queries: asked([
    '{ randomUser { id name nickname } }',
    '{ userById(id: "u2") { id name nickname rank greeting } }',
    '{ providedRandomUser { id name } }',
    '{ others { nickname greeting rank } }',
    '{ userById(id: "u9") { id name } }',
    '{ userById(id: null) { id name } }',
  ]),
};

const sharedRoot: Suite = {
  name: 'a root field, and values below it, that several subgraphs resolve in part',
  subgraphs: [
    subgraph(
      'category',
      'type Query @shareable { product: Product products: [Product] } type Product @shareable { id: ID! category: Category } type Category { id: ID! name: String! }',
      {
        Query: {
          product: () => ({ id: '1', category: { id: 'c1', name: 'C1' } }),
          products: () => ['1', '2'].map((id) => ({ id, category: { id: `c${id}`, name: `C${id}` } })),
        },
      },
    ),
    subgraph(
      'name',
      'type Query @shareable { product: Product products: [Product] } type Product @shareable { id: ID! name: Name } type Name { id: ID! brand: String! model: String }',
      {
        Query: {
          product: () => ({ id: '1', name: { id: 'n1', brand: 'B1', model: null } }),
          products: () => ['1', '2'].map((id) => ({ id, name: { id: `n${id}`, brand: `B${id}`, model: 'M' } })),
        },
      },
    ),
    subgraph(
      'price',
      'type Query @shareable { product: Product products: [Product] } type Product @shareable { id: ID! price: Price } type Price { id: ID! amount: Int! currency: String }',
      {
        Query: {
          product: () => ({ id: '1', price: { id: 'p1', amount: 1, currency: 'EUR' } }),
          products: () =>
            ['1', '2'].map((id) => ({ id, price: { id: `p${id}`, amount: Number(id), currency: 'EUR' } })),
        },
      },
    ),
  ],
  queries: asked([
    '{ product { id name { id brand model } price { amount currency } category { id name } } }',
    '{ products { id name { brand } price { id amount } category { name } } }',
    '{ products { category { id } } product { price { amount } } }',
    '{ a: product { name { brand } } b: product { category { name } id } }',
  ]),
};

const SPECIAL = USERS.map((row) => ({ ...row, type: 'SPECIAL' }));

const values: Suite = {
  name: 'enums and inputs of which subgraphs share a part, and what is inaccessible',
  subgraphs: [
    subgraph(
      'a',
      `type Query { users: [User!]! usersA(filter: UsersFilter!): [User!]! usersByType(type: UserType): [User!]! secret: String @inaccessible }
       input UsersFilter { offset: Int first: Int! } enum UserType { ADMIN REGULAR }
       type User @key(fields: "id") { id: ID! type: UserType @shareable pin: Int @inaccessible friends(type: FriendType = FAMILY @inaccessible): [User!]! }
       enum FriendType @inaccessible { FAMILY FRIEND }`,
      {
        Query: {
          users: () => USERS,
          usersA: (_, { filter }) => USERS.slice(0, Number((filter as Row).first)),
          usersByType: (_, { type }) => (type === 'ADMIN' ? [] : USERS),
        },
        User: {
          __resolveReference: by(USERS, 'id'),
          friends: (_, { type }) => (type === 'FAMILY' ? USERS.slice(1) : []),
        },
      },
    ),
    subgraph(
      'b',
      `type Query { usersB(filter: UsersFilter!): [User!]! badType: User lists: [[UserType]] } input UsersFilter { first: Int! }
       enum UserType { ADMIN REGULAR SPECIAL @inaccessible } type User @key(fields: "id") { id: ID! type: UserType @shareable rating: Int! }`,
      {
        Query: {
          usersB: (_, { filter }) => SPECIAL.slice(0, Number((filter as Row).first)),
          badType: () => SPECIAL[0],
          lists: () => [['ADMIN', null, 'SPECIAL'], null, ['REGULAR']],
        },
        User: { __resolveReference: by(SPECIAL, 'id') },
      },
    ),
  ],
  queries: [
    ...asked([
      '{ users { id type rating } }',
      '{ usersA(filter: { first: 1 }) { id type } }',
      '{ usersB(filter: { first: 2 }) { id type } }',
      '{ usersB(filter: { first: 1 }) { id rating friends { id type } } }',
      '{ usersByType(type: ADMIN) { id } all: usersByType { id friends { rating } } }',
      '{ badType { id type rating } }',
      '{ badType { a: type } users { type } }',
      '{ lists }',
    ]),
    {
      query: 'query($f: UsersFilter!) { usersA(filter: $f) { rating } b: usersB(filter: $f) { id } }',
      variables: { f: { first: 1 } },
    },
    { query: 'query($t: UserType = REGULAR) { usersByType(type: $t) { type id } }' },
  ],
};

const conditions: Suite = {
  name: 'fields of other subgraphs under conditions',
  subgraphs: [
    subgraph('a', 'type Query { product: Product } type Product @key(fields: "id") { id: ID! price: Int }', {
      Query: { product: () => ({ id: 'p1', price: 699 }) },
      Product: { __resolveReference: ({ id }) => ({ id, price: 699 }) },
    }),
    subgraph(
      'b',
      `type Product @key(fields: "id") { id: ID! price: Int @external isExpensive: Boolean @requires(fields: "price") }`,
      {
        Product: {
          __resolveReference: ({ id, price }) => ({
            id,
            isExpensive: price === undefined ? null : Number(price) > 500,
          }),
        },
      },
    ),
    subgraph(
      'c',
      `type Product @key(fields: "id") { id: ID! isExpensive: Boolean @external include: Boolean @requires(fields: "isExpensive")
         skip: Boolean @requires(fields: "isExpensive") never: Boolean }`,
      {
        Product: {
          __resolveReference: (sent) => sent,
          include: ({ isExpensive }) => isExpensive,
          skip: ({ isExpensive }) => isExpensive,
          never: () => {
            throw new Error('asked for what is skipped');
          },
        },
      },
    ),
  ],
  queries: [true, false].flatMap((bool) =>
    [
      'query($bool: Boolean!) { product { price include: include @include(if: $bool) } }',
      'query($bool: Boolean!) { product { price skip @skip(if: $bool) } }',
      'query($bool: Boolean!) { product { ... on Product @include(if: $bool) { skip isExpensive } id } }',
      'query($bool: Boolean!) { product @skip(if: $bool) { ... @include(if: $bool) { never } include } }',
      'query($bool: Boolean!) { product { ...F @include(if: $bool) ...F @skip(if: $bool) } } fragment F on Product { skip @include(if: $bool) include }',
    ].map((query) => ({ query, variables: { bool } })),
  ),
};

export const OWNERSHIP_SUITES: readonly Suite[] = [
  overriddenInterface,
  overrideRequires,
  extensions,
  sharedRoot,
  values,
  conditions,
];
