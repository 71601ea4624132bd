// Changes that make lists and counts other ones, each with rows of its own.
import { insertProduct, insertProducts } from './history/writer.ts';
import type { SqlChange, Statement } from './sql-change.ts';

const catalog = (sql: string): Statement => ({ subgraph: 'catalog', sql });
const reviews = (sql: string): Statement => ({ subgraph: 'reviews', sql });
const accounts = (sql: string): Statement => ({ subgraph: 'accounts', sql });

const listed = (filter: string): string => `{ products(filter: { ${filter} }) { totalCount nodes { upc name } } }`;
const products = (...upcs: readonly string[]): unknown => ({
  products: { totalCount: upcs.length, nodes: upcs.map((upc) => ({ upc, name: upc })) },
});
const labelled = (upc: string, label: string, columns: Readonly<Record<string, string>> = {}): string =>
  insertProducts([{ upc, name: upc, columns: { labels: `'{${label}}'`, ...columns } }]);

/** By fields that may be declared precise, and are in `PRECISE_EVERYWHERE`. */
export const LIST_CHANGES: readonly SqlChange[] = [
  {
    name: 'an insert into an empty list',
    needs: [],
    query: listed('label: "l-empty"'),
    before: products(),
    change: catalog(labelled('l-1', 'l-empty')),
    after: products('l-1'),
  },
  {
    name: 'an update that moves an item into an empty list',
    needs: [catalog(insertProduct('l-2'))],
    query: listed('label: "l-in"'),
    before: products(),
    change: catalog(`update catalog.product set labels = '{l-in}' where upc = 'l-2'`),
    after: products('l-2'),
  },
  {
    name: 'an update that moves an item out of a list',
    needs: [catalog(`${labelled('l-3', 'l-out')} ${labelled('l-4', 'l-out')}`)],
    query: listed('label: "l-out"'),
    before: products('l-3', 'l-4'),
    change: catalog(`update catalog.product set labels = '{}' where upc = 'l-3'`),
    after: products('l-4'),
  },
  {
    name: 'an update of a price that moves an item out of a list',
    needs: [catalog(labelled('l-5', 'l-price', { price: '9' }))],
    query: listed('label: "l-price", maxPrice: "10"'),
    before: products('l-5'),
    change: catalog(`update catalog.product set price = 11 where upc = 'l-5'`),
    after: products(),
  },
  {
    name: 'a delete from a list',
    needs: [catalog(labelled('l-6', 'l-delete'))],
    query: listed('label: "l-delete"'),
    before: products('l-6'),
    change: catalog(`delete from catalog.product where upc = 'l-6'`),
    after: products(),
  },
  {
    name: 'an update that changes the order of a list',
    needs: [catalog(`${labelled('l-7', 'l-order')} ${labelled('l-8', 'l-order')}`)],
    query: '{ products(filter: { label: "l-order" }) { nodes { upc } } }',
    before: { products: { nodes: [{ upc: 'l-7' }, { upc: 'l-8' }] } },
    change: catalog(`update catalog.product set name = 'l-9' where upc = 'l-7'`),
    after: { products: { nodes: [{ upc: 'l-8' }, { upc: 'l-7' }] } },
  },
  {
    name: 'an update that moves an item from the list of one entity to that of another',
    needs: [
      catalog(`insert into catalog.brand (id, name) values (9701, 'l-one'), (9702, 'l-other');
        ${insertProducts([{ upc: 'l-10', name: 'l-10', columns: { brand_id: '9701' } }])}`),
    ],
    query: `{ one: brand(id: "9701") { ...Made } other: brand(id: "9702") { ...Made } }
      fragment Made on Brand { productCount products { totalCount nodes { upc } } }`,
    before: { one: made('l-10'), other: made() },
    change: catalog(`update catalog.product set brand_id = 9702 where upc = 'l-10'`),
    after: { one: made(), other: made('l-10') },
  },
  {
    name: 'an insert into an empty list of several types',
    needs: [],
    query: '{ search(text: "l-search") { __typename ... on Bundle { name } } }',
    before: { search: [] },
    change: catalog(`insert into catalog.bundle (upc, name, discount_percent) values ('l-b1', 'l-search', 0)`),
    after: { search: [{ __typename: 'Bundle', name: 'l-search' }] },
  },
  {
    name: 'an insert into an empty list of an entity of another subgraph',
    needs: [catalog(insertProduct('l-11'))],
    query: `{ product(upc: "l-11") { reviewCount reviews { totalCount nodes { id } } }
      reviews(filter: { upc: "l-11" }) { totalCount nodes { id rating } } }`,
    before: {
      product: { reviewCount: 0, reviews: { totalCount: 0, nodes: [] } },
      reviews: { totalCount: 0, nodes: [] },
    },
    change: reviews(`insert into reviews.review (id, upc, rating) values (970001, 'l-11', 2)`),
    after: {
      product: { reviewCount: 1, reviews: { totalCount: 1, nodes: [{ id: '970001' }] } },
      reviews: { totalCount: 1, nodes: [{ id: '970001', rating: 2 }] },
    },
  },
  {
    name: 'an insert into an empty list of people',
    needs: [],
    query: '{ users(filter: { country: "L-land" }) { totalCount nodes { username } } }',
    before: { users: { totalCount: 0, nodes: [] } },
    change: accounts(
      `insert into accounts.person (id, username, email, city, country) values (9703, 'l.new', 'l@example.org', 'L', 'L-land')`,
    ),
    after: { users: { totalCount: 1, nodes: [{ username: 'l.new' }] } },
  },
];

