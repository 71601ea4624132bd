// Each kind of statement that changes rows, as one change with rows of its own and the question that shows it.
import type { Deployment } from '../support/deployment.ts';
import { insertProduct, insertProducts } from './history/writer.ts';
import type { SqlChange, Statement } from './sql-change.ts';

const catalog = (sql: string): Statement => ({ subgraph: 'catalog', sql });
const accounts = (sql: string): Statement => ({ subgraph: 'accounts', sql });
const reviews = (sql: string): Statement => ({ subgraph: 'reviews', sql });
const nameOf = (upc: string): string => `{ product(upc: "${upc}") { name } }`;
const named = (name: string): unknown => ({ product: { name } });
const NONE = { product: null };

export const BULK_ROW_COUNT = 100_000;
const BULK_TIMES = `from generate_series(1, ${BULK_ROW_COUNT}) as n`;

/** Of products and people: rows, by themselves and by foreign keys. */
export const STATEMENTS: readonly SqlChange[] = [
  {
    name: 'INSERT',
    needs: [],
    query: nameOf('f-insert'),
    before: NONE,
    change: catalog(insertProduct('f-insert')),
    after: named('f-insert'),
  },
  {
    name: 'UPDATE',
    needs: [catalog(insertProduct('f-update'))],
    query: nameOf('f-update'),
    before: named('f-update'),
    change: catalog(`update catalog.product set name = 'renamed' where upc = 'f-update'`),
    after: named('renamed'),
  },
  {
    name: 'DELETE',
    needs: [catalog(insertProduct('f-delete'))],
    query: nameOf('f-delete'),
    before: named('f-delete'),
    change: catalog(`delete from catalog.product where upc = 'f-delete'`),
    after: NONE,
  },
  {
    name: 'COPY',
    needs: [],
    query: nameOf('f-copy'),
    before: NONE,
    change: catalog(
      `copy catalog.product (upc, sku, name, category)
       from program 'printf "f-copy,SKU-f-copy,copied,TOY"' with (format csv)`,
    ),
    after: named('copied'),
  },
  {
    name: 'an upsert that finds nothing',
    needs: [],
    query: nameOf('f-upsert-new'),
    before: NONE,
    change: catalog(upsert('f-upsert-new', 'upserted')),
    after: named('upserted'),
  },
  {
    name: 'an upsert that finds a row',
    needs: [catalog(insertProduct('f-upsert'))],
    query: nameOf('f-upsert'),
    before: named('f-upsert'),
    change: catalog(upsert('f-upsert', 'upserted')),
    after: named('upserted'),
  },
  {
    name: 'MERGE',
    needs: [catalog(insertProduct('f-merge'))],
    query: nameOf('f-merge'),
    before: named('f-merge'),
    change: catalog(
      `merge into catalog.product as p using (values ('f-merge')) as given (upc) on p.upc = given.upc
       when matched then update set name = 'merged'`,
    ),
    after: named('merged'),
  },
  {
    name: 'a key moved by UPDATE, and rows that follow it',
    needs: [
      catalog(`${insertProduct('f-from')} insert into catalog.variant (id, upc, size) values (900001, 'f-from', 'M')`),
    ],
    query: `{ from: product(upc: "f-from") { name } to: product(upc: "f-to") { name variants { size } } }`,
    before: { from: { name: 'f-from' }, to: null },
    change: catalog(`update catalog.product set upc = 'f-to' where upc = 'f-from'`),
    after: { from: null, to: { name: 'f-from', variants: [{ size: 'M' }] } },
  },
  {
    name: 'a key moved by UPDATE, of an entity that another subgraph names',
    needs: [
      catalog(insertProduct('f-sku')),
      accounts(`insert into accounts.person (id, username, email) values (9600, 'f.wishing', 'f@example.org');
        insert into accounts.wish (person_id, sku) values (9600, 'SKU-f-sku')`),
    ],
    query: '{ user(id: "9600") { username wishlist { name } } }',
    before: { user: { username: 'f.wishing', wishlist: [{ name: 'f-sku' }] } },
    change: catalog(`update catalog.product set sku = 'SKU-f-moved' where upc = 'f-sku'`),
    after: { user: { username: 'f.wishing', wishlist: [null] } },
  },
  {
    name: 'a DELETE that cascades to rows of another entity',
    needs: [
      accounts(`insert into accounts.person (id, username, email) values
        (9601, 'f.followed', 'f@example.org'), (9602, 'f.follower', 'f@example.org');
        insert into accounts.follow (follower_id, followee_id) values (9602, 9601)`),
    ],
    query: '{ user(id: "9601") { username followerCount followers { totalCount nodes { username } } } }',
    before: followed(['f.follower']),
    change: accounts('delete from accounts.person where id = 9602'),
    after: followed([]),
  },
  {
    name: 'a DELETE that sets a foreign key of another row null',
    needs: [
      catalog(`insert into catalog.brand (id, name) values (9603, 'f-brand');
        ${insertProducts([{ upc: 'f-branded', name: 'f-branded', columns: { brand_id: '9603' } }])}`),
    ],
    query: '{ product(upc: "f-branded") { brand { name } } }',
    before: { product: { brand: { name: 'f-brand' } } },
    change: catalog('delete from catalog.brand where id = 9603'),
    after: { product: { brand: null } },
  },
];

