// Every way in which SQL changes a row, on both PostgreSQL versions: does the outbox say what was touched, and no more?

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { requireService } from '../../support/service-gate.ts';
import { connect, openSource, type Source } from './source.ts';

const VERSIONS = [
  { version: 'embedded', service: 'postgres' },
  { version: '15', service: 'postgres15' },
] as const;

const PRODUCT = `
  create schema catalog;
  create table catalog.product (
    gone text, upc text primary key, name text, price numeric, brand integer, doc json, place point,
    total numeric generated always as (price * 2) stored
  );
  alter table catalog.product drop column gone;`;

describe.each(VERSIONS)('on PostgreSQL $version', ({ version, service }) => {
  requireService(service)('a watched table', () => {
    let server: PostgresServer;
    let source: Source;
    beforeAll(async () => {
      server = await startPostgres({ version });
    });
    afterAll(() => server.stop());
    beforeEach(async () => {
      source = await openSource(server);
      return () => source.close();
    });
    const watchProduct = (more = ''): Promise<unknown> =>
      source.run(`${PRODUCT} select freshet.watch('catalog.product', type => 'Product', keys => '{upc}'${more})`);

    it('tells each inserted row, in a list', async () => {
      await watchProduct();
      await expect(source.emitted(`insert into catalog.product (upc) values ('1'), ('2')`)).resolves.toEqual([
        'insert Product {"upc":"1"} list',
        'insert Product {"upc":"2"} list',
      ]);
    });

    it('tells an updated row, and none that the statement left as it was', async () => {
      await watchProduct();
      await source.run(
        `insert into catalog.product (upc, name, doc) values ('1', 'same', '{"a":1}'), ('2', 'old', null)`,
      );
      await expect(
        source.emitted(`update catalog.product set name = 'same', doc = '{"a":1}' where upc = '1'`),
      ).resolves.toEqual([]);
      await expect(source.emitted(`update catalog.product set name = 'same'`)).resolves.toEqual([
        'update Product {"upc":"2"} list',
      ]);
    });

    it('tells a change in a column whose type has no equality', async () => {
      await watchProduct();
      await source.run(`insert into catalog.product (upc, doc, place) values ('1', '{"a":1}', '(1,2)')`);
      await expect(source.emitted(`update catalog.product set doc = '{"a":2}'`)).resolves.toHaveLength(1);
      await expect(source.emitted(`update catalog.product set place = '(1,3)'`)).resolves.toHaveLength(1);
    });

    it('tells lists only where a declared column or the key changed', async () => {
      await watchProduct(`, lists => '{price,total}'`);
      await source.run(`insert into catalog.product (upc, price) values ('1', 1.0)`);
      await expect(source.emitted(`update catalog.product set name = 'n'`)).resolves.toEqual([
        'update Product {"upc":"1"}',
      ]);
      await expect(source.emitted('update catalog.product set price = 2')).resolves.toEqual([
        'update Product {"upc":"1"} list',
      ]);
      await expect(source.emitted(`update catalog.product set upc = '2'`)).resolves.toEqual([
        'update Product {"upc":"1"}|{"upc":"2"} list',
      ]);
      await expect(source.emitted('delete from catalog.product')).resolves.toEqual(['delete Product {"upc":"2"} list']);
    });

    it('tells no list of an update when none depends on columns', async () => {
      await watchProduct(`, lists => '{}'`);
      await source.run(`insert into catalog.product (upc) values ('1')`);
      await expect(source.emitted('update catalog.product set price = 2')).resolves.toEqual([
        'update Product {"upc":"1"}',
      ]);
    });

    it('tells both keys when rows swap theirs in one statement', async () => {
      await watchProduct();
      await source.run(`alter table catalog.product drop constraint product_pkey, add primary key (upc) deferrable initially deferred;
        select freshet.rewatch('catalog.product'); insert into catalog.product (upc, name) values ('1', 'a'), ('2', 'b')`);
      await expect(
        source.emitted(`update catalog.product set upc = case upc when '1' then '2' else '1' end`),
      ).resolves.toEqual([
        'update Product {"upc":"1"}|{"upc":"2"} list',
        'update Product {"upc":"2"}|{"upc":"1"} list',
      ]);
    });

    it('tells the rows of COPY', async () => {
      await watchProduct();
      await source.run('delete from freshet.outbox');
      await pipeline(
        Readable.from(['1\tone\n2\ttwo\n']),
        source.client.query(copyFrom('copy catalog.product (upc, name) from stdin')),
      );
      await expect(source.emitted('select')).resolves.toEqual([]);
      await pipeline(
        Readable.from(['3\tthree\n']),
        source.client.query(copyFrom('copy catalog.product (upc, name) from stdin')),
      );
      const [row] = await source.run('select keys, op from freshet.outbox');
      expect(row).toEqual({ keys: [{ upc: '3' }], op: 'insert' });
    });

    it('tells upserts as what they came to be', async () => {
      await watchProduct();
      await source.run(`insert into catalog.product (upc, name) values ('1', 'a'), ('2', 'b')`);
      const upsert = `insert into catalog.product (upc, name) values ('1', 'A'), ('2', 'b'), ('3', 'c') on conflict (upc) do`;
      await expect(source.emitted(`${upsert} update set name = excluded.name`)).resolves.toEqual([
        'insert Product {"upc":"3"} list',
        'update Product {"upc":"1"} list',
      ]);
      await expect(source.emitted(`${upsert} nothing`)).resolves.toEqual([]);
    });

    it('tells MERGE in all its actions', async () => {
      await watchProduct();
      await source.run(`insert into catalog.product (upc, name) values ('1', 'a'), ('2', 'b')`);
      await expect(
        source.emitted(`merge into catalog.product p using (values ('1'), ('2'), ('3')) as v (upc) on p.upc = v.upc
          when matched and v.upc = '1' then delete when matched then update set name = 'B' when not matched then insert (upc) values (v.upc)`),
      ).resolves.toEqual([
        'delete Product {"upc":"1"} list',
        'insert Product {"upc":"3"} list',
        'update Product {"upc":"2"} list',
      ]);
    });

    it('tells each of several changes of one table in one statement', async () => {
      await watchProduct();
      await source.run(`insert into catalog.product (upc) values ('1'), ('2'), ('3')`);
      await expect(
        source.emitted(`with a as (update catalog.product set name = 'x' where upc = '1' returning 1), b as (update catalog.product set name = 'y' where upc = '2' returning 1),
          c as (delete from catalog.product where upc = '3' returning 1) insert into catalog.product (upc) select '4' from a, b, c`),
      ).resolves.toEqual([
        'delete Product {"upc":"3"} list',
        'insert Product {"upc":"4"} list',
        'update Product {"upc":"1"} list',
        'update Product {"upc":"2"} list',
      ]);
    });

    it('tells TRUNCATE as all entities of the type, and with tags as all there is', async () => {
      await watchProduct(`, also => '{"Brand id=brand"}'`);
      await expect(source.emitted('truncate catalog.product')).resolves.toEqual(['type Brand', 'type Product']);
      await source.run(
        `select freshet.watch('catalog.product', type => 'Product', keys => '{upc}', tags => '{"brand-{brand}"}')`,
      );
      await expect(source.emitted('truncate catalog.product')).resolves.toEqual([
        'subgraph catalog.product was truncated',
      ]);
    });

    it('tells what a foreign key deletes, updates or sets to null', async () => {
      await watchProduct();
      await source.run(`create table catalog.note (id integer primary key, upc text references catalog.product on delete cascade on update cascade);
        create table catalog.view (id integer primary key, upc text references catalog.product on delete set null);
        select freshet.watch('catalog.note', type => 'Note', keys => '{id}');
        select freshet.watch('catalog.view', type => 'View', keys => '{id}');
        insert into catalog.product (upc) values ('1'); insert into catalog.note values (7, '1'); insert into catalog.view values (8, '1')`);
      await source.run(`delete from catalog.view`);
      await expect(source.emitted(`update catalog.product set upc = '2'`)).resolves.toEqual([
        'update Note {"id":"7"} list',
        'update Product {"upc":"1"}|{"upc":"2"} list',
      ]);
      await source.run(`insert into catalog.view values (8, '2')`);
      await expect(source.emitted('delete from catalog.product')).resolves.toEqual([
        'delete Note {"id":"7"} list',
        'delete Product {"upc":"2"} list',
        'update View {"id":"8"} list',
      ]);
    });

    it('tells nothing of what is rolled back, also to a savepoint', async () => {
      await watchProduct();
      await expect(
        source.emitted(`begin; insert into catalog.product (upc) values ('1'); savepoint a; insert into catalog.product (upc) values ('2'); rollback to a;
          insert into catalog.product (upc) values ('3'); commit`),
      ).resolves.toEqual(['insert Product {"upc":"1"} list', 'insert Product {"upc":"3"} list']);
      await expect(source.emitted(`begin; delete from catalog.product; rollback`)).resolves.toEqual([]);
    });

    it('tells a statement of 100,000 rows as one event of the type', async () => {
      await watchProduct();
      await expect(
        source.emitted(`insert into catalog.product (upc) select i from generate_series(1, 100000) i`),
      ).resolves.toEqual(['type Product']);
      await expect(source.emitted(`update catalog.product set name = 'x'`)).resolves.toEqual(['type Product']);
      await expect(source.emitted(`update catalog.product set name = 'x'`)).resolves.toEqual([]);
      await expect(
        source.emitted(`update catalog.product set name = case when upc < '10' then 'y' else 'x' end`),
      ).resolves.toEqual(['update Product {"upc":"1"} list']);
      await expect(source.emitted('delete from catalog.product')).resolves.toEqual(['type Product']);
    });

    it('plans for many rows although the session has only seen one', async () => {
      await watchProduct();
      await source.run(`insert into catalog.product (upc) select i from generate_series(1, 20000) i`);
      for (let time = 0; time < 10; time += 1)
        await source.run(`update catalog.product set name = '${time}' where upc = '1'`);
      await source.run(`set statement_timeout = '20s'`);
      await expect(source.emitted(`update catalog.product set name = 'all'`)).resolves.toEqual(['type Product']);
    });

    it('tells 1,000 entities one by one, and 1,001 as their type', async () => {
      await watchProduct();
      await expect(
        source.emitted(`insert into catalog.product (upc) select i from generate_series(1, 1000) i`),
      ).resolves.toHaveLength(1000);
      await expect(
        source.emitted(`insert into catalog.product (upc) select i from generate_series(2001, 3001) i`),
      ).resolves.toEqual(['type Product']);
    });

    it('tells others that a row touches, by old and new values, once each', async () => {
      await source.run(`create table review (id integer primary key, author integer, upc text, body text);
        select freshet.watch('review', type => 'Review', keys => '{id}', lists => '{}', also => '{"User id=author","Product upc"}')`);
      await expect(
        source.emitted(`insert into review values (1, 10, 'a', ''), (2, 10, 'b', ''), (3, null, 'b', '')`),
      ).resolves.toEqual([
        'insert Review {"id":"1"} list',
        'insert Review {"id":"2"} list',
        'insert Review {"id":"3"} list',
        'update Product {"upc":"a"} list',
        'update Product {"upc":"b"} list',
        'update User {"id":"10"} list',
      ]);
      await expect(source.emitted('update review set author = 11 where id = 1')).resolves.toEqual([
        'update Product {"upc":"a"}',
        'update Review {"id":"1"}',
        'update User {"id":"10"}',
        'update User {"id":"11"}',
      ]);
      await source.run(`insert into review select i, 10 + i % 3, 'c' || i, '' from generate_series(10, 2000) i`);
      await expect(source.emitted(`update review set body = 'x' where id >= 10`)).resolves.toEqual([
        'type Product',
        'type Review',
        'update User {"id":"10"} list',
        'update User {"id":"11"} list',
        'update User {"id":"12"} list',
      ]);
    });

    it('tells tags by old and new values, one by one and in bulk, and gives up when there are too many', async () => {
      await watchProduct(`, tags => '{"brand-{brand}","all"}'`);
      await expect(
        source.emitted(`insert into catalog.product (upc, brand) values ('1', 5), ('2', null)`),
      ).resolves.toEqual([
        'insert Product {"upc":"1"} list #all #brand-5',
        'insert Product {"upc":"2"} list #all #brand-',
      ]);
      await expect(source.emitted(`update catalog.product set brand = 6 where upc = '1'`)).resolves.toEqual([
        'update Product {"upc":"1"} list #all #brand-5 #brand-6',
      ]);
      await expect(
        source.emitted(
          `insert into catalog.product (upc, brand) select 'x' || i, i % 2 from generate_series(1, 1001) i`,
        ),
      ).resolves.toEqual(['type Product #all #brand-0 #brand-1']);
      await expect(
        source.emitted(`insert into catalog.product (upc, brand) select 'y' || i, i from generate_series(1, 1001) i`),
      ).resolves.toEqual(['subgraph one statement changed more than 1000 tags of catalog.product']);
    });

    it('tells tags alone, or others alone, of a table whose rows are no entities', async () => {
      await source.run(`create table follow (follower integer, followee integer);
        select freshet.watch('follow', also => '{"User id=followee"}', tags => '{"follows-{follower}"}', subgraph => 'accounts')`);
      await expect(source.emitted('insert into follow values (1, 2), (1, 3)')).resolves.toEqual([
        'tag @accounts #follows-1',
        'update @accounts User {"id":"2"} list',
        'update @accounts User {"id":"3"} list',
      ]);
      await expect(
        source.emitted('insert into follow select 1, i % 2 from generate_series(1, 1001) i'),
      ).resolves.toEqual([
        'tag @accounts #follows-1',
        'update @accounts User {"id":"0"} list',
        'update @accounts User {"id":"1"} list',
      ]);
    });

    it('leaves out a tag of which nothing remains', async () => {
      await source.run(`create table look (id integer, word text); select freshet.watch('look', tags => '{"{word}"}')`);
      await expect(source.emitted(`insert into look values (1, null), (2, '')`)).resolves.toEqual([]);
      await expect(source.emitted('insert into look select i, null from generate_series(1, 1001) i')).resolves.toEqual(
        [],
      );
      await expect(source.emitted(`insert into look values (1, 'a'), (2, '')`)).resolves.toEqual(['tag #a']);
    });

    it('writes several keys into one object, nested fields as objects, values as text that survives', async () => {
      await source.run(`create table thing (id bigint, price numeric(10,2), code char(5), flag boolean, day date, guid uuid, "Odd Name" text, org integer);
        select freshet.watch('thing', type => 'Thing', keys => '{id,"price code flag","day guid org.id=org"}')`);
      await expect(
        source.emitted(
          `insert into thing values (9007199254740993, 1.5, 'ab', true, '2026-03-01', '6BF1B2A0-0000-4000-8000-000000000000', 'x', 4)`,
        ),
      ).resolves.toEqual(
        [
          'insert Thing {"id":"9007199254740993","day":"2026-03-01","org":{"id":"4"},"code":"ab","flag":"true","guid":"6bf1b2a0-0000-4000-8000-000000000000","price":"1.50"} list',
        ].map((text) => text.replace('"code":"ab"', '"code":"ab   "')),
      );
    });

    it('is not misled by columns that are named as its own words are', async () => {
      await source.run(`create table words (i integer primary key, o text, n text, p text, r text, t text, many boolean, key text, "~row" text, k text, e text, a text, b text, old_rows text, new_rows text);
        select freshet.watch('words', type => 'Words', keys => '{"i o"}', lists => '{t,many}', also => '{"Key key","P p=r"}', tags => '{"{~row}{n}","{k}-{b}"}')`);
      await expect(
        source.emitted(
          `insert into words values (1, 'o', 'n', 'p', 'r', 't', true, 'key', 'row', 'k', 'e', 'a', 'b', 'x', 'y')`,
        ),
      ).resolves.toEqual([
        'insert Words {"i":"1","o":"o"} list #k-b #rown',
        'update Key {"key":"key"} list',
        'update P {"p":"r"} list',
      ]);
      await expect(source.emitted(`update words set many = false`)).resolves.toEqual([
        'update Key {"key":"key"} list',
        'update P {"p":"r"} list',
        'update Words {"i":"1","o":"o"} list #k-b #rown',
      ]);
      await expect(
        source.emitted(`insert into words (i, key, r) select i, 'k', 'r' from generate_series(2, 1100) i`),
      ).resolves.toEqual(['type Words #-', 'update Key {"key":"k"} list', 'update P {"p":"r"} list']);
    });

    it('tells changes of a role that may not write the outbox', async () => {
      await watchProduct();
      await source.run(
        `create role writer_${version} login; grant usage on schema catalog to writer_${version}; grant all on catalog.product to writer_${version}`,
      );
      const writer = await connect(source.url.replace('postgres@', `writer_${version}@`));
      try {
        await writer.query(`insert into catalog.product (upc) values ('1')`);
        await expect(writer.query('delete from freshet.outbox')).rejects.toThrow('permission denied');
      } finally {
        await writer.end();
      }
      await expect(source.run('select keys from freshet.outbox')).resolves.toEqual([{ keys: [{ upc: '1' }] }]);
    });

    it('tells changes made as a replica makes them', async () => {
      await watchProduct();
      await expect(
        source.emitted(
          `begin; set local session_replication_role = replica; insert into catalog.product (upc) values ('1'); commit`,
        ),
      ).resolves.toEqual(['insert Product {"upc":"1"} list']);
    });

    it('sees a column that was added after the session first fired the trigger', async () => {
      await watchProduct();
      await source.run(
        `insert into catalog.product (upc) values ('1'); update catalog.product set name = 'a'; update catalog.product set name = 'b'`,
      );
      const other = await connect(source.url);
      await other
        .query('alter table catalog.product add column colour text, drop column name')
        .finally(() => other.end());
      await expect(source.emitted(`update catalog.product set colour = 'red'`)).resolves.toEqual([
        'update Product {"upc":"1"} list',
      ]);
    });
  });
});
