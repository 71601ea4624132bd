// How entities are found: one key, several, nested, unresolvable ones, keys reached over other subgraphs, keys that are null.

import { by, type Row, subgraph } from '../../../unit/execution/subgraph.ts';
import type { Suite } from '../suite.ts';

const itself = (row: Row): Row => row;

const PEOPLE: readonly Row[] = [
  { id: 'u1', email: 'ann@x', nick: 'ann', first: 'Ann' },
  { id: 'u2', email: 'bob@x', nick: 'bob', first: 'Bob' },
];

const simple: Suite = {
  name: 'an entity found by another key than it was given with',
  subgraphs: [
    subgraph(
      'mail',
      'type Query { user: User users: [User] } type User @key(fields: "id") { id: ID! email: String! @shareable }',
      {
        Query: { user: () => PEOPLE[0], users: () => PEOPLE },
        User: { __resolveReference: by(PEOPLE, 'id') },
      },
    ),
    subgraph('names', 'type User @key(fields: "email") { email: String! nick: String! }', {
      User: { __resolveReference: by(PEOPLE, 'email') },
    }),
  ],
  queries: [
    { query: '{ user { id nick } }', data: { user: { id: 'u1', nick: 'ann' } } },
    { query: '{ users { nick email } user { nick id } }' },
    { query: '{ users { nick } }' },
  ],
};

/** The last exists where it is listed alone: the subgraph on the way to its author does not know it. */
const BOOKS: readonly Row[] = [
  { id: '1', upc: 'b1', author: { id: 'a1', name: 'Alice' } },
  { id: '2', upc: 'b2', author: { id: 'a2', name: 'Bob' } },
  { id: '3', upc: 'b3', author: { id: 'a3', name: 'Carl' } },
];

const nullKeys: Suite = {
  name: 'an entity that is not found on the way to another subgraph',
  subgraphs: [
    subgraph(
      'shelf',
      'type Query { boxes: [Box] box(upc: ID!): Box } type Box { book: Book } type Book @key(fields: "upc") { upc: ID! }',
      {
        Query: {
          boxes: () => BOOKS.map(({ upc }) => ({ book: { upc } })),
          box: (_, { upc }) => ({ book: { upc } }),
        },
        Book: { __resolveReference: by(BOOKS, 'upc') },
      },
    ),
    subgraph('register', 'type Book @key(fields: "id") @key(fields: "upc") { id: ID! upc: ID! }', {
      Book: { __resolveReference: (wanted) => by(BOOKS.slice(0, 2), 'id', 'upc')(wanted) },
    }),
    subgraph(
      'authors',
      'type Book @key(fields: "id") { id: ID! author: Author } type Author { id: ID! name: String }',
      {
        Book: { __resolveReference: by(BOOKS, 'id') },
      },
    ),
  ],
  queries: [
    {
      query: '{ boxes { book { upc author { name } } } }',
      data: {
        boxes: [
          { book: { upc: 'b1', author: { name: 'Alice' } } },
          { book: { upc: 'b2', author: { name: 'Bob' } } },
          { book: { upc: 'b3', author: null } },
        ],
      },
    },
    { query: '{ box(upc: "b3") { book { author { name } } } }' },
    { query: '{ box(upc: "b2") { book { id author { id } } } }' },
    { query: '{ box(upc: "b9") { book { upc id author { name } } } }' },
  ],
};

const PARTS = [
  { id: '1', pId: 'p1', composite: { one: '1', two: '2', three: '3' }, name: 'first' },
  { id: '2', pId: 'p2', composite: { one: '4', two: '5', three: '6' }, name: 'second' },
];
const wholeKeys = (resolvable: readonly string[]): string =>
  ['id', 'pId', 'composite { one two }', 'id composite { two three }']
    .map((fields) => `@key(fields: "${fields}", resolvable: ${resolvable.includes(fields)})`)
    .join(' ');

