// An interface that a subgraph knows as an object: fields added to all its implementers, types told by another subgraph.

import { by, type Row, subgraph } from '../../../unit/execution/subgraph.ts';
import type { Suite } from '../suite.ts';

const USERS: readonly Row[] = [
  { __typename: 'User', id: 'u1', name: 'u1-name', age: 11, username: 'u1-username' },
  { __typename: 'User', id: 'u2', name: 'u2-name', age: 22, username: 'u2-username' },
];
const ACCOUNTS: readonly Row[] = [
  { __typename: 'Admin', id: 'u1', name: 'Alice', isMain: false, isActive: true },
  { __typename: 'Admin', id: 'u2', name: 'Bob', isMain: true, isActive: true },
  { __typename: 'Regular', id: 'u3', name: 'Charlie', isMain: true, isActive: false },
];
/** A wrong name on purpose: nobody may use it. */
const nameless = (rows: readonly Row[]): readonly Row[] => rows.map((row) => ({ ...row, __typename: 'Never' }));

const simple: Suite = {
  name: 'fields of an interface object, and types that it cannot tell',
  subgraphs: [
    subgraph(
      'a',
      `type Query { users: [NodeWithName!]! } interface NodeWithName @key(fields: "id") { id: ID! name: String }
       type User implements NodeWithName @key(fields: "id") { id: ID! name: String age: Int }
       interface Account @key(fields: "id") { id: ID! }
       type Admin implements Account @key(fields: "id") { id: ID! isMain: Boolean! isActive: Boolean! @shareable }
       type Regular implements Account @key(fields: "id") { id: ID! isMain: Boolean! }`,
      {
        Query: { users: () => USERS },
        NodeWithName: { __resolveReference: by(USERS, 'id') },
        User: { __resolveReference: by(USERS, 'id') },
        Account: { __resolveReference: by(ACCOUNTS, 'id') },
        Admin: { __resolveReference: by(ACCOUNTS.slice(0, 2), 'id') },
        Regular: { __resolveReference: by(ACCOUNTS.slice(2), 'id') },
      },
    ),
    subgraph(
      'b',
      `type Query { anotherUsers: [NodeWithName] accounts: [Account] }
       type NodeWithName @key(fields: "id") @interfaceObject { id: ID! username: String }
       type Account @key(fields: "id") @interfaceObject { id: ID! name: String! }`,
      {
        Query: { anotherUsers: () => nameless(USERS), accounts: () => nameless(ACCOUNTS) },
        NodeWithName: { __resolveReference: by(nameless(USERS), 'id') },
        Account: { __resolveReference: by(nameless(ACCOUNTS), 'id') },
      },
    ),
    subgraph('c', 'type Account @key(fields: "id") @interfaceObject { id: ID! isActive: Boolean! @shareable }', {
      Account: { __resolveReference: ({ id }) => ({ __typename: 'Never', id, isActive: false }) },
    }),
  ],
  queries: [
    { query: '{ anotherUsers { id name username } }' },
    { query: '{ users { id name username } }' },
    { query: '{ anotherUsers { ... on User { age } } }', data: { anotherUsers: [{ age: 11 }, { age: 22 }] } },
    { query: '{ users { ... on User { age } } }' },
    { query: '{ anotherUsers { ... on User { age id name username } id name } }' },
    { query: '{ users { ... on User { age id name username } id name } }' },
    { query: '{ accounts { name } }' },
    {
      query: '{ accounts { ... on Admin { name } } }',
      data: { accounts: [{ name: 'Alice' }, { name: 'Bob' }, {}] },
    },
    { query: '{ accounts { name __typename } }' },
    { query: '{ accounts { ... on Admin { __typename } } }' },
    {
      query: '{ accounts { id isActive } }',
      data: { accounts: ['u1', 'u2', 'u3'].map((id) => ({ id, isActive: false })) },
    },
    {
      query: '{ accounts { id ... on Admin { isActive } } }',
      data: { accounts: [{ id: 'u1', isActive: true }, { id: 'u2', isActive: true }, { id: 'u3' }] },
    },
    { query: '{ accounts { id ... on Regular { isMain name } ... on Admin { isMain } } }' },
  ],
};

const withRequires: Suite = {
  name: 'an interface object whose fields require fields of the interface',
  subgraphs: [
    subgraph(
      'a',
      `type Query { users: [NodeWithName!]! } interface NodeWithName @key(fields: "id") { id: ID! name: String }
       type User implements NodeWithName @key(fields: "id") { id: ID! name: String age: Int }`,
      {
        Query: { users: () => USERS },
        NodeWithName: { __resolveReference: by(USERS, 'id') },
        User: { __resolveReference: by(USERS, 'id') },
      },
    ),
    subgraph(
      'b',
      `type Query { anotherUsers: [NodeWithName] }
       type NodeWithName @key(fields: "id") @interfaceObject { id: ID! name: String @external username: String @requires(fields: "name") }`,
      {
        Query: { anotherUsers: () => USERS.map(({ id }) => ({ id })) },
        NodeWithName: {
          __resolveReference: ({ id, name }) => ({ id, name }),
          username: ({ id, name }) => {
            if (name === undefined) throw new Error('name was not sent');
            return `${id} ${name}`;
          },
        },
      },
    ),
  ],
  queries: [
    { query: '{ anotherUsers { id name username } }' },
    { query: '{ users { id name username } }' },
    { query: '{ anotherUsers { ... on User { age } } }' },
    { query: '{ users { ... on User { age } } }' },
    { query: '{ anotherUsers { ... on User { age id name username } id name } }' },
    { query: '{ users { ... on User { age id name username } id name } }' },
    { query: '{ anotherUsers { username } users { username } }' },
  ],
};

