// Where an interface object's real type does not fulfil a type condition, its subgraph is not asked for anything.

import { afterAll, beforeAll, it } from 'vitest';
import { type BothExecutors, startBothExecutors } from '../../unit/execution/both-executors.ts';
import { expectSame } from '../../unit/execution/expect-same.ts';
import { by, type Row, subgraph } from '../../unit/execution/subgraph.ts';

const MEDIA: readonly Row[] = [
  { __typename: 'Book', id: '1', title: 'One' },
  { __typename: 'Film', id: '2', title: 'Two' },
];

let both: BothExecutors;

beforeAll(async () => {
  both = await startBothExecutors([
    subgraph(
      'a',
      `type Query { media: [Media] }
       interface Media @key(fields: "id") { id: ID! title: String }
       type Book implements Media @key(fields: "id") { id: ID! title: String next: Media }
       type Film implements Media @key(fields: "id") { id: ID! title: String }`,
      {
        Query: { media: () => MEDIA },
        Media: { __resolveReference: by(MEDIA, 'id') },
        Book: { __resolveReference: by(MEDIA, 'id'), next: () => MEDIA[1] },
        Film: { __resolveReference: by(MEDIA, 'id') },
      },
    ),
    subgraph(
      'b',
      `type Query { top: [Media] }
       type Media @key(fields: "id") @interfaceObject { id: ID! rating: Int! title: String @external blurb: String @requires(fields: "title") }`,
      {
        Query: { top: () => [{ id: '1' }, { id: '2' }] },
        Media: {
          __resolveReference: (medium) => medium,
          rating: ({ id }) => Number(id),
          blurb: ({ title }) => `<${title}>`,
        },
      },
    ),
    subgraph('c', 'type Query { book: Book } type Book @key(fields: "id") { id: ID! }', {
      Query: { book: () => ({ id: '1' }) },
      Book: { __resolveReference: (book) => book },
    }),
  ]);
});

afterAll(() => both.stop());

it('sends no representation without a key', () =>
  expectSame(both, [
    { query: '{ top { ... on Film { id } } }', data: { top: [{}, { id: '2' }] } },
    { query: '{ top { ... on Film { rating } } }', data: { top: [{}, { rating: 2 }] } },
    { query: '{ media { ... on Film { rating } } }' },
  ]));

it('asks for fields of an object type under a representation of its interface', () =>
  expectSame(both, [
    { query: '{ book { next { id } blurb } }', data: { book: { next: { id: '2' }, blurb: '<One>' } } },
    { query: '{ book { next { rating } blurb } }' },
  ]));

it('sends the inputs of a required field beside a field of another type', () =>
  expectSame(both, [
    {
      query: '{ top { ... on Film { blurb } ... on Book { rating } } }',
      data: { top: [{ rating: 1 }, { blurb: '<Two>' }] },
    },
  ]));

it('sends every type that is asked for, each under its own condition', () =>
  expectSame(both, [
    {
      query: '{ top { ... on Film { rating } ... on Book { rating } } }',
      data: { top: [{ rating: 1 }, { rating: 2 }] },
    },
    {
      query: '{ media { ... on Film { blurb } ... on Book { rating } } }',
      data: { media: [{ rating: 1 }, { blurb: '<Two>' }] },
    },
  ]));

it('keeps the name of the object type where the interface object tells its own', () =>
  expectSame(both, [
    {
      query: '{ book { next { id } blurb t: __typename } }',
      data: { book: { next: { id: '2' }, blurb: '<One>', t: 'Book' } },
    },
  ]));
