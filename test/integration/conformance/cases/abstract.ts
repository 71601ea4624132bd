// Unions and interfaces whose members differ between subgraphs, and fragments over them.

import { by, type Row, subgraph } from '../../../unit/execution/subgraph.ts';
import type { Suite } from '../suite.ts';

const BOOK: Row = { __typename: 'Book', id: 'b1', title: 'Rings', aTitle: 'A: Rings', bTitle: 'B: Rings' };
const SONG: Row = { __typename: 'Song', id: 's2', title: 'Song', aTitle: 'A: Song' };
const MOVIE: Row = { __typename: 'Movie', id: 'm3', title: 'Movie', bTitle: 'B: Movie' };
const only =
  (row: Row): ((wanted: Row) => Row | null) =>
  ({ id }) =>
    id === row.id ? row : null;

const NO_TYPENAME =
  "where one subgraph's type of a field is a member of the supergraph's union, Apollo does not ask for __typename: no fragment applies";

const unions: Suite = {
  name: 'unions with members that another subgraph does not have',
  subgraphs: [
    subgraph(
      'a',
      `union Media = Book | Song union ViewerMedia = Book | Song
       type Book @key(fields: "id") { id: ID! title: String! @shareable aTitle: String! }
       type Song @key(fields: "id") { id: ID! title: String! @shareable aTitle: String! }
       type Query { media: Media @shareable aMedia: Media book: Book @shareable song: Media viewer: Viewer @shareable }
       type Viewer { media: ViewerMedia @shareable aMedia: ViewerMedia book: Book @shareable song: ViewerMedia @shareable }`,
      {
        Query: {
          media: () => BOOK,
          aMedia: () => BOOK,
          book: () => BOOK,
          song: () => SONG,
          viewer: () => ({ media: BOOK, aMedia: BOOK, book: BOOK, song: SONG }),
        },
        Book: { __resolveReference: only(BOOK) },
        Song: { __resolveReference: only(SONG) },
      },
    ),
    subgraph(
      'b',
      `union Media = Book | Movie union ViewerMedia = Book | Movie
       type Movie @key(fields: "id") { id: ID! title: String! @shareable bTitle: String! }
       type Book @key(fields: "id") { id: ID! title: String! @shareable bTitle: String! }
       type Query { media: Media @shareable bMedia: Media book: Media @shareable viewer: Viewer @shareable }
       type Viewer { media: ViewerMedia @shareable bMedia: ViewerMedia book: ViewerMedia @shareable }`,
      {
        Query: {
          media: () => BOOK,
          bMedia: () => BOOK,
          book: () => BOOK,
          viewer: () => ({ media: BOOK, bMedia: MOVIE, book: BOOK }),
        },
        Book: { __resolveReference: only(BOOK) },
        Movie: { __resolveReference: only(MOVIE) },
      },
    ),
  ],
  queries: [
    { query: '{ media { __typename ... on Book { title } ... on Song { title } ... on Movie { title } } }' },
    {
      query: '{ media { ... on Book { aTitle bTitle } } }',
      data: { media: { aTitle: 'A: Rings', bTitle: 'B: Rings' } },
    },
    { query: '{ song { __typename ... on Song { aTitle } ... on Movie { bTitle } } }' },
    { query: '{ bMedia { ... on Movie { title } ... on Song { title } ... on Book { aTitle } } }' },
    { query: '{ book { __typename ... on Book { bTitle } ... on Song { title } ... on Movie { id } } }' },
    {
      query:
        '{ viewer { media { ... on Book { aTitle bTitle } } song { ... on Song { title } ... on Movie { title } } } }',
    },
    {
      query: '{ viewer { bMedia { __typename ... on Movie { bTitle } } book { ... on Book { title } } } }',
      data: { viewer: { bMedia: { __typename: 'Movie', bTitle: 'B: Movie' }, book: { title: 'Rings' } } },
      apolloIsWrong: NO_TYPENAME,
    },
    {
      query: '{ book { ... on Book { aTitle } } viewer { aMedia { __typename } book { ... on Book { aTitle } } } }',
      data: { book: { aTitle: 'A: Rings' }, viewer: { aMedia: { __typename: 'Book' }, book: { aTitle: 'A: Rings' } } },
      apolloIsWrong: NO_TYPENAME,
    },
    { query: '{ viewer { aMedia { ... on Movie { title } } bMedia { ... on Song { aTitle } } } }' },
  ],
};