const mashup: Suite = {
  name: 'many keys, of which each subgraph resolves one',
  subgraphs: [
    subgraph(
      'a',
      `type A ${wholeKeys(['id'])} { id: ID! pId: ID! composite: Composite! name: String! } type Composite @shareable { one: ID! two: ID! three: ID! }`,
      { A: { __resolveReference: by(PARTS, 'id') } },
    ),
    subgraph(
      'b',
      `type Query { b: B } type B @key(fields: "id") { id: ID! a: [A!]! }
       type A ${wholeKeys(['id composite { two three }'])} {
         id: ID! pId: ID! composite: Composite! name: String! @external nameInB: String! @requires(fields: "name") }
       type Composite @shareable { one: ID! two: ID! three: ID! }`,
      {
        Query: { b: () => ({ id: '100' }) },
        B: {
          __resolveReference: itself,
          a: () => PARTS.map(({ name: _, ...part }) => part),
        },
        A: {
          __resolveReference: (wanted) => {
            const { name: _, ...known } = by(PARTS, 'id')(wanted) ?? {};
            return { ...known, name: wanted.name };
          },
          nameInB: ({ name }) => (name === undefined ? new Error('name was not sent') : `b ${name}`),
        },
      },
    ),
  ],
  queries: [
    {
      notByApollo: "Apollo's planner leaves the composite key out of the representations",
      query: '{ b { id a { id name nameInB } } }',
      data: {
        b: {
          id: '100',
          a: [
            { id: '1', name: 'first', nameInB: 'b first' },
            { id: '2', name: 'second', nameInB: 'b second' },
          ],
        },
      },
    },
    {
      notByApollo: "Apollo's planner leaves the composite key out of the representations",
      query: '{ b { a { nameInB } } }',
    },
    { query: '{ b { a { composite { one two } pId name } } }' },
  ],
};

const ACCOUNTS: readonly Row[] = [
  { __typename: 'Account', id: 'a1', username: 'ann', chatIds: ['c1', 'c2'] },
  { __typename: 'Account', id: 'a2', username: 'bob', chatIds: ['c3'] },
];
const CHATS: readonly Row[] = [
  { __typename: 'Chat', id: 'c1', accountId: 'a1', text: 'one' },
  { __typename: 'Chat', id: 'c2', accountId: 'a1', text: 'two' },
  { __typename: 'Chat', id: 'c3', accountId: 'a2', text: 'three' },
];
const account = by(ACCOUNTS, 'id');
const chat = by(CHATS, 'id');

const externalKeys: Suite = {
  name: 'a key that a subgraph says it cannot tell, and tells wrongly',
  subgraphs: [
    subgraph(
      'a',
      `type Query { node(id: ID!): Node @shareable account(id: ID!): Account } interface Node { id: ID! }
       type Account implements Node @key(fields: "id") { id: ID! username: String! }
       type Chat implements Node @key(fields: "id") { id: ID! @external account: Account! }`,
      {
        Query: {
          node: (_, wanted) => account(wanted) ?? (chat(wanted) && { ...chat(wanted), id: 'never' }),
          account: (_, wanted) => account(wanted),
        },
        Account: { __resolveReference: account },
        Chat: { __resolveReference: chat, account: ({ accountId }) => account({ id: accountId }) },
      },
    ),
    subgraph(
      'b',
      `type Query { node(id: ID!): Node @shareable chat(id: ID!): Chat chats: [Chat!]! } interface Node { id: ID! }
       type Account implements Node @key(fields: "id") { id: ID! @external chats: [Chat!]! }
       type Chat implements Node @key(fields: "id") { id: ID! text: String! }`,
      {
        Query: {
          node: (_, wanted) => chat(wanted) ?? (account(wanted) && { ...account(wanted), id: 'never' }),
          chat: (_, wanted) => chat(wanted),
          chats: () => CHATS,
        },
        Account: {
          __resolveReference: account,
          chats: ({ chatIds }) => CHATS.filter(({ id }) => (chatIds as unknown[]).includes(id)),
        },
        Chat: { __resolveReference: chat },
      },
    ),
  ],
  queries: [
    { query: '{ account: node(id: "a1") { __typename } chat: node(id: "c1") { __typename } }' },
    {
      query:
        '{ account: node(id: "a1") { ... on Account { id username } } chat: node(id: "c1") { ... on Chat { id text } } }',
      data: { account: { id: 'a1', username: 'ann' }, chat: { id: 'c1', text: 'one' } },
    },
    { query: '{ account: node(id: "a1") { ... on Chat { id } } chat: node(id: "c1") { ... on Account { id } } }' },
    {
      query:
        '{ one: node(id: "a1") { ... on Account { chats { text } } } two: node(id: "a2") { ... on Account { chats { text } } } }',
      data: { one: { chats: [{ text: 'one' }, { text: 'two' }] }, two: { chats: [{ text: 'three' }] } },
    },
    {
      query:
        '{ one: node(id: "c1") { ... on Chat { account { username } } } two: node(id: "c3") { ... on Chat { account { username } } } }',
      data: { one: { account: { username: 'ann' } }, two: { account: { username: 'bob' } } },
    },
    {
      query: '{ node(id: "a2") { ... on Account { chats { text } } } }',
      data: { node: { chats: [{ text: 'three' }] } },
    },
    { query: '{ chat(id: "c1") { id text account { id } } }' },
    { query: '{ account(id: "a1") { id username chats { id account { username } } } }' },
    { query: '{ chats { id account { id chats { id } } } }' },
  ],
};

