// A subgraph may give a field a narrower type than the supergraph has: a member of the union, an implementer of the interface.

import { afterAll, beforeAll, it } from 'vitest';
import { type BothExecutors, startBothExecutors } from '../../unit/execution/both-executors.ts';
import { expectSame } from '../../unit/execution/expect-same.ts';
import { type Row, subgraph } from '../../unit/execution/subgraph.ts';

const BOOK: Row = { __typename: 'Book', id: 'b1', title: 'One', pages: 7 };
const NO_TYPENAME = 'it does not ask for __typename there, so that no fragment applies';

let both: BothExecutors;

beforeAll(async () => {
  both = await startBothExecutors([
    subgraph(
      'a',
      `type Query { shelf: Shelf @shareable } type Shelf { top: Book @shareable all: [Media] }
       union Media = Book | Film type Book @key(fields: "id") { id: ID! title: String } type Film @key(fields: "id") { id: ID! length: Int }`,
      {
        Query: { shelf: () => ({ top: BOOK, all: [BOOK, { __typename: 'Film', id: 'f1', length: 9 }] }) },
        Book: { __resolveReference: () => BOOK },
        Film: { __resolveReference: ({ id }) => ({ id, length: 9 }) },
      },
    ),
    subgraph(
      'b',
      `type Query { shelf: Shelf @shareable } type Shelf { top: Media @shareable } union Media = Book | Disc
       type Book @key(fields: "id") { id: ID! pages: Int } type Disc @key(fields: "id") { id: ID! }`,
      {
        Query: { shelf: () => ({ top: BOOK }) },
        Book: { __resolveReference: () => BOOK },
        Disc: { __resolveReference: (disc) => disc },
      },
    ),
  ]);
});

afterAll(() => both.stop());

it('asks that subgraph only for what its type has', () =>
  expectSame(both, [
    {
      query: '{ shelf { top { ... on Book { title } } } }',
      apolloIsWrong: { because: NO_TYPENAME, data: { shelf: { top: { title: 'One' } } } },
    },
    {
      query: '{ shelf { all { ... on Film { length } } top { ... on Book { title pages } ... on Film { id } } } }',
      apolloIsWrong: {
        because: NO_TYPENAME,
        data: { shelf: { all: [{}, { length: 9 }], top: { title: 'One', pages: 7 } } },
      },
    },
    { query: '{ shelf { top { __typename } all { __typename } } }' },
  ]));
