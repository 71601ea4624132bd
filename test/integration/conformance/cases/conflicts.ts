// Fields that clients may ask for under one name and that a subgraph must refuse under one: its types differ where nobody sees it.

import { by, subgraph } from '../../../unit/execution/subgraph.ts';
import type { Suite } from '../suite.ts';

const asked = (queries: readonly string[]): Suite['queries'] => queries.map((query) => ({ query }));

const ofInterface: Suite = {
  name: 'an object that a subgraph has on the types of an interface alone, nullable on one of them',
  subgraphs: [
    subgraph(
      'a',
      `type Query { box: Box } type Box { sides: [Side] }
       interface Side { y: Int }
       type Left implements Side @shareable { y: Int deep: Low! }
       type Right implements Side @shareable { y: Int deep: High }
       interface Deep { q: Int }
       type Low implements Deep @shareable { x: String! q: Int }
       type High implements Deep @shareable { x: String q: Int }`,
      {
        Query: {
          box: () => ({
            sides: [
              { __typename: 'Left', y: 1, deep: { __typename: 'Low', x: 'low', q: 1 } },
              { __typename: 'Right', y: 2, deep: { __typename: 'High', x: null, q: 2 } },
            ],
          }),
        },
      },
    ),
    subgraph(
      'b',
      `type Query { other: Side }
       interface Side { deep: Deep } interface Deep { x: String }
       type Left implements Side @shareable { y: Int deep: Low! }
       type Right implements Side @shareable { y: Int deep: High }
       type Low implements Deep @shareable { x: String! q: Int }
       type High implements Deep @shareable { x: String q: Int }`,
      { Query: { other: () => ({ __typename: 'Right', y: 5, deep: null }) } },
    ),
  ],
  queries: asked([
    '{ box { sides { deep { x } } } }',
    '{ box { sides { y deep { q x } } } other { deep { x } } }',
    '{ box { sides { ... on Left { deep { x } } ... on Right { other: deep { x } } } } }',
    '{ box { sides { y d: deep { z: x x } } } }',
  ]),
};

const TEAM = { __typename: 'Team', org: { id: 't' }, size: { of: 3 } };
const USER = { __typename: 'User', org: { id: 5 }, size: { of: 'one' } };

const ofKeys: Suite = {
  name: 'keys and inputs that are objects, of two types beside each other, with fields of two types',
  subgraphs: [
    subgraph(
      'a',
      `type Query { box: Box } type Box { owners: [Owner] } union Owner = Team | User
       type Team @key(fields: "org { id }") { org: TeamOrg size: TeamSize }
       type User @key(fields: "org { id }") { org: UserOrg size: UserSize }
       type TeamOrg @shareable { id: ID! } type UserOrg @shareable { id: Int }
       type TeamSize @shareable { of: Int! } type UserSize @shareable { of: String }`,
      {
        Query: { box: () => ({ owners: [TEAM, USER] }) },
        Team: { __resolveReference: () => TEAM },
        User: { __resolveReference: () => USER },
      },
    ),
    subgraph(
      'b',
      `type Team @key(fields: "org { id }") { org: TeamOrg name: String size: TeamSize @external note: String @requires(fields: "size { of }") }
       type User @key(fields: "org { id }") { org: UserOrg name: String size: UserSize @external note: String @requires(fields: "size { of }") }
       type TeamOrg @shareable { id: ID! } type UserOrg @shareable { id: Int }
       type TeamSize @shareable { of: Int! } type UserSize @shareable { of: String }`,
      {
        Team: {
          __resolveReference: (sent) => ({ ...sent, name: 'team' }),
          note: ({ size }) => `team of ${JSON.stringify(size)}`,
        },
        User: {
          __resolveReference: (sent) => ({ ...sent, name: 'user' }),
          note: ({ size }) => `user of ${JSON.stringify(size)}`,
        },
      },
    ),
  ],
  queries: asked([
    '{ box { owners { ... on Team { name } ... on User { name } } } }',
    '{ box { owners { ... on Team { note } ... on User { note } } } }',
    '{ box { owners { ... on Team { note org { id } size { of } } ... on User { note own: org { id } is: size { of } } } } }',
    '{ box { owners { __typename ... on User { note name } } } }',
  ]),
};

const ROWS = [
  { __typename: 'Text', id: 'a', body: 'text' },
  { __typename: 'Image', id: 3, body: 'image' },
];
const POSTS = [
  { __typename: 'News', id: 'n', part: ROWS[0] },
  { __typename: 'Diary', id: 'd', part: ROWS[1] },
];
const post = by(POSTS, 'id');
const row = by(ROWS, 'id');

const belowEntities: Suite = {
  name: 'entities of two types in one request, whose keys below differ in type',
  subgraphs: [
    subgraph(
      'lists',
      `type Query { posts: [Post] } interface Post { id: ID! }
       type News implements Post @key(fields: "id") { id: ID! } type Diary implements Post @key(fields: "id") { id: ID! }`,
      { Query: { posts: () => POSTS } },
    ),
    subgraph(
      'posts',
      `interface Post { id: ID! part: Part }
       type News implements Post @key(fields: "id") { id: ID! part: Part }
       type Diary implements Post @key(fields: "id") { id: ID! part: Part }
       union Part = Text | Image
       type Text @key(fields: "id") { id: ID! } type Image @key(fields: "id") { id: Int! }`,
      { News: { __resolveReference: post }, Diary: { __resolveReference: post } },
    ),
    subgraph(
      'parts',
      'type Text @key(fields: "id") { id: ID! body: String } type Image @key(fields: "id") { id: Int! body: String }',
      { Text: { __resolveReference: row }, Image: { __resolveReference: row } },
    ),
  ],
  queries: asked([
    '{ posts { ... on News { part { ... on Text { body } } } ... on Diary { part { ... on Image { body } } } } }',
    '{ posts { part { ... on Text { body } ... on Image { body } } } }',
    '{ posts { id part { __typename } ... on Diary { p: part { ... on Image { body } } } } }',
  ]),
};

export const CONFLICT_SUITES: readonly Suite[] = [ofInterface, ofKeys, belowEntities];
