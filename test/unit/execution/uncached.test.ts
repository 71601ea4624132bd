// Where nothing is cached an answer becomes data of the request as it is: what that must not do.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BothExecutors, startBothExecutors } from './both-executors.ts';
import { type Row, subgraph } from './subgraph.ts';

const refuse = (message: string) => () => {
  throw new Error(message);
};

let both: BothExecutors;

beforeAll(async () => {
  both = await startBothExecutors([
    subgraph(
      'products',
      `type Query { product(id: ID!): Product products: [Product] broken: String }
       type Product @key(fields: "id") { id: ID! }
       interface Media @key(fields: "id") { id: ID! title: String }
       type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }
       extend type Query { media: [Media] }`,
      {
        Query: {
          product: (_, { id }) => ({ id }),
          products: () => [{ id: '1' }, { id: '2' }, { id: '3' }, { id: '1' }],
          broken: refuse('no root'),
          media: () => [{ __typename: 'Book', id: 'b', title: 'T', pages: 3 }],
        },
        Media: { __resolveType: () => 'Book' } as never,
      },
    ),
    subgraph(
      'boxes',
      `type Product @key(fields: "id") { id: ID! box: Box }
       type Box { size: Int maker: Maker }
       type Maker @key(fields: "id") { id: ID! }
       type Media @key(fields: "id") @interfaceObject { id: ID! score: Int maker: Maker }`,
      {
        Product: {
          __resolveReference: (row: Row) => (row.id === '3' ? null : row),
          box: ({ id }: Row) => (id === '2' ? refuse('no box')() : { size: 7, maker: { id: 'm' } }),
        },
        Media: { __resolveReference: (row: Row) => row, score: () => 5, maker: () => ({ id: 'm' }) },
      },
    ),
    subgraph('makers', 'type Maker @key(fields: "id") { id: ID! name(lang: String): String bad: String }', {
      Maker: {
        __resolveReference: (row: Row) => row,
        name: ({ id }: Row, { lang }: Row) => `${id} in ${lang}`,
        bad: refuse('no word'),
      },
    }),
  ]);
});

afterAll(() => both.stop());

describe('an answer that is not cached', () => {
  it.each([
    ['shows what later steps ask of one entity at two places', twoPlaces()],
    ['tells the errors of entities at their places, and keeps their siblings', '{ products { id box { size } } }'],
    ['tells an error of an entity at each place where it stands', '{ products { box { maker { bad } } } }'],
    ['tells the errors of root fields', '{ broken product(id: "1") { id } }'],
    ['keeps the type of an object where a subgraph knows its interface alone', ofMedia()],
    ['leaves out an entity that is not found', '{ product(id: "3") { id box { size } } }'],
  ])('%s', async (_name, query) => {
    expect(await both.uncached(query)).toEqual(await both.apollo(query));
  });

  it('holds the values that the subgraphs gave', async () => {
    const { data } = await both.uncached(twoPlaces());
    const place = (name: string) => ({ box: { size: 7, maker: { name } } });
    expect(data).toEqual({ x: place('m in en'), y: place('m in fr') });
  });
});

function twoPlaces(): string {
  const product = (lang: string): string => `product(id: "1") { box { size maker { name(lang: "${lang}") } } }`;
  return `{ x: ${product('en')} y: ${product('fr')} }`;
}

function ofMedia(): string {
  return '{ media { __typename id score maker { id name(lang: "en") } ... on Book { pages } } }';
}