const PRODUCTS: readonly Row[] = [
  { id: '1', pid: 'p1', categoryId: 'c1', price: 100 },
  { id: '2', pid: 'p2', categoryId: 'c2', price: 200 },
];
const CATEGORIES: readonly Row[] = [
  { id: 'c1', tag: 't1', mainId: '1' },
  { id: 'c2', tag: 't2', mainId: '2' },
];

const complex: Suite = {
  name: 'lists of entities as values, whose keys are made of other entities',
  subgraphs: [
    subgraph('link', 'type Product @key(fields: "id") @key(fields: "id pid") { id: String! pid: String! }', {
      Product: { __resolveReference: by(PRODUCTS, 'id') },
    }),
    subgraph(
      'list',
      `type ProductList @key(fields: "products { id pid }") { products: [Product!]! first: Product @shareable selected: Product @shareable }
       type Product @key(fields: "id pid") { id: String! pid: String }`,
      {
        ProductList: {
          __resolveReference: itself,
          first: ({ products }) => (products as Row[])[0],
          selected: ({ products }) => (products as Row[])[1],
        },
        Product: { __resolveReference: itself },
      },
    ),
    subgraph(
      'price',
      `type ProductList @key(fields: "products { id pid category { id tag } } selected { id }") {
         products: [Product!]! first: Product @shareable selected: Product @external }
       type Product @key(fields: "id pid category { id tag }") { id: String! pid: String category: Category @shareable price: Price }
       type Category @key(fields: "id tag") { id: String! tag: String } type Price { price: Float! }`,
      {
        ProductList: { __resolveReference: itself, first: ({ products }) => (products as Row[])[0] },
        Product: {
          __resolveReference: itself,
          price: (product) => ({ price: by(PRODUCTS, 'id')(product)?.price }),
        },
        Category: { __resolveReference: itself },
      },
    ),
    subgraph(
      'products',
      `type Query { topProducts: ProductList! } type ProductList @key(fields: "products { id }") { products: [Product!]! }
       type Product @key(fields: "id") { id: String! category: Category @shareable }
       type Category @key(fields: "id") { mainProduct: Product! id: String! tag: String @shareable }`,
      {
        Query: { topProducts: () => ({ products: PRODUCTS }) },
        ProductList: { __resolveReference: itself },
        Product: {
          __resolveReference: by(PRODUCTS, 'id'),
          category: ({ categoryId }) => by(CATEGORIES, 'id')({ id: categoryId }),
        },
        Category: {
          __resolveReference: by(CATEGORIES, 'id'),
          mainProduct: ({ mainId }) => by(PRODUCTS, 'id')({ id: mainId }),
        },
      },
    ),
  ],
  queries: [
    {
      query:
        '{ topProducts { products { id pid price { price } category { mainProduct { id } id tag } } selected { id } first { id } } }',
    },
    { query: '{ topProducts { products { price { price } } } }' },
    { query: '{ topProducts { selected { id pid } first { category { tag } } } }' },
    { query: '{ topProducts { products { id pid } first { id } } }' },
  ],
};

const DETAILS = (id: unknown): Row => ({ details: `Details of ${id}` });

const parentCall: Suite = {
  name: 'a value type whose fields are spread over subgraphs, to be fetched through its parent',
  subgraphs: [
    subgraph(
      'a',
      'type Product @key(fields: "id") { id: ID @external category: Category @shareable } type Category { details: String }',
      { Product: { __resolveReference: ({ id }) => ({ id, category: DETAILS(id) }) } },
    ),
    subgraph(
      'b',
      'type Product @key(fields: "id") { id: ID @external category: Category @shareable } type Category { id: ID @shareable }',
      { Product: { __resolveReference: ({ id }) => ({ id, category: { id: '3' } }) } },
    ),
    subgraph('c', 'type Category @key(fields: "id") { id: ID name: String }', {
      Category: { __resolveReference: ({ id }) => ({ id, name: `Category ${id}` }) },
    }),
    subgraph('d', 'type Query { fromD(id: ID!): Product } type Product @key(fields: "id") { id: ID name: String }', {
      Query: { fromD: (_, { id }) => ({ id, name: `Product ${id}` }) },
    }),
  ],
  queries: [
    {
      query: '{ fromD(id: "1") { id name category { id name details } } }',
      data: {
        fromD: { id: '1', name: 'Product 1', category: { id: '3', name: 'Category 3', details: 'Details of 1' } },
      },
    },
    { query: '{ fromD(id: "2") { category { details } } }' },
    { query: '{ fromD(id: "2") { category { name } } a: fromD(id: "1") { category { details id } } }' },
  ],
};

export const KEY_SUITES: readonly Suite[] = [simple, nullKeys, mashup, externalKeys, complex, parentCall];
