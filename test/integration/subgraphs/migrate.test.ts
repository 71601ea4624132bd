// Migrations on a real PostgreSQL: made once, together or not at all, by one process at a time.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { SUBGRAPH_NAMES } from '../../../subgraphs/graph.ts';
import { withDatabase } from '../../../subgraphs/kit/database-url.ts';
import { openLog } from '../../../subgraphs/kit/log.ts';
import { migrate } from '../../../subgraphs/kit/migrate.ts';
import { openDatabase } from '../../../subgraphs/kit/postgres.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { type RunningGraph, startRunningGraph } from './running-graph.ts';

const log = openLog('test', 'silent');
let postgres: PostgresServer;
let graph: RunningGraph;
let folder: string;
let databaseCount = 0;
let url: string;

beforeAll(async () => {
  [postgres, graph] = await Promise.all([startPostgres(), startRunningGraph(0.002)]);
});

afterAll(async () => {
  await Promise.all([postgres?.stop(), graph?.stop()]);
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freshet-migrations-'));
  databaseCount += 1;
  url = withDatabase(postgres.url, `migrated "${databaseCount}"`);
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);

const run = (prepare?: Parameters<typeof migrate>[0]['prepare']): Promise<readonly string[]> =>
  migrate({ url, schema: 'shop', folder: pathToFileURL(`${folder}/`), log, prepare });

async function rowsOf(text: string): Promise<readonly object[]> {
  const database = openDatabase({ url, log, applicationName: 'test' });
  try {
    return await database.query(text);
  } finally {
    await database.close();
  }
}

it('makes a missing database, applies files in order, and applies none of them again', async () => {
  await write('002-rows.sql', 'insert into shop.item values (1);');
  await write('001-tables.sql', 'create table shop.item (id integer); create index on shop.item (id);');
  expect(await run()).toEqual(['001-tables.sql', '002-rows.sql']);
  expect(await run()).toEqual([]);
  await write('003-more.sql', 'insert into shop.item values (2);');
  expect(await run()).toEqual(['003-more.sql']);
  expect(await rowsOf('select id from shop.item order by id')).toEqual([{ id: 1 }, { id: 2 }]);
});

it('applies each file once when several processes migrate at the same time', async () => {
  await write('001-tables.sql', 'create table shop.item (id integer);');
  await write('002-rows.sql', 'insert into shop.item values (1);');
  const applied = await Promise.all([run(), run(), run(), run()]);
  expect(applied.flat().sort()).toEqual(['001-tables.sql', '002-rows.sql']);
  expect(await rowsOf('select id from shop.item')).toEqual([{ id: 1 }]);
});

it('leaves nothing behind when a file fails, and names the file', async () => {
  await write('001-tables.sql', 'create table shop.item (id integer);');
  await write('002-broken.sql', 'insert into shop.item values (1); insert into shop.nowhere values (1);');
  await expect(run()).rejects.toThrow(/migration 002-broken\.sql of schema shop failed: .*shop\.nowhere/);
  expect(await rowsOf("select from pg_tables where schemaname = 'shop'")).toEqual([]);
  await write('002-broken.sql', 'insert into shop.item values (1);');
  expect(await run()).toEqual(['001-tables.sql', '002-broken.sql']);
});

it('refuses a file that has changed since it was applied, and one that is gone', async () => {
  await write('001-tables.sql', 'create table shop.item (id integer);');
  await run();
  await write('001-tables.sql', 'create table shop.item (id bigint);');
  await expect(run()).rejects.toThrow(
    /expected migration 001-tables\.sql of schema shop as it was applied, the file has changed/,
  );
  await rm(join(folder, '001-tables.sql'));
  await expect(run()).rejects.toThrow(/the file is gone/);
});

it('refuses names without a number, and numbers that come twice', async () => {
  await write('tables.sql', '');
  await expect(run()).rejects.toThrow(/expected migrations named as 001-tables\.sql .* got tables\.sql/);
  await rm(join(folder, 'tables.sql'));
  await write('001-a.sql', '');
  await write('001-b.sql', '');
  await expect(run()).rejects.toThrow(/expected each migration number once/);
});

it('runs what the files stand on first, each time', async () => {
  await write('001-tables.sql', 'insert into prepared.item values (1);');
  const prepare = async (sql: { query(text: string): Promise<object[]> }): Promise<void> => {
    await sql.query('create schema if not exists prepared; create table if not exists prepared.item (id integer);');
  };
  expect(await run(prepare)).toEqual(['001-tables.sql']);
  expect(await run(prepare)).toEqual([]);
});

it.each(SUBGRAPH_NAMES)('every table of %s is watched, so that no change of it goes unseen', async (name) => {
  const database = openDatabase({ url: graph.urls[name], log, applicationName: 'test' });
  try {
    const unwatched = await database.query(
      `select relname from pg_class where relnamespace = $1::regnamespace and relkind in ('r', 'p') and not relispartition
        and relname <> 'migration' and oid not in (select table_oid from freshet.watched)`,
      [name],
    );
    expect(unwatched).toEqual([]);
  } finally {
    await database.close();
  }
});

it('says which server it could not reach, without the password', async () => {
  await writeFile(join(folder, '001-tables.sql'), '');
  const nowhere = 'postgres://me:hunter2@127.0.0.1:1/shop';
  const options = { schema: 'shop', folder: pathToFileURL(`${folder}/`), log };
  await expect(migrate({ ...options, url: nowhere })).rejects.toThrow(
    /^expected a PostgreSQL server for postgres:\/\/127\.0\.0\.1:1\/shop, got: connect ECONNREFUSED/,
  );
});
