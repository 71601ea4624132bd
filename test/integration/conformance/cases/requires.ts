// Fields computed from fields of other subgraphs: chains, fragments, arguments, interfaces, circles.

import { by, type Row, subgraph } from '../../../unit/execution/subgraph.ts';
import type { Suite } from '../suite.ts';

/** What a reference resolver knows of a row beside what the representation brought. */
const known =
  (rows: readonly Row[], ...own: readonly string[]): ((sent: Row) => Row | null) =>
  (sent) => {
    const row = by(rows, 'id', 'upc')(sent);
    return row && { ...Object.fromEntries(own.map((name) => [name, row[name]])), ...sent };
  };
const must = (value: unknown, name: string): unknown => {
  if (value === undefined) throw new Error(`${name} was not sent`);
  return value;
};

const PRODUCTS: readonly Row[] = [
  { id: 'p1', price: 699.99, hasDiscount: true },
  { id: 'p2', price: 12.5, hasDiscount: false },
];

const chain: Suite = {
  name: 'a required field that requires a field itself, of the same and of another subgraph',
  subgraphs: [
    subgraph('a', 'type Query { product: Product products: [Product] } type Product @key(fields: "id") { id: ID! }', {
      Query: { product: () => ({ id: 'p1' }), products: () => [{ id: 'p2' }, { id: 'p1' }, null] },
      Product: { __resolveReference: known(PRODUCTS, 'id') },
    }),
    subgraph('b', 'type Product @key(fields: "id") { id: ID! price: Float! hasDiscount: Boolean! }', {
      Product: { __resolveReference: by(PRODUCTS, 'id') },
    }),
    subgraph(
      'c',
      `type Product @key(fields: "id") { id: ID! price: Float! @external hasDiscount: Boolean! @external
         isExpensive: Boolean! @requires(fields: "price") isExpensiveWithDiscount: Boolean! @requires(fields: "hasDiscount") }`,
      {
        Product: {
          __resolveReference: known(PRODUCTS, 'id'),
          isExpensive: ({ price }) => Number(must(price, 'price')) > 500,
          isExpensiveWithDiscount: ({ hasDiscount }) => must(hasDiscount, 'hasDiscount') !== true,
        },
      },
    ),
    subgraph(
      'd',
      `type Product @key(fields: "id") { id: ID! isExpensive: Boolean! @external isExpensiveWithDiscount: Boolean! @external
         canAfford: Boolean! @requires(fields: "isExpensive")
         canAffordWithDiscount: Boolean! @requires(fields: "isExpensiveWithDiscount") }`,
      {
        Product: {
          __resolveReference: known(PRODUCTS, 'id'),
          canAfford: ({ isExpensive }) => must(isExpensive, 'isExpensive') !== true,
          canAffordWithDiscount: ({ isExpensiveWithDiscount }) => must(isExpensiveWithDiscount, 'that') !== true,
        },
      },
    ),
  ],
  queries: [
    { query: '{ product { canAffordWithDiscount } }', data: { product: { canAffordWithDiscount: true } } },
    { query: '{ product { canAfford canAffordWithDiscount } }' },
    { query: '{ product { isExpensive canAfford price } }' },
    { query: '{ product { isExpensive isExpensiveWithDiscount canAfford canAffordWithDiscount hasDiscount } }' },
    { query: '{ products { canAfford id } }' },
    {
      query: '{ products { a: canAfford b: isExpensive ... on Product { canAffordWithDiscount } } product { price } }',
    },
  ],
};

const POSTS: readonly Row[] = [
  { id: 'p1', byNovice: true, authorId: 'a1' },
  { id: 'p2', byNovice: false, authorId: 'a2' },
];
const AUTHORS: readonly Row[] = [
  { id: 'a1', name: 'Ann', yearsOfExperience: 1 },
  { id: 'a2', name: 'Bob', yearsOfExperience: 10 },
];

