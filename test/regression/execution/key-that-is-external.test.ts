// What a subgraph says of a key field that it declares external identifies nothing: two entities are not one because it is the same.

import { afterAll, beforeAll, it } from 'vitest';
import { type BothExecutors, startBothExecutors } from '../../unit/execution/both-executors.ts';
import { expectSame } from '../../unit/execution/expect-same.ts';
import { by, type Row, subgraph } from '../../unit/execution/subgraph.ts';

const USERS: readonly Row[] = [
  { __typename: 'User', id: 'u1', name: 'Ann', posts: [{ text: 'one' }] },
  { __typename: 'User', id: 'u2', name: 'Bob', posts: [{ text: 'two' }] },
];

let both: BothExecutors;

beforeAll(async () => {
  both = await startBothExecutors([
    subgraph(
      'accounts',
      'type Query { node(id: ID!): Node @shareable } interface Node { id: ID! } type User implements Node @key(fields: "id") { id: ID! name: String }',
      { Query: { node: (_, wanted) => by(USERS, 'id')(wanted) }, User: { __resolveReference: by(USERS, 'id') } },
    ),
    subgraph(
      'posts',
      `type Query { node(id: ID!): Node @shareable } interface Node { id: ID! }
       type User implements Node @key(fields: "id") { id: ID! @external posts: [Post] } type Post { text: String }`,
      {
        Query: { node: (_, wanted) => ({ ...by(USERS, 'id')(wanted), id: 'unknown' }) },
        User: { __resolveReference: by(USERS, 'id') },
      },
    ),
  ]);
});

afterAll(() => both.stop());

it('gives each entity its own fields', () =>
  expectSame(both, [
    {
      query:
        '{ a: node(id: "u1") { ... on User { posts { text } } } b: node(id: "u2") { ... on User { posts { text } } } }',
      data: { a: { posts: [{ text: 'one' }] }, b: { posts: [{ text: 'two' }] } },
    },
    { query: '{ node(id: "u1") { ... on User { posts { text } } } }' },
    { query: '{ node(id: "u2") { ... on User { posts { text } name } } }' },
  ]));
