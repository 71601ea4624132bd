// Fields that a subgraph tells of entities which it does not own, on one path alone: nested, on unions, on interfaces.

import { by, type Row, subgraph } from '../../../unit/execution/subgraph.ts';
import type { Suite } from '../suite.ts';

const CATEGORIES: readonly Row[] = [
  { id: 'c1', name: 'One', subs: ['c2', 'c3'] },
  { id: 'c2', name: 'Two', subs: [] },
  { id: 'c3', name: 'Three', subs: ['c2'] },
];
const GOODS: readonly Row[] = [
  { id: 'p1', price: 1, categoryIds: ['c1', 'c2'] },
  { id: 'p2', price: 2, categoryIds: ['c3'] },
];
const category = (id: unknown): Row | null => by(CATEGORIES, 'id')({ id });
const subsOf = (id: unknown): readonly unknown[] => (category(id)?.subs ?? []) as readonly unknown[];
const tree = (id: unknown): Row => ({
  id,
  name: category(id)?.name,
  subCategories: subsOf(id).map((sub) => ({ id: sub, name: category(sub)?.name })),
});
const refuses = (): never => {
  throw new Error('this subgraph should not have been asked for that');
};

const nested: Suite = {
  name: 'provided fields of provided entities, at different depths',
  subgraphs: [
    subgraph(
      'all',
      `type Query { products: [Product] @provides(fields: "categories { id name subCategories { id name } }")
         bare: [Product] }
       type Product @key(fields: "id") { id: ID! categories: [Category] @external price: Int! }
       type Category @key(fields: "id") { id: ID! name: String @external subCategories: [Category] @external }`,
      {
        Query: {
          products: () => GOODS.map((row) => ({ ...row, categories: (row.categoryIds as unknown[]).map(tree) })),
          bare: () => GOODS.map((row) => ({ ...row, categories: refuses })),
        },
        Product: { __resolveReference: by(GOODS, 'id') },
        Category: { __resolveReference: ({ id }) => ({ id, name: refuses, subCategories: refuses }) },
      },
    ),
    subgraph('names', 'type Category @key(fields: "id") { id: ID! name: String @shareable }', {
      Category: { __resolveReference: by(CATEGORIES, 'id') },
    }),
    subgraph(
      'subs',
      `type Product @key(fields: "id") { id: ID! categories: [Category] @shareable }
       type Category @key(fields: "id") { id: ID! subCategories: [Category] @shareable }`,
      {
        Product: {
          __resolveReference: by(GOODS, 'id'),
          categories: ({ categoryIds }) => (categoryIds as unknown[]).map((id) => ({ id })),
        },
        Category: {
          __resolveReference: by(CATEGORIES, 'id'),
          subCategories: ({ id }) => subsOf(id).map((sub) => ({ id: sub })),
        },
      },
    ),
  ],
  queries: [
    { query: '{ products { id categories { id name } } }' },
    { query: '{ products { categories { subCategories { id name } } } }' },
    { query: '{ products { categories { id subCategories { id subCategories { name } } } } }' },
    { query: '{ bare { id categories { name subCategories { name } } } }' },
    { query: '{ bare { categories { id } } products { categories { name } price } }' },
  ],
};

const MEDIA: readonly Row[] = [
  { __typename: 'Book', id: 'm1', title: 'Book 1', animalIds: ['a1', 'a2'] },
  { __typename: 'Movie', id: 'm2', title: 'Movie 1' },
];

const onUnion: Suite = {
  name: 'provided fields of one member of a union',
  subgraphs: [
    subgraph(
      'a',
      'type Query { media: [Media] @shareable } union Media = Book | Movie type Book @key(fields: "id") { id: ID! } type Movie @key(fields: "id") { id: ID! }',
      { Query: { media: () => MEDIA.map(({ __typename, id }) => ({ __typename, id })) } },
    ),
    subgraph(
      'b',
      `type Query { media: [Media] @shareable @provides(fields: "... on Book { title }") bare: [Media] } union Media = Book | Movie
       type Book @key(fields: "id") { id: ID! title: String @external } type Movie @key(fields: "id") { id: ID! }`,
      {
        Query: {
          media: () => MEDIA,
          bare: () => MEDIA.map(({ __typename, id }) => ({ __typename, id, title: refuses })),
        },
      },
    ),
    subgraph(
      'c',
      'type Book @key(fields: "id") { id: ID! title: String @shareable } type Movie @key(fields: "id") { id: ID! title: String }',
      { Book: { __resolveReference: by(MEDIA, 'id') }, Movie: { __resolveReference: by(MEDIA, 'id') } },
    ),
  ],
  queries: [
    { query: '{ media { ... on Book { id title } } }' },
    {
      query: '{ media { ... on Book { id title } ... on Movie { title id } } }',
      data: {
        media: [
          { id: 'm1', title: 'Book 1' },
          { title: 'Movie 1', id: 'm2' },
        ],
      },
    },
    { query: '{ bare { __typename ... on Book { title } ... on Movie { title } } }' },
    { query: '{ bare { ... on Book { id } } media { ... on Book { title } } }' },
  ],
};