/** Nothing that these return is an entity: they cannot be declared precise. */
export const COUNT_CHANGES: readonly SqlChange[] = [
  {
    name: 'an insert that is counted',
    needs: [],
    query: '{ productCount(filter: { label: "l-count" }) }',
    before: { productCount: 0 },
    change: catalog(labelled('l-12', 'l-count')),
    after: { productCount: 1 },
  },
  {
    name: 'an update of what is counted',
    needs: [reviews(`insert into reviews.review (id, upc, rating) values (970002, 'l-13', 2)`)],
    query: '{ reviewCount(filter: { upc: "l-13", minRating: 4 }) }',
    before: { reviewCount: 0 },
    change: reviews('update reviews.review set rating = 5 where id = 970002'),
    after: { reviewCount: 1 },
  },
];

export interface CountedStatement extends Statement {
  /** Purge events that it makes. */
  readonly eventCount: number;
}

/** Makes what `UNRELATED` changes. */
export const UNRELATED_ROWS: readonly CountedStatement[] = [
  {
    ...catalog(`${insertProduct('l-14')} insert into catalog.brand (id, name) values (9704, 'l-unrelated')`),
    eventCount: 2,
  },
  { ...reviews(`insert into reviews.review (id, upc, rating) values (970003, 'l-14', 2)`), eventCount: 2 },
  {
    ...accounts(`insert into accounts.person (id, username, email) values (9705, 'l.other', 'l@example.org')`),
    eventCount: 1,
  },
];

/**
 * Rows that no list of `LIST_CHANGES` is computed from, and columns by which nothing is listed.
 * Not among them: an insert into a table that is watched with `also`. It may move what it names within lists, so it purges those.
 */
export const UNRELATED: readonly CountedStatement[] = [
  {
    ...catalog(`update catalog.product set description = 'another', tax_code = 'T' where upc = 'l-14';
      update catalog.brand set website = 'https://example.org/' where id = 9704`),
    eventCount: 2,
  },
  { ...reviews(`update reviews.review set body = 'another' where id = 970003`), eventCount: 2 },
  { ...accounts(`update accounts.person set bio = 'another' where id = 9705`), eventCount: 1 },
];

function made(...upcs: readonly string[]): unknown {
  return {
    productCount: upcs.length,
    products: { totalCount: upcs.length, nodes: upcs.map((upc) => ({ upc })) },
  };
}
