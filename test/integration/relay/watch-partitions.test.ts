// Partitions, children and subscribers: tables whose rows come in by other ways than statements on the table itself.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { requireService } from '../../support/service-gate.ts';
import { openSource, type Source } from './source.ts';

const VERSIONS = [
  { version: 'embedded', service: 'postgres' },
  { version: '15', service: 'postgres15' },
] as const;

// The columns of part_b stand in another order, and one of part_a was dropped.
const PARTITIONED = `
  create table item (region text, id integer, name text, primary key (region, id)) partition by list (region);
  create table part_a (gone text, region text not null, id integer not null, name text);
  alter table part_a drop column gone;
  alter table item attach partition part_a for values in ('a');
  create table part_b (name text, id integer not null, region text not null) partition by range (id);
  alter table item attach partition part_b for values in ('b');
  create table part_b1 partition of part_b for values from (0) to (100);
  select freshet.watch('item', type => 'Item', keys => '{"region id"}', lists => '{name}', also => '{"Region name=region"}');`;

describe.each(VERSIONS)('on PostgreSQL $version', ({ version, service }) => {
  requireService(service)('a watched table with partitions', () => {
    let server: PostgresServer;
    let source: Source;
    beforeAll(async () => {
      server = await startPostgres({ version, settings: { wal_level: 'logical' } });
    });
    afterAll(() => server.stop());
    beforeEach(async () => {
      source = await openSource(server);
      return () => source.close();
    });

    it('tells a change once, whether it is made through the table or straight into a partition of any level', async () => {
      await source.run(PARTITIONED);
      const told = (op: string, region: string, id: number): string[] => [
        `${op} Item {"id":"${id}","region":"${region}"} list`,
        `update Region {"name":"${region}"} list`,
      ];
      await expect(source.emitted(`insert into item values ('a', 1, 'x')`)).resolves.toEqual(told('insert', 'a', 1));
      await expect(source.emitted(`insert into part_a values ('a', 2, 'x')`)).resolves.toEqual(told('insert', 'a', 2));
      await expect(source.emitted(`insert into part_b values ('x', 3, 'b')`)).resolves.toEqual(told('insert', 'b', 3));
      await expect(source.emitted(`insert into part_b1 values ('x', 4, 'b')`)).resolves.toEqual(told('insert', 'b', 4));
      await expect(source.emitted(`update part_b1 set name = 'y' where id = 4`)).resolves.toEqual(
        told('update', 'b', 4),
      );
      await expect(source.emitted(`update item set name = 'z' where id = 4`)).resolves.toEqual(told('update', 'b', 4));
      await expect(source.emitted('delete from part_b where id = 4')).resolves.toEqual(told('delete', 'b', 4));
      await expect(source.emitted('truncate part_a')).resolves.toEqual(['type Item', 'type Region']);
      await expect(source.emitted('update item set name = name')).resolves.toEqual([]);
    });

    it('tells both keys of a row that an update moves to another partition', async () => {
      await source.run(`${PARTITIONED} insert into item values ('a', 1, 'x'), ('a', 2, 'y')`);
      await expect(source.emitted(`update item set region = 'b' where id = 1`)).resolves.toEqual([
        'update Item {"id":"1","region":"a"}|{"id":"1","region":"b"} list',
        'update Region {"name":"a"} list',
        'update Region {"name":"b"} list',
      ]);
    });

    it('tells every row of an update of which some were dropped on their way to another partition', async () => {
      await source.run(`${PARTITIONED} insert into item values ('a', 1, 'x'), ('a', 2, 'y'), ('a', 3, 'z');
        create function drop_three() returns trigger language plpgsql as $$ begin return case when new.id = 3 then null else new end; end $$;
        create trigger drop_three before insert on part_b1 for each row execute function drop_three()`);
      const told = (await source.emitted(`update item set region = 'b'`)).join(' ');
      for (const key of ['1 a', '2 a', '3 a', '1 b', '2 b']) {
        const [id, region] = key.split(' ');
        expect(told).toContain(`{"id":"${id}","region":"${region}"}`);
      }
      await expect(source.run('select id from item order by id')).resolves.toEqual([{ id: 1 }, { id: 2 }]);
    });

    it('tells changes of children by inheritance', async () => {
      await source.run(`create table base (id integer primary key); create table child (more text) inherits (base);
        select freshet.watch('base', type => 'Base', keys => '{id}')`);
      await expect(source.emitted(`insert into child values (1, 'x')`)).resolves.toEqual([
        'insert Base {"id":"1"} list',
      ]);
      await expect(source.emitted('update base set id = 2')).resolves.toEqual([
        'update Base {"id":"1"}|{"id":"2"} list',
      ]);
      await expect(source.emitted(`update child set more = 'y'`)).resolves.toEqual(['update Base {"id":"2"} list']);
    });

    it('as a subscriber tells what logical replication applies, and what is written there', async () => {
      const publisher = await openSource(server);
      try {
        const table = 'create table thing (id integer primary key, name text, part integer)';
        await publisher.run(
          `${table}; alter table thing replica identity full; create publication all_of_it for table thing; insert into thing values (1, 'old', 5)`,
        );
        await publisher.run(
          `select pg_create_logical_replication_slot('slot_of_${new URL(source.url).pathname.slice(1)}', 'pgoutput')`,
        );
        await source.run(`${table}; insert into thing values (1, 'old', 5);
          select freshet.watch('thing', type => 'Thing', keys => '{id}', lists => '{name}', also => '{"Part id=part"}', subscriber => true)`);
        await source.run('delete from freshet.outbox');
        await source.run(`create subscription from_there connection '${publisher.url.replace('postgres://', 'postgresql://')}' publication all_of_it
          with (create_slot = false, slot_name = 'slot_of_${new URL(source.url).pathname.slice(1)}', copy_data = false)`);
        await publisher.run(`insert into thing values (2, 'new', 6)`);
        await publisher.run(`update thing set part = 7 where id = 1`);
        await publisher.run('delete from thing where id = 2');
        const rows = await eventually(async () => {
          const found = await source.run(
            `select op, type, keys, list from freshet.outbox order by happened_at, type desc, keys`,
          );
          return found.length >= 7 ? found : false;
        });
        // Of one change in any order.
        const asText = (row: Record<string, unknown>): string => JSON.stringify(row);
        expect(rows.map(asText).sort()).toEqual(
          [
            { op: 'insert', type: 'Thing', keys: [{ id: '2' }], list: true },
            { op: 'update', type: 'Part', keys: [{ id: '6' }], list: true },
            { op: 'update', type: 'Thing', keys: [{ id: '1' }], list: false },
            { op: 'update', type: 'Part', keys: [{ id: '5' }], list: false },
            { op: 'update', type: 'Part', keys: [{ id: '7' }], list: false },
            { op: 'delete', type: 'Thing', keys: [{ id: '2' }], list: true },
            { op: 'update', type: 'Part', keys: [{ id: '6' }], list: true },
          ]
            .map(asText)
            .sort(),
        );
        await publisher.run('truncate thing');
        await eventually(
          async () =>
            (await source.run(`select from freshet.outbox where kind = 'type' and type = 'Thing'`)).length === 1,
        );
        await expect(source.emitted(`insert into thing values (3, 'here', null)`)).resolves.toEqual([
          'insert Thing {"id":"3"} list',
        ]);
        await expect(source.emitted(`update thing set name = name`)).resolves.toEqual([]);
      } finally {
        await source.run('drop subscription if exists from_there');
        await publisher.close();
      }
    });

    it('as a subscriber tells each row of partitions once', async () => {
      await source.run(PARTITIONED);
      await source.run(`select freshet.watch('item', type => 'Item', keys => '{"region id"}', subscriber => true)`);
      await expect(
        source.emitted(
          `insert into item values ('b', 1, 'x'); insert into part_a values ('a', 2, 'x'); update item set name = 'y' where id = 1`,
        ),
      ).resolves.toEqual([
        'insert Item {"id":"1","region":"b"} list',
        'insert Item {"id":"2","region":"a"} list',
        'update Item {"id":"1","region":"b"} list',
      ]);
      await expect(source.run('select * from freshet.problems()')).resolves.toEqual([]);
    });
  });
});