/** Of reviews, which lie in four partitions. They come in this order: the last ones take all rows away. */
export async function reviewStatements({ sql }: Deployment): Promise<readonly SqlChange[]> {
  const [row] = await sql(
    'reviews',
    `select id from generate_series(800000::bigint, 800999) as id
     where satisfies_hash_partition('reviews.review'::regclass, 4, 2, id) limit 1`,
  );
  const id = String(row?.id);
  const bulk = `{ review(id: "1099999") { rating } product(upc: "f-bulk") { reviewCount averageRating } }`;
  const bulkState = (reviewCount: number, rating: number | null): unknown => ({
    review: rating === null ? null : { rating },
    product: { reviewCount, averageRating: rating },
  });
  const partitioned = `{ review(id: "${id}") { rating } product(upc: "f-part") { reviewCount reviews { totalCount nodes { id } } } }`;
  const none = { review: null, product: { reviewCount: 0, reviews: { totalCount: 0, nodes: [] } } };
  const one = { review: { rating: 4 }, product: { reviewCount: 1, reviews: { totalCount: 1, nodes: [{ id }] } } };
  return [
    {
      name: 'an INSERT straight into a partition',
      needs: [catalog(insertProduct('f-part'))],
      query: partitioned,
      before: none,
      change: reviews(`insert into reviews.review_2 (id, upc, rating) values (${id}, 'f-part', 4)`),
      after: one,
    },
    {
      name: 'TRUNCATE of a partition',
      needs: [],
      query: partitioned,
      before: one,
      change: reviews('truncate reviews.review_2'),
      after: none,
    },
    {
      name: `INSERT of ${BULK_ROW_COUNT} rows`,
      needs: [catalog(insertProduct('f-bulk'))],
      query: bulk,
      before: bulkState(0, null),
      change: reviews(`insert into reviews.review (id, upc, rating) select 1000000 + n, 'f-bulk', 4 ${BULK_TIMES}`),
      after: bulkState(BULK_ROW_COUNT, 4),
    },
    {
      name: `UPDATE of ${BULK_ROW_COUNT} rows`,
      needs: [],
      query: bulk,
      before: bulkState(BULK_ROW_COUNT, 4),
      change: reviews(`update reviews.review set rating = 5 where upc = 'f-bulk'`),
      after: bulkState(BULK_ROW_COUNT, 5),
    },
    {
      name: 'TRUNCATE',
      needs: [],
      query: bulk,
      before: bulkState(BULK_ROW_COUNT, 5),
      change: reviews('truncate reviews.review'),
      after: bulkState(0, null),
    },
  ];
}

function upsert(upc: string, name: string): string {
  return `insert into catalog.product (upc, sku, name, category) values ('${upc}', 'SKU-${upc}', '${name}', 'TOY')
    on conflict (upc) do update set name = excluded.name`;
}

function followed(usernames: readonly string[]): unknown {
  const followers = { totalCount: usernames.length, nodes: usernames.map((username) => ({ username })) };
  return { user: { username: 'f.followed', followerCount: usernames.length, followers } };
}