const circle: Suite = {
  name: 'two subgraphs that require fields of each other',
  subgraphs: [
    subgraph(
      'a',
      `type Query { feed: [Post] }
       type Post @key(fields: "id") { id: ID! byNovice: Boolean! @external byExpert: Boolean! @requires(fields: "byNovice") }
       type Author @key(fields: "id") { id: ID! name: String! yearsOfExperience: Int! }`,
      {
        Query: { feed: () => POSTS.map(({ id }) => ({ id })) },
        Post: {
          __resolveReference: known(POSTS, 'id'),
          byExpert: ({ byNovice }) => must(byNovice, 'byNovice') !== true,
        },
        Author: { __resolveReference: by(AUTHORS, 'id') },
      },
    ),
    subgraph(
      'b',
      `type Post @key(fields: "id") { id: ID! author: Author! byNovice: Boolean! @requires(fields: "author { yearsOfExperience }") }
       type Author @key(fields: "id") { id: ID! yearsOfExperience: Int! @external }`,
      {
        Post: {
          __resolveReference: known(POSTS, 'id', 'authorId'),
          author: ({ authorId }) => ({ id: authorId }),
          byNovice: ({ author }) => Number(must((author as Row | undefined)?.yearsOfExperience, 'author')) < 5,
        },
        Author: { __resolveReference: known(AUTHORS, 'id') },
      },
    ),
  ],
  queries: [
    { query: '{ feed { byNovice } }', data: { feed: [{ byNovice: true }, { byNovice: false }] } },
    { query: '{ feed { byExpert } }', data: { feed: [{ byExpert: false }, { byExpert: true }] } },
    { query: '{ feed { id byExpert byNovice author { name } } }' },
    { query: '{ feed { author { yearsOfExperience } byNovice } }' },
  ],
};

const GOODS: readonly Row[] = [
  { upc: 'u1', name: 'One', price: 11, weight: 1, averagePrice: 11 },
  { upc: 'u2', name: 'Two', price: 22, weight: 2, averagePrice: 22 },
];
const inCurrency =
  (name: string) =>
  (row: Row, { currency }: Row): number =>
    Number(row[name]) * (currency === 'EUR' ? 2 : 1);
const COMMENTS: readonly Row[] = ['p1', 'p2'].flatMap((postId, post) =>
  [0, 1, 2, 3].map((at) => ({
    id: `c${post * 4 + at + 1}`,
    postId,
    authorId: at === 2 ? `a${2 - post}` : 'a9',
    body: at === 1 ? 'same' : `${postId} ${at}`,
  })),
);
const commentsOf = ({ id }: Row, { limit }: Row): readonly Row[] =>
  COMMENTS.filter(({ postId }) => postId === id).slice(0, Number(limit));
const BY_NAME = "Apollo's gateway merges the required field with the client's of the same name and other arguments";

