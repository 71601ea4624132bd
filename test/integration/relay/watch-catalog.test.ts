// What freshet.watch refuses, what it replaces, and what the catalog check notices, on both PostgreSQL versions.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { watchInstallSql } from '../../../subgraphs/kit/watch.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { requireService } from '../../support/service-gate.ts';
import { connect, openSource, type Source } from './source.ts';

const VERSIONS = [
  { version: 'embedded', service: 'postgres' },
  { version: '15', service: 'postgres15' },
] as const;

const TABLES = `
  create schema shop;
  create table shop.product (upc text primary key, name text, price integer, at timestamptz, doc jsonb, ratio double precision);
  create view shop.cheap as select * from shop.product;
  create materialized view shop.dear as select * from shop.product;
  create unlogged table shop.basket (id integer primary key);
  create table shop.part (id integer) partition by range (id);
  create table shop.part_1 partition of shop.part for values from (0) to (10);`;

describe.each(VERSIONS)('on PostgreSQL $version', ({ version, service }) => {
  requireService(service)('freshet.watch', () => {
    let server: PostgresServer;
    let source: Source;
    beforeAll(async () => {
      server = await startPostgres({ version });
    });
    afterAll(() => server.stop());
    beforeEach(async () => {
      source = await openSource(server, TABLES);
      return () => source.close();
    });
    const watchProduct = (more = ''): Promise<unknown> =>
      source.run(`select freshet.watch('shop.product', type => 'Product', keys => '{upc}'${more})`);
    const problems = async (): Promise<unknown[]> =>
      (await source.run('select table_name || $1 || problem as text from freshet.problems()', [': '])).map(
        ({ text }) => text,
      );
    const fingerprint = async (): Promise<unknown> => (await source.run('select freshet.fingerprint() as f'))[0]?.f;

    it.each([
      [`'shop.cheap', tags => '{x}'`, 'expected a table, got a view'],
      [`'shop.dear', tags => '{x}'`, 'expected a table, got a materialized view'],
      [`'shop.basket', tags => '{x}'`, 'got an unlogged table'],
      [`'shop.part_1', tags => '{x}'`, 'expected the topmost table, got a partition or child of shop.part'],
      [`'freshet.outbox', tags => '{x}'`, 'expected a table of the application'],
      [`'pg_class', tags => '{x}'`, 'expected a table of the application'],
      [`'shop.nothing', tags => '{x}'`, 'relation "shop.nothing" does not exist'],
      [`'shop.product'`, 'expected at least one of type, also, tags'],
      [`'shop.product', type => 'Product'`, 'expected type and keys together, got type Product and keys []'],
      [`'shop.product', keys => '{upc}'`, 'expected type and keys together, got type null and keys ["upc"]'],
      [`'shop.product', type => 'Product', keys => '{upcc}'`, 'expected a column of the table in keys, got "upcc"'],
      [
        `'shop.product', type => 'Product', keys => '{"id=upcc"}'`,
        'expected a column of the table in keys, got "upcc"',
      ],
      [
        `'shop.product', type => 'Product', keys => '{upc}', lists => '{cost}'`,
        'expected a column of the table in lists, got "cost"',
      ],
      [
        `'shop.product', type => 'Product', keys => '{upc}', tags => '{"x-{cost}"}'`,
        'expected a column of the table in tags, got "cost"',
      ],
      [
        `'shop.product', type => 'Product', keys => '{upc}', tags => '{"x-{upc"}'`,
        'expected tags as in {"brand-{brand_id}"}',
      ],
      [`'shop.product', type => 'Product', keys => '{upc}', tags => '{""}'`, 'expected tags as in'],
      [
        `'shop.product', type => 'Product', keys => '{upc}', also => '{User}'`,
        'expected a type and its key fields in also',
      ],
      [
        `'shop.product', type => 'Product', keys => '{upc}', also => '{"User id=author"}'`,
        'expected a column of the table in also, got "author"',
      ],
      [
        `'shop.product', type => 'Product', keys => '{at}'`,
        'expected in keys a column whose text is the same in every session, got "at"',
      ],
      [
        `'shop.product', type => 'Product', keys => '{doc}'`,
        'expected in keys a column whose text is the same in every session, got "doc"',
      ],
      [
        `'shop.product', type => 'Product', keys => '{ratio}'`,
        'expected in keys a column whose text is the same in every session, got "ratio"',
      ],
      [
        `'shop.product', type => 'Product', keys => '{upc,"upc.id=name"}'`,
        'expected one meaning for each key field in keys',
      ],
      [
        `'shop.product', type => 'Product', keys => '{upc,"upc=name"}'`,
        'expected one meaning for each key field in keys',
      ],
      [`'shop.product', type => 'Product', keys => '{"a-b=upc"}'`, 'expected key fields as in'],
    ])('refuses %s', async (call, message) => {
      await expect(source.run(`select freshet.watch(${call})`)).rejects.toThrow(message);
      await expect(source.run('select from freshet.watched')).resolves.toEqual([]);
      await expect(source.run(`select from pg_trigger where tgname like 'freshet%'`)).resolves.toEqual([]);
    });

    it('names the columns that there are, and an example', async () => {
      await expect(
        source.run(`select freshet.watch('shop.product', type => 'Product', keys => '{id}')`),
      ).rejects.toMatchObject({ hint: 'It has: upc, name, price, at, doc, ratio' });
      await expect(source.run(`select freshet.watch('shop.product', type => 'Product')`)).rejects.toMatchObject({
        hint: `For example: select freshet.watch('shop.product', type => 'Product', keys => '{upc}')`,
      });
    });

    it('refuses who does not own the table', async () => {
      await source.run(`create role stranger login; grant usage, create on schema freshet to stranger; grant all on all tables in schema freshet to stranger;
        grant usage on schema shop to stranger; grant all on shop.product to stranger`);
      const stranger = await connect(source.url.replace('postgres@', 'stranger@'));
      const refused = stranger.query(`select freshet.watch('shop.product', type => 'Product', keys => '{upc}')`);
      await expect(refused).rejects.toThrow(
        'expected to be the owner of shop.product (postgres), the current role is stranger',
      );
      await stranger.end();
    });

    it('does nothing when it is called again with the same arguments, and replaces other ones', async () => {
      await watchProduct();
      const before = await fingerprint();
      await source.run(watchInstallSql());
      await watchProduct();
      await expect(fingerprint()).resolves.toBe(before);
      await watchProduct(`, tags => '{"p-{upc}"}'`);
      await expect(fingerprint()).resolves.not.toBe(before);
      await expect(source.emitted(`insert into shop.product values ('1')`)).resolves.toEqual([
        'insert Product {"upc":"1"} list #p-1',
      ]);
      await expect(problems()).resolves.toEqual([]);
    });

    it('follows a table to its new name and leaves no second watch behind', async () => {
      await watchProduct();
      await source.run('alter table shop.product rename to article');
      await expect(problems()).resolves.toEqual(['shop.product: is gone']);
      await source.run(`select freshet.watch('shop.article', type => 'Product', keys => '{upc}')`);
      await expect(source.run('select table_name from freshet.watched')).resolves.toEqual([
        { table_name: 'shop.article' },
      ]);
      await expect(source.emitted(`insert into shop.article values ('1')`)).resolves.toEqual([
        'insert Product {"upc":"1"} list',
      ]);
    });

    it('finds the table to unwatch on the search path, and by its old name when another stands there now', async () => {
      await source.run(
        `set search_path = shop; select freshet.watch('product', type => 'Product', keys => '{upc}'); select freshet.unwatch('product')`,
      );
      await source.run(
        `select freshet.watch('product', type => 'Product', keys => '{upc}'); alter table product rename to old; create table product (upc text)`,
      );
      await source.run(`select freshet.unwatch('product')`);
      await expect(source.run('select from freshet.watched')).resolves.toEqual([]);
    });

    it('is undone by freshet.unwatch, also when the table is gone', async () => {
      await watchProduct();
      await source.run(`select freshet.unwatch('shop.product')`);
      await expect(source.emitted(`insert into shop.product values ('1')`)).resolves.toEqual([]);
      await watchProduct();
      await source.run('drop table shop.product cascade');
      await expect(problems()).resolves.toEqual(['shop.product: is gone']);
      await source.run(`select freshet.unwatch('shop.product')`);
      await expect(problems()).resolves.toEqual([]);
      await expect(source.run(`select freshet.unwatch('shop.product')`)).rejects.toThrow(
        'expected a watched table, got "shop.product"',
      );
      await expect(source.run(`select from pg_proc where proname like 'changed%'`)).resolves.toEqual([]);
    });

    it.each([
      [
        'a trigger that is disabled',
        'alter table shop.product disable trigger freshet_update',
        'shop.product: trigger freshet_update of shop.product is disabled',
      ],
      [
        'all triggers disabled and enabled again as they were not',
        'alter table shop.product disable trigger all; alter table shop.product enable trigger all',
        'shop.product: trigger freshet_insert of shop.product is not enabled always',
      ],
      [
        'a trigger that is dropped',
        'drop trigger freshet_truncate on shop.product',
        'shop.product: trigger freshet_truncate of shop.product is missing',
      ],
      [
        'a trigger function that is changed',
        `do $$ begin execute format('create or replace function %s returns trigger language plpgsql security definer as ''begin return null; end''', (select function_oid::regprocedure from freshet.watched)); end $$`,
        'shop.product: its trigger function is missing or was changed',
      ],
      [
        'a table that is swapped for another',
        'alter table shop.product rename to old; create table shop.product (upc text, price integer)',
        'shop.product: is another table than the one that was watched',
      ],
      [
        'a used column that is renamed',
        'alter table shop.product rename price to cost',
        'shop.product: column price is gone, it was integer',
      ],
      [
        'a used column of another type',
        'drop view shop.cheap; drop materialized view shop.dear; alter table shop.product alter price type text',
        'shop.product: column price is text, it was integer',
      ],
      [
        'a table that is made unlogged',
        'alter table shop.product set unlogged',
        'shop.product: shop.product is not an ordinary, logged table',
      ],
    ])('is known to be broken by %s, until it is watched again', async (_, alteration, problem) => {
      await watchProduct(`, lists => '{price}'`);
      const before = await fingerprint();
      await source.run(alteration);
      await expect(problems()).resolves.toContain(problem);
      await expect(fingerprint()).resolves.not.toBe(before);
    });

    it('is whole again after freshet.rewatch', async () => {
      await watchProduct(`, lists => '{price}', tags => '{"p-{upc}"}', also => '{"Brand id=name"}'`);
      await source.run('alter table shop.product disable trigger all');
      await source.run(`select freshet.rewatch('shop.product')`);
      await expect(problems()).resolves.toEqual([]);
      await expect(source.emitted(`insert into shop.product values ('1', 'x')`)).resolves.toEqual([
        'insert Product {"upc":"1"} list #p-1',
        'update Brand {"id":"x"} list',
      ]);
    });

    it('is known to lack a partition that was attached or made, and to be whole when that is watched too', async () => {
      await source.run(
        `select freshet.watch('shop.part', type => 'Part', keys => '{id}'); create table shop.part_2 partition of shop.part for values from (10) to (20)`,
      );
      await expect(problems()).resolves.toContain('shop.part: trigger freshet_insert of shop.part_2 is missing');
      await source.run(`select freshet.rewatch('shop.part')`);
      await expect(problems()).resolves.toEqual([]);
      const before = await fingerprint();
      await source.run('alter table shop.part detach partition shop.part_2');
      await expect(problems()).resolves.toEqual([]);
      await expect(fingerprint()).resolves.not.toBe(before);
    });

    it.each([
      [
        'a trigger disabled for one statement',
        `begin; alter table shop.product disable trigger user; update shop.product set price = 1; alter table shop.product enable always trigger freshet_insert, enable always trigger freshet_update, enable always trigger freshet_delete, enable always trigger freshet_truncate; commit`,
      ],
      [
        'a column rewritten in place',
        `drop view shop.cheap; drop materialized view shop.dear; alter table shop.product alter name type text using name || '!'`,
      ],
      ['a column that is added', `alter table shop.product add colour text default 'red'`],
      [
        'the same function made anew',
        `do $$ begin execute (select pg_get_functiondef(function_oid) from freshet.watched); end $$`,
      ],
    ])('leaves a trace of %s, though all is as it was', async (_, alteration) => {
      await watchProduct(`, lists => '{price}'`);
      const before = await fingerprint();
      await source.run(alteration);
      await expect(problems()).resolves.toEqual([]);
      await expect(fingerprint()).resolves.not.toBe(before);
    });

    it('shows no trace of ordinary life: writes, VACUUM, ANALYZE, an index, TRUNCATE', async () => {
      await watchProduct();
      const before = await fingerprint();
      await source.run(`insert into shop.product (upc) values ('1')`);
      await source.run('truncate shop.product');
      await source.run('create index on shop.product (name)');
      await source.run('vacuum (full, analyze) shop.product');
      await source.run('vacuum freeze pg_trigger');
      await expect(fingerprint()).resolves.toBe(before);
    });

    // PostgreSQL before 18 has none.
    if (version === 'embedded') {
      it('refuses a virtual generated column, which triggers do not see', async () => {
        await source.run(
          'create table shop.virtual (id integer primary key, twice integer generated always as (id * 2) virtual)',
        );
        await expect(
          source.run(`select freshet.watch('shop.virtual', type => 'V', keys => '{twice}')`),
        ).rejects.toThrow('expected a stored column in keys, got "twice"');
        await source.run(
          `select freshet.watch('shop.virtual', type => 'V', keys => '{id}'); insert into shop.virtual values (1)`,
        );
        await expect(source.emitted('update shop.virtual set id = 2')).resolves.toEqual([
          'update V {"id":"1"}|{"id":"2"} list',
        ]);
      });
    }
  });
});
