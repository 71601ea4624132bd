// A supergraph with interface objects, and one plain schema over the same data: what is right does not depend on a planner.

import { buildSchema, execute, type GraphQLSchema, parse } from 'graphql';
import type { LocalSubgraph } from '../../support/local-graph.ts';
import { by, type Row, subgraph } from './subgraph.ts';

const MEDIA: readonly Row[] = [
  { __typename: 'Book', id: '1', title: 'One', year: 1901, pages: 11, next: '2', shelf: 's1' },
  { __typename: 'Film', id: '2', title: 'Two', year: 1902, minutes: 22 },
  { __typename: 'Game', id: '3', title: 'Three', year: 1903, players: 3 },
  { __typename: 'Book', id: '4', title: 'Four', year: 1904, pages: 44, next: '3', shelf: 's2' },
];
const of = (id: unknown): Row => by(MEDIA, 'id')({ id }) ?? {};
const sequels: Readonly<Record<string, string>> = { '1': '4', '2': '3', '3': '1' };
const TOP = ['2', '1', '3'];

const rating = ({ id }: Row): number => Number(id) * 10;
const blurb = ({ title }: Row): string => `<${title}>`;
const era = ({ year }: Row): string => `era of ${year}`;
const isbn = ({ id }: Row): string => `isbn${id}`;
const ref = ({ id }: Row): Row => ({ id });

export const GRAPH_OF_INTERFACE_OBJECTS: readonly LocalSubgraph[] = [
  subgraph(
    'catalog',
    `type Query { media: [Media] books: [Book] }
     interface Media @key(fields: "id") { id: ID! title: String year: Int }
     type Book implements Media @key(fields: "id") { id: ID! title: String year: Int pages: Int next: Media }
     type Film implements Media @key(fields: "id") { id: ID! title: String year: Int minutes: Int }
     type Game implements Media @key(fields: "id") { id: ID! title: String year: Int players: Int }`,
    {
      Query: { media: () => MEDIA, books: () => MEDIA.filter(({ __typename }) => __typename === 'Book') },
      Media: { __resolveReference: by(MEDIA, 'id') },
      Book: { __resolveReference: by(MEDIA, 'id'), next: ({ next }) => of(next) },
      Film: { __resolveReference: by(MEDIA, 'id') },
      Game: { __resolveReference: by(MEDIA, 'id') },
    },
  ),
  subgraph(
    'ratings',
    `type Query { top: [Media] votes: [Vote] }
     type Vote { of: Media }
     type Media @key(fields: "id") @interfaceObject {
       id: ID! rating: Int sequel: Media title: String @external year: Int @external
       blurb: String @requires(fields: "title") era: String @requires(fields: "year") }`,
    {
      Query: { top: () => TOP.map((id) => ({ id })), votes: () => [{ of: { id: '3' } }, { of: { id: '1' } }] },
      Media: {
        // Without a key nobody is found.
        __resolveReference: (medium) => (medium.id === undefined ? null : medium),
        rating,
        sequel: ({ id }) => (sequels[String(id)] === undefined ? null : { id: sequels[String(id)] }),
        blurb,
        era,
      },
    },
  ),
  subgraph('shelves', 'type Query { shelved: [Book] } type Book @key(fields: "id") { id: ID! isbn: String }', {
    Query: { shelved: () => [{ id: '4' }] },
    Book: { __resolveReference: ref, isbn },
  }),
];

const MERGED = buildSchema(`
  type Query { media: [Media] books: [Book] top: [Media] votes: [Vote] shelved: [Book] }
  type Vote { of: Media }
  interface Media { ${'id: ID! title: String year: Int rating: Int sequel: Media blurb: String era: String'} }
  type Book implements Media { id: ID! title: String year: Int rating: Int sequel: Media blurb: String era: String pages: Int next: Media isbn: String }
  type Film implements Media { id: ID! title: String year: Int rating: Int sequel: Media blurb: String era: String minutes: Int }
  type Game implements Media { id: ID! title: String year: Int rating: Int sequel: Media blurb: String era: String players: Int }`);

const whole = (id: unknown): Row => {
  const row = of(id);
  const sequel = sequels[String(id)];
  return {
    ...row,
    rating: rating(row),
    blurb: blurb(row),
    era: era(row),
    sequel: () => (sequel === undefined ? null : whole(sequel)),
    next: () => whole(row.next),
    isbn: isbn(row),
  };
};

const ROOT = {
  media: () => MEDIA.map(({ id }) => whole(id)),
  books: () => ['1', '4'].map(whole),
  top: () => TOP.map(whole),
  votes: () => ['3', '1'].map((id) => ({ of: whole(id) })),
  shelved: () => [whole('4')],
};

export const mergedSchema = (): GraphQLSchema => MERGED;

/** The right `data`. */
export async function rightData(query: string, variableValues: Row = {}): Promise<unknown> {
  const { data, errors } = await execute({ schema: MERGED, document: parse(query), rootValue: ROOT, variableValues });
  if (errors) throw new Error(`expected no errors of the merged data: ${errors}`);
  return JSON.parse(JSON.stringify(data));
}