const argumentsOfRequired: Suite = {
  name: 'required fields with arguments, beside the same fields with other arguments',
  subgraphs: [
    subgraph(
      'shipping',
      `type Product @key(fields: "upc") { upc: String! weight: Int @external price(currency: String!): Int @external
         shippingEstimate: Int @requires(fields: "price(currency: \\"USD\\") weight")
         shippingEstimateEUR: Int @requires(fields: "price(currency: \\"EUR\\") weight")
         category: Category @external isExpensive: Boolean @requires(fields: "category { averagePrice(currency: \\"USD\\") }") }
       type Category @external { averagePrice(currency: String!): Int }`,
      {
        Product: {
          __resolveReference: known(GOODS, 'upc'),
          shippingEstimate: ({ price, weight }) => Number(must(price, 'price')) * Number(weight) * 10,
          shippingEstimateEUR: ({ price, weight }) => Number(must(price, 'price')) * Number(weight) * 10,
          isExpensive: ({ category }) => Number((category as Row).averagePrice) > 11,
        },
      },
    ),
    subgraph(
      'catalog',
      `type Query { products: [Product] } type Product @key(fields: "upc") { upc: String! name: String
         price(currency: String!): Int weight: Int category: Category } type Category { averagePrice(currency: String!): Int }`,
      {
        Query: { products: () => GOODS },
        Product: {
          __resolveReference: by(GOODS, 'upc'),
          price: inCurrency('price'),
          category: (row) => row,
        },
        Category: { averagePrice: inCurrency('averagePrice') },
      },
    ),
    subgraph(
      'posts',
      `type Query { feed: [Post] } type Post @key(fields: "id") { id: ID! comments(limit: Int!): [Comment] @external }
       type Comment @key(fields: "id") { id: ID! authorId: ID body: String! samePosts: [Post] @external
         isSpam: Boolean @requires(fields: "samePosts { comments(limit: 50) { id } }") }`,
      {
        Query: { feed: () => [{ id: 'p1' }, { id: 'p2' }] },
        // Apollo's planner asks for the external field all the same, since a nested `@requires` names it.
        Post: { __resolveReference: ({ id }) => ({ id }), comments: commentsOf },
        Comment: {
          __resolveReference: (sent) => ({ ...by(COMMENTS, 'id')(sent), ...sent }),
          isSpam: ({ samePosts }) =>
            (must(samePosts, 'samePosts') as Row[]).some((post) => (post.comments as Row[]).length > 3),
        },
      },
    ),
    subgraph(
      'comments',
      `type Post @key(fields: "id") { id: ID! author: Author @requires(fields: "comments(limit: 3) { authorId }") comments(limit: Int!): [Comment] }
       type Comment @key(fields: "id") { id: ID! authorId: ID @external samePosts: [Post] } type Author { id: ID! name: String }`,
      {
        Post: {
          __resolveReference: (sent) => ({ id: sent.id, sentComments: sent.comments }),
          author: ({ sentComments }) => {
            const sent = must(sentComments, 'comments') as Row[];
            if (sent.length !== 3) throw new Error(`expected 3 comments, got ${sent.length}`);
            return { id: sent[2]?.authorId, name: 'N' };
          },
          comments: (post, args) => commentsOf(post, args).map(({ id }) => ({ id })),
        },
        Comment: {
          __resolveReference: ({ id }) => ({ id }),
          samePosts: (comment) => {
            const { body, postId } = by(COMMENTS, 'id')(comment) ?? {};
            return COMMENTS.filter((other) => other.body === body && other.postId !== postId).map((other) => ({
              id: other.postId,
            }));
          },
        },
      },
    ),
  ],
  queries: [
    { query: '{ products { upc name shippingEstimate } }' },
    { query: '{ products { isExpensive } }' },
    {
      query: '{ products { shippingEstimate price(currency: "EUR") } }',
      data: {
        products: [
          { shippingEstimate: 110, price: 22 },
          { shippingEstimate: 440, price: 44 },
        ],
      },
      apolloIsWrong: BY_NAME,
      notByApollo: BY_NAME,
    },
    {
      query: '{ products { shippingEstimate shippingEstimateEUR isExpensive } }',
      data: {
        products: [
          { shippingEstimate: 110, shippingEstimateEUR: 220, isExpensive: false },
          { shippingEstimate: 440, shippingEstimateEUR: 880, isExpensive: true },
        ],
      },
      apolloIsWrong: BY_NAME,
      notByApollo: BY_NAME,
    },
    { query: '{ feed { author { id } } }', data: { feed: [{ author: { id: 'a2' } }, { author: { id: 'a1' } }] } },
    {
      query: '{ feed { author { id } comments(limit: 1) { id } } }',
      data: {
        feed: [
          { author: { id: 'a2' }, comments: [{ id: 'c1' }] },
          { author: { id: 'a1' }, comments: [{ id: 'c5' }] },
        ],
      },
      apolloIsWrong: BY_NAME,
      notByApollo: BY_NAME,
    },
    {
      query: '{ feed { comments(limit: 3) { isSpam } } }',
      data: {
        feed: [
          { comments: [{ isSpam: false }, { isSpam: true }, { isSpam: false }] },
          { comments: [{ isSpam: false }, { isSpam: true }, { isSpam: false }] },
        ],
      },
      apolloIsWrong: BY_NAME,
      notByApollo: BY_NAME,
    },
    {
      query:
        'query($limit: Int = 1) { feed { author { id } ...Foo ...Bar } } fragment Foo on Post { comments(limit: $limit) { id } } fragment Bar on Post { comments(limit: $limit) { authorId } }',
      data: {
        feed: [
          { author: { id: 'a2' }, comments: [{ id: 'c1', authorId: 'a9' }] },
          { author: { id: 'a1' }, comments: [{ id: 'c5', authorId: 'a9' }] },
        ],
      },
      apolloIsWrong: BY_NAME,
      notByApollo: BY_NAME,
    },
  ],
};

const DATA: readonly Row[] = [
  { __typename: 'Baz', id: 'b1', foo: 'b1-foo', bar: 'b1-bar', baz: 'b1-baz' },
  { __typename: 'Qux', id: 'q1', foo: 'q1-foo', bar: 'q1-bar', qux: 'q1-qux' },
];
const ENTITIES: readonly Row[] = [
  { id: 'e1', data: DATA[0] },
  { id: 'e2', data: DATA[1] },
];
const FOO = `interface Foo { foo: String! } interface Bar implements Foo { foo: String! bar: String! }
  type Qux implements Foo & Bar @shareable { foo: String! bar: String! qux: String! }`;