const ANIMALS: readonly Row[] = [
  { __typename: 'Dog', id: 'a1', name: 'Fido', age: 3 },
  { __typename: 'Cat', id: 'a2', name: 'Tom', age: 6 },
];
const animalsOf = ({ animalIds }: Row): readonly unknown[] =>
  (animalIds as unknown[]).map((id) => by(ANIMALS, 'id')({ id }));
const BOOK = { ...MEDIA[0], animals: animalsOf(MEDIA[0] ?? {}) };
const INTERFACES = 'interface Media { id: ID! animals: [Animal] } interface Animal { id: ID! name: String }';

const onInterface: Suite = {
  name: 'provided fields below an interface',
  subgraphs: [
    subgraph(
      'a',
      `type Query { media: Media @shareable book: Book @provides(fields: "animals { ... on Dog { name } }") } ${INTERFACES}
       type Book implements Media @key(fields: "id") { id: ID! @shareable animals: [Animal] @external }
       type Dog implements Animal @key(fields: "id") { id: ID! name: String @external }
       type Cat implements Animal @key(fields: "id") { id: ID! name: String @external }`,
      { Query: { media: () => ({ __typename: 'Book', id: 'm1', animals: refuses }), book: () => BOOK } },
    ),
    subgraph(
      'b',
      `type Query { media: Media @shareable @provides(fields: "animals { id name }") } ${INTERFACES}
       type Book implements Media @key(fields: "id") { id: ID! @shareable animals: [Animal] @external }
       type Dog implements Animal { id: ID! @external name: String @external }
       type Cat implements Animal { id: ID! @external name: String @external }`,
      { Query: { media: () => BOOK } },
    ),
    subgraph(
      'c',
      `${INTERFACES}
       type Book implements Media @key(fields: "id") { id: ID! @shareable animals: [Animal] @shareable }
       type Dog implements Animal @key(fields: "id") { id: ID! name: String @shareable age: Int }
       type Cat implements Animal @key(fields: "id") { id: ID! name: String @shareable age: Int }`,
      {
        Book: { __resolveReference: (wanted) => by(MEDIA, 'id')(wanted), animals: animalsOf },
        Dog: { __resolveReference: by(ANIMALS, 'id') },
        Cat: { __resolveReference: by(ANIMALS, 'id') },
      },
    ),
  ],
  queries: [
    { query: '{ media { id animals { id name } } }' },
    {
      query: '{ media { id animals { id name ... on Cat { age } } } }',
      data: {
        media: {
          id: 'm1',
          animals: [
            { id: 'a1', name: 'Fido' },
            { id: 'a2', name: 'Tom', age: 6 },
          ],
        },
      },
    },
    { query: '{ media { ... on Book { animals { __typename ... on Dog { name age } } } } }' },
    { query: '{ book { id animals { ... on Dog { name } } } }' },
    { query: '{ book { animals { name } } media { animals { name } } }' },
  ],
};

const NOTES: readonly Row[] = [
  { id: 'e1', name: 'One', description: 'D1', extra: 'X1' },
  { id: 'e2', name: 'Two', description: 'D2', extra: 'X2' },
];

const requestedAlone: Suite = {
  name: 'provided fields that nobody asks for are not asked for',
  subgraphs: [
    subgraph(
      'a',
      'type Query { a: Boolean } type Entity @key(fields: "id") { id: ID! name: String! @shareable description: String! @shareable extra: String! }',
      { Entity: { __resolveReference: (wanted) => ({ ...by(NOTES, 'id')(wanted), name: refuses }) } },
    ),
    subgraph(
      'b',
      `type Query { entity: Entity @provides(fields: "name description") entities: [Entity!]! @provides(fields: "name description") }
       type Entity @key(fields: "id") { id: ID! name: String! @external description: String! @external }`,
      {
        Query: {
          entity: () => ({ ...NOTES[0], description: refuses }),
          entities: () => NOTES.map((row) => ({ ...row, description: refuses })),
        },
        Entity: { __resolveReference: refuses },
      },
    ),
  ],
  queries: [
    { query: '{ entity { id name } }', data: { entity: { id: 'e1', name: 'One' } } },
    { query: '{ entities { name extra } }' },
    { query: '{ entity { extra } entities { id name } }' },
  ],
};

export const PROVIDES_SUITES: readonly Suite[] = [nested, onUnion, onInterface, requestedAlone];