const playlist = (id: unknown): Row => ({
  id,
  name: `P${id}`,
  media: { id },
  all: ['1', '2', '3'].map((each) => ({ id: each })),
});

const indirect: Suite = {
  name: 'an interface object between a list and what extends an implementer elsewhere',
  subgraphs: [
    subgraph(
      'media',
      `type Query { media: Media } interface Media @key(fields: "id") { id: ID! title: String }
       type Video implements Media @key(fields: "id") { id: ID! title: String duration: Int }
       type Article implements Media @key(fields: "id") { id: ID! title: String wordCount: Int }`,
      {
        Query: { media: () => ({ __typename: 'Video', id: '1', title: 'T1', duration: 100 }) },
        Media: {
          __resolveReference: ({ id }) =>
            Number(id) % 2 === 1
              ? { __typename: 'Video', id, title: `T${id}`, duration: 100 }
              : { __typename: 'Article', id, title: `T${id}`, wordCount: 900 },
        },
        Video: { __resolveReference: ({ id }) => ({ id, title: `T${id}`, duration: 100 }) },
        Article: { __resolveReference: ({ id }) => ({ id, title: `T${id}`, wordCount: 900 }) },
      },
    ),
    subgraph(
      'authors',
      'type Query { author: Author } type Author @key(fields: "id") { id: ID! name: String } type Video @key(fields: "id") { id: ID! authorName: String }',
      {
        Query: { author: () => ({ id: '1', name: 'N1' }) },
        Author: { __resolveReference: ({ id }) => ({ id, name: `N${id}` }) },
        Video: { __resolveReference: ({ id }) => ({ id, authorName: `A${id}` }) },
      },
    ),
    subgraph(
      'lists',
      `type Query { playlist: Playlist } type Playlist @key(fields: "id") { id: ID! name: String media: Media all: [Media!] }
       type Media @key(fields: "id") @interfaceObject { id: ID! }`,
      {
        Query: { playlist: () => playlist('1') },
        Playlist: { __resolveReference: ({ id }) => playlist(id) },
        Media: { __resolveReference: ({ id }) => ({ id }) },
      },
    ),
  ],
  queries: [
    {
      query: `{ media { id title ... on Video { duration authorName } ... on Article { wordCount } }
        author { id name } playlist { id name media { id ... on Video { duration } } } }`,
    },
    { query: '{ playlist { all { id ... on Video { authorName duration } ... on Article { wordCount } } } }' },
    { query: '{ playlist { all { title __typename } media { ... on Video { authorName } } } }' },
    { query: '{ playlist { all { ... on Article { title } } } }' },
  ],
};

const unresolvable: Suite = {
  name: 'an interface object without a resolvable key',
  subgraphs: [
    subgraph(
      'a',
      `type Query { product: Product products: [Product] } interface Product @key(fields: "id") { id: ID! }
       type Bread implements Product @key(fields: "id") { id: ID! flour: String } type Milk implements Product @key(fields: "id") { id: ID! }`,
      {
        Query: {
          product: () => ({ __typename: 'Bread', id: 'p1', flour: 'rye' }),
          products: () => [
            { __typename: 'Milk', id: 'p2' },
            { __typename: 'Bread', id: 'p1', flour: 'rye' },
          ],
        },
        Product: { __resolveReference: ({ id }) => ({ __typename: 'Bread', id, flour: 'rye' }) },
        Bread: { __resolveReference: ({ id }) => ({ id, flour: 'rye' }) },
        Milk: { __resolveReference: ({ id }) => ({ id }) },
      },
    ),
    subgraph(
      'b',
      `type Query { b: Node } type Node @key(fields: "id", resolvable: false) { id: ID! field: String }
       type Product @key(fields: "id") @interfaceObject { id: ID! @shareable reviewCount: Int }`,
      {
        Query: { b: () => ({ id: 'n1', field: 'foo' }) },
        Product: { __resolveReference: ({ id }) => ({ id, reviewCount: 3 }) },
      },
    ),
  ],
  queries: [
    { query: '{ b { id field } }' },
    { query: '{ product { id } }' },
    { query: '{ product { id reviewCount } }' },
    { query: '{ product { ... on Bread { id } } }' },
    { query: '{ products { ... on Bread { id reviewCount flour } ... on Milk { reviewCount } } }' },
    { query: '{ products { reviewCount __typename } }' },
  ],
};

export const INTERFACE_OBJECT_SUITES: readonly Suite[] = [simple, withRequires, indirect, unresolvable];