const fragments: Suite = {
  name: 'required fields within fragments, of a type that clients may not see',
  subgraphs: [
    subgraph(
      'a',
      `type Query { a: Entity } type Entity @key(fields: "id") { id: ID! data: Foo } ${FOO}
       type Baz implements Foo & Bar @shareable { foo: String! bar: String! baz: String! }`,
      { Query: { a: () => ENTITIES[1] }, Entity: { __resolveReference: by(ENTITIES, 'id') } },
    ),
    subgraph(
      'b',
      `type Query { b: Entity bb: Entity } ${FOO}
       type Entity @key(fields: "id") { id: ID! data: Foo @external
         requirer: String! @requires(fields: "data { foo ... on Bar { bar ... on Baz { baz } ... on Qux { qux } } }")
         requirer2: String! @requires(fields: "data { ... on Foo { foo } }") }
       type Baz implements Foo & Bar @shareable @inaccessible { foo: String! bar: String! baz: String! }`,
      {
        Query: { b: () => ({ id: 'e1' }), bb: () => ({ id: 'e2' }) },
        Entity: {
          __resolveReference: known(ENTITIES, 'id'),
          requirer: ({ data }) => {
            const { foo, bar, baz, qux } = must(data, 'data') as Row;
            return [foo, bar, baz, qux].join();
          },
          requirer2: ({ data }) => `${(must(data, 'data') as Row).foo}_2`,
        },
      },
    ),
  ],
  queries: [
    {
      query: '{ b { id data { __typename } } bb { id data { __typename } } }',
      data: { b: { id: 'e1', data: null }, bb: { id: 'e2', data: { __typename: 'Qux' } } },
    },
    { query: '{ a { requirer } }', data: { a: { requirer: 'q1-foo,q1-bar,,q1-qux' } } },
    { query: '{ a { data { __typename } requirer } }' },
    { query: '{ bb { data { __typename } requirer } }' },
    { query: '{ b { data { __typename } requirer } }', data: { b: { data: null, requirer: 'b1-foo,b1-bar,b1-baz,' } } },
    { query: '{ bb { data { __typename foo } requirer2 } b { requirer2 data { foo } } }' },
  ],
};

const USERS: readonly Row[] = [
  { id: 'u1', name: 'Ann', address: { __typename: 'WorkAddress', id: 'a1', city: 'Bonn', country: 'DE' } },
  { id: 'u2', name: 'Bob', address: { __typename: 'HomeAddress', id: 'a2', city: 'Rome', country: 'IT' } },
  { id: 'u3', name: 'Eve', address: null },
];
const ADDRESSES = USERS.flatMap(({ address }) => (address === null ? [] : [address as Row]));
const ADDRESS_TYPES = ['HomeAddress', 'WorkAddress'];

const ofInterface: Suite = {
  name: 'a required field whose type is an interface',
  subgraphs: [
    subgraph(
      'a',
      `type Query { a: [User] } interface Address { id: ID! }
       ${ADDRESS_TYPES.map((name) => `type ${name} implements Address @key(fields: "id") { id: ID! city: String @shareable }`).join('\n')}
       type User @key(fields: "id") { id: ID! name: String! @shareable address: Address @external
         city: String @requires(fields: "address { id }") country: String @requires(fields: "address { ... on WorkAddress { id } }") }`,
      {
        Query: { a: () => USERS.map(({ id, name }) => ({ id, name })) },
        User: {
          __resolveReference: known(USERS, 'id', 'name'),
          city: ({ address }) => address && by(ADDRESSES, 'id')(must(address, 'address') as Row)?.city,
          country: ({ address }) => address && by(ADDRESSES, 'id')(must(address, 'address') as Row)?.country,
        },
        HomeAddress: { __resolveReference: by(ADDRESSES, 'id') },
        WorkAddress: { __resolveReference: by(ADDRESSES, 'id') },
      },
    ),
    subgraph(
      'b',
      `type Query { b: [User] } interface Address { id: ID! }
       ${ADDRESS_TYPES.map((name) => `type ${name} implements Address @key(fields: "id") { id: ID! city: String @shareable }`).join('\n')}
       type User @key(fields: "id") { id: ID! name: String! @shareable address: Address }`,
      {
        Query: { b: () => USERS },
        User: { __resolveReference: by(USERS, 'id') },
        HomeAddress: { __resolveReference: by(ADDRESSES, 'id') },
        WorkAddress: { __resolveReference: by(ADDRESSES, 'id') },
      },
    ),
  ],
  queries: [
    { query: '{ a { city } }', data: { a: [{ city: 'Bonn' }, { city: 'Rome' }, { city: null }] } },
    { query: '{ a { country } }', data: { a: [{ country: 'DE' }, { country: null }, { country: null }] } },
    { query: '{ a { name address { __typename id } } }' },
    { query: '{ b { city country address { id ... on WorkAddress { city } } } }' },
    { query: '{ b { name city } a { address { ... on HomeAddress { city } } country } }' },
  ],
};

export const REQUIRES_SUITES: readonly Suite[] = [chain, circle, argumentsOfRequired, fragments, ofInterface];
