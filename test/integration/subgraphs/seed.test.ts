// Sample data on a real PostgreSQL: whole, the same every time, and never written over what is there.
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type DatabaseUrls,
  databaseUrls,
  migrateSubgraph,
  SUBGRAPH_NAMES,
  type SubgraphName,
} from '../../../subgraphs/graph.ts';
import { openLog } from '../../../subgraphs/kit/log.ts';
import { type Database, openDatabase } from '../../../subgraphs/kit/postgres.ts';
import { type SeedProgress, seedGraph } from '../../../subgraphs/seed.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';

const log = openLog('test', 'silent');
const SCALE = 0.02;
let postgres: PostgresServer;
let urls: DatabaseUrls;
let databases: Record<SubgraphName, Database>;

beforeAll(async () => {
  postgres = await startPostgres();
  urls = databaseUrls(postgres.url);
  for (const name of SUBGRAPH_NAMES) await migrateSubgraph(name, urls[name], log);
  const open = (name: SubgraphName): Database => openDatabase({ url: urls[name], log, applicationName: 'test' });
  databases = {
    accounts: open('accounts'),
    catalog: open('catalog'),
    inventory: open('inventory'),
    reviews: open('reviews'),
  };
});

afterAll(async () => {
  await Promise.all(Object.values(databases ?? {}).map((database) => database.close()));
  await postgres?.stop();
});

async function seed(
  whenFilled: 'keep' | 'replace',
  scale = SCALE,
): Promise<{ rowCount: number; progress: SeedProgress[] }> {
  const progress: SeedProgress[] = [];
  const rowCount = await seedGraph({
    databaseUrls: urls,
    scale,
    whenFilled,
    log,
    onProgress: (step) => progress.push(step),
  });
  return { rowCount, progress };
}

/** A digest of all rows of all tables of a subgraph, and how many each table has. */
async function contentOf(name: SubgraphName): Promise<readonly { table: string; rowCount: number; digest: string }[]> {
  const tables = await databases[name].query<{ table: string }>(
    `select format('%s.%I', $1::text, relname) as table from pg_class
      where relnamespace = $1::text::regnamespace and relkind in ('r', 'p') and not relispartition and relname <> 'migration' order by 1`,
    [name],
  );
  return await Promise.all(
    tables.map(async ({ table }) => {
      const [row] = await databases[name].query<{ rowCount: number; digest: string }>(
        `select count(*)::integer as "rowCount", md5(coalesce(string_agg(r::text, E'\\n' order by r::text collate "C"), '')) as digest from ${table} as r`,
      );
      return { table, rowCount: row?.rowCount ?? 0, digest: row?.digest ?? '' };
    }),
  );
}

it('fills empty databases, says how far it is, and leaves full ones alone', async () => {
  const first = await seed('keep');
  const before = await Promise.all(SUBGRAPH_NAMES.map(contentOf));
  const said = new Map(first.progress.flatMap(({ table, rowCount }) => (table === null ? [] : [[table, rowCount]])));
  for (const { table, rowCount } of before.flat()) expect([table, said.get(table)]).toEqual([table, rowCount]);
  expect(first.rowCount).toBe(before.flat().reduce((sum, { rowCount }) => sum + rowCount, 0));

  expect((await seed('keep')).rowCount).toBe(0);
  expect(await Promise.all(SUBGRAPH_NAMES.map(contentOf))).toEqual(before);
});

it('writes the same rows again when it replaces what is there', async () => {
  await seed('keep');
  const before = await Promise.all(SUBGRAPH_NAMES.map(contentOf));
  await databases.catalog.query("update catalog.product set name = 'changed' where upc = '1'");
  await databases.reviews.query('delete from reviews.review where id < 50');
  expect((await seed('replace')).rowCount).toBeGreaterThan(0);
  expect(await Promise.all(SUBGRAPH_NAMES.map(contentOf))).toEqual(before);
});

it('has as much as its scale says: 200 products, 400 users, 2,000 reviews at 0.02', async () => {
  await seed('keep');
  const counts = new Map(
    (await Promise.all(SUBGRAPH_NAMES.map(contentOf))).flat().map(({ table, rowCount }) => [table, rowCount]),
  );
  expect([counts.get('catalog.product'), counts.get('accounts.person'), counts.get('reviews.review')]).toEqual([
    200, 400, 2_000,
  ]);
});

it('has real nulls, names that repeat, and texts of all kinds', async () => {
  await seed('keep');
  const [product] = await databases.catalog.query<Record<string, number>>(
    `select count(*) filter (where price is null)::integer as "priceless", count(*) filter (where weight_kg is null)::integer as "weightless",
      count(*) filter (where tax_code is null)::integer as "untaxed", (count(*) - count(distinct name))::integer as "sameNames" from catalog.product`,
  );
  expect(Object.values(product ?? {}).every((count) => count > 0)).toBe(true);
  const [text] = await databases.reviews.query<Record<string, boolean>>(
    `select bool_or(body like '%"%') as quotes, bool_or(body ~ '\\\\') as backslashes, bool_or(body like E'%\\n%') as lines,
      bool_or(body like '%💜%') as emoji, bool_or(length(body) > 2000) as long, bool_or(author_id is null) as anonymous from reviews.review`,
  );
  expect(text).toEqual({ quotes: true, backslashes: true, lines: true, emoji: true, long: true, anonymous: true });
});

it('gives the next row an id that is free', async () => {
  await seed('keep');
  await databases.reviews.query("insert into reviews.review (upc, rating) values ('1', 5)");
  await databases.accounts.query("insert into accounts.person (username, email) values ('free.name', 'x@example.com')");
  await databases.catalog.query("insert into catalog.brand (name) values ('Free')");
  await seed('replace');
});

it('copies of usernames in reviews are those of accounts', async () => {
  await seed('keep');
  const copies = await databases.reviews.query<{ id: string; username: string }>(
    'select distinct author_id::text as id, author_username as username from reviews.review where author_id between 1 and 400',
  );
  const known = await databases.accounts.query<{ id: string; username: string }>(
    'select id::text, username from accounts.person',
  );
  const names = new Map(known.map(({ id, username }) => [id, username]));
  expect(copies.length).toBeGreaterThan(100);
  expect(copies.filter(({ id, username }) => names.get(id) !== username)).toEqual([]);
});