const ACTIONS = {
  common: { __typename: 'Common', label: 'common' },
  a: { __typename: 'OnlyA', a: 'a' },
  b: { __typename: 'OnlyB', b: 'b' },
};

const partialUnions: Suite = {
  name: 'a shared value type whose union has members of one subgraph alone',
  subgraphs: ['A', 'B'].map((own) => {
    const actions = [ACTIONS.common, own === 'A' ? ACTIONS.a : ACTIONS.b];
    return subgraph(
      own.toLowerCase(),
      `type Query { root${own}: Container shared: Shared @shareable } type Container @key(fields: "id") { id: ID! wrapper: Wrapper @shareable ${own}Wrapper: Wrapper }
       type Shared @shareable { wrapper: Wrapper }
       type Wrapper @shareable { actions: [Action!]! } union Action = Common | Only${own}
       type Common @shareable { label: String } type Only${own} { ${own.toLowerCase()}: String }`,
      {
        Query: {
          [`root${own}`]: () => ({ id: own }),
          shared: () => ({ wrapper: { actions: [ACTIONS.common] } }),
        },
        Container: {
          __resolveReference: ({ id }) => ({ id }),
          wrapper: () => ({ actions }),
          [`${own}Wrapper`]: () => ({ actions }),
        },
      },
    );
  }),
  queries: [
    '{ rootA { wrapper { actions { __typename ... on Common { label } ... on OnlyA { a } ... on OnlyB { b } } } } }',
    '{ rootB { wrapper { actions { __typename ... on Common { label } ... on OnlyA { a } ... on OnlyB { b } } } } }',
    '{ rootA { wrapper { actions { __typename ... on OnlyB { b } } } } }',
    '{ rootA { wrapper { actions { ... on OnlyB { b } } } } }',
    '{ shared { wrapper { actions { __typename ... on Common { label } ... on OnlyA { a } ... on OnlyB { b } } } } }',
    '{ rootA { BWrapper { actions { __typename ... on Common { label } ... on OnlyA { a } ... on OnlyB { b } } } } }',
    '{ rootB { AWrapper { actions { ... on OnlyA { a } } } wrapper { actions { ... on OnlyB { b } } } } }',
  ].map((query) => ({ query })),
};

const KITCHEN: readonly Row[] = [
  { __typename: 'Oven', id: 'oven1', warranty: 1 },
  { __typename: 'Oven', id: 'oven2', warranty: 2 },
  { __typename: 'Toaster', id: 'toaster1', warranty: 3 },
  { __typename: 'Toaster', id: 'toaster2', warranty: 4 },
];
const TOASTERS = KITCHEN.slice(2);

const distributed: Suite = {
  name: 'a type that implements an interface in another subgraph than the one which gives it',
  subgraphs: [
    subgraph(
      'a',
      `type Query { products: [Product] node(id: ID!): Node nodes: [Node] toasters: [Toaster] } union Product = Oven | Toaster
       interface Node { id: ID! } interface WithWarranty { warranty: Int }
       type Oven @key(fields: "id") { id: ID! }
       type Toaster implements Node & WithWarranty @key(fields: "id") { id: ID! warranty: Int }`,
      {
        Query: {
          products: () => KITCHEN,
          node: (_, wanted) => by(KITCHEN, 'id')(wanted),
          nodes: () => TOASTERS,
          toasters: () => TOASTERS,
        },
        Oven: { __resolveReference: by(KITCHEN, 'id') },
        Toaster: { __resolveReference: by(KITCHEN, 'id') },
      },
    ),
    subgraph(
      'b',
      `interface Node { id: ID! } interface WithWarranty { warranty: Int }
       type Oven implements Node & WithWarranty @key(fields: "id") { id: ID! warranty: Int }`,
      { Oven: { __resolveReference: by(KITCHEN, 'id') } },
    ),
  ],
  queries: [
    { query: '{ products { ... on Node { id } } }', data: { products: KITCHEN.map(({ id }) => ({ id })) } },
    { query: '{ nodes { ... on Toaster { warranty } ... on Oven { id } } }' },
    { query: '{ nodes { id } }' },
    { query: '{ nodes { ... on Node { ... on WithWarranty { warranty } } } }' },
    { query: '{ nodes { ... on Node { id ... on Node { id ... on WithWarranty { warranty } } } } }' },
    {
      query: '{ toasters { ...T ...N } } fragment T on Toaster { id } fragment N on Node { id __typename }',
    },
    {
      query: '{ products { ... on WithWarranty { warranty } } }',
      data: { products: KITCHEN.map(({ warranty }) => ({ warranty })) },
    },
    { query: '{ products { __typename ... on Node { id ... on WithWarranty { warranty } } ... on Oven { id } } }' },
    { query: '{ node(id: "oven1") { ... on Oven { warranty } } }' },
    { query: '{ node(id: "oven1") { ... on Toaster { warranty } } }' },
    { query: '{ node(id: "toaster1") { ... on Toaster { warranty } } }' },
    { query: '{ node(id: "none") { id } }' },
  ],
};

const APPLIANCES: readonly Row[] = [
  { __typename: 'Oven', id: '1' },
  { __typename: 'Toaster', id: '2' },
];

const typenames: Suite = {
  name: 'names of types, under several names, in fragments and alone',
  subgraphs: [
    subgraph(
      'a',
      `type Query { union: Product interface: Node things: [Product!]! } union Product = Oven | Toaster interface Node { id: ID! }
       type Oven implements Node @key(fields: "id") { id: ID! } type Toaster implements Node @key(fields: "id") { id: ID! }
       interface Person @key(fields: "id") { id: ID! }
       type Admin implements Person @key(fields: "id") { id: ID! name: String }`,
      {
        Query: { union: () => APPLIANCES[0], interface: () => APPLIANCES[1], things: () => APPLIANCES },
        Person: { __resolveReference: ({ id }) => ({ __typename: 'Admin', id, name: `N${id}` }) },
        Admin: { __resolveReference: ({ id }) => ({ id, name: `N${id}` }) },
      },
    ),
    subgraph('b', 'type Query { users: [Person!]! } type Person @key(fields: "id") @interfaceObject { id: ID! }', {
      Query: { users: () => [{ id: 'u1' }, { id: 'u2' }] },
      Person: { __resolveReference: ({ id }) => ({ id }) },
    }),
  ],
  queries: [
    '{ union { __typename typename: __typename } }',
    '{ interface { id __typename typename: __typename t: __typename } }',
    '{ union { __typename ... on Oven { typename: __typename } ... on Toaster { typename: __typename } } }',
    '{ interface { __typename ... on Oven { typename: __typename } ... on Toaster { typename: __typename } } }',
    '{ users { id } }',
    '{ users { __typename } }',
    '{ users { t: __typename ... on Admin { name } } q: __typename }',
    '{ things { ... on Node { id t: __typename } } __typename }',
    'query($no: Boolean = false) { things { __typename @include(if: $no) } union { t: __typename @skip(if: $no) } }',
  ].map((query) => ({ query })),
};

export const ABSTRACT_SUITES: readonly Suite[] = [unions, partialUnions, distributed, typenames];
