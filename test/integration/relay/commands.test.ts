// `freshet relay` and `freshet watch --print-sql` as people run them.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Child, spawnChild } from '../../support/child.ts';
import { eventually } from '../../support/eventually.ts';
import { type KafkaBroker, startKafka } from '../../support/kafka-broker.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { requireService } from '../../support/service-gate.ts';
import { tailTopic } from './kafka-tail.ts';
import { keysOf } from './running-relay.ts';
import { openSource } from './source.ts';

function freshet(...args: readonly string[]): Child {
  return spawnChild({
    name: 'freshet',
    command: process.execPath,
    args: [fileURLToPath(new URL('./cli.ts', import.meta.url)), ...args],
  });
}

async function refusal(...args: readonly string[]): Promise<string> {
  const child = freshet(...args);
  expect(await child.waitForExit()).toEqual({ code: 1, signal: null });
  return child.output();
}

describe('freshet watch', () => {
  it.each([
    [['watch', 'a.b', '--type', 'T', '--key', 'id'], 'expected --print-sql'],
    [['watch', '--print-sql', 'a.b'], 'expected --type with --key, --also or --tag'],
    [['watch', '--print-sql', 'a.b', '--type', 'T'], 'expected --type and --key together'],
    [['watch', '--print-sql', '--type', 'T', '--key', 'id'], `missing required argument 'tables'`],
    [['watch', '--print-sql', 'a.b', '--typ', 'T'], '(Did you mean --type?)'],
  ])('refuses %j', async (args, message) => {
    expect(await refusal(...args)).toContain(message);
  });

  it('has an example in its help', async () => {
    const child = freshet('watch', '--help');
    expect(await child.waitForExit()).toEqual({ code: 0, signal: null });
    expect(child.stdout()).toContain('$ freshet watch --print-sql catalog.product --type Product --key upc');
  });

  requireService('postgres')('on a database', () => {
    it('prints SQL that makes tables emit events, also when it is run twice', async () => {
      const server = await startPostgres();
      const source = await openSource(
        server,
        `drop schema freshet cascade; create table "Odd Table" (id integer primary key, "it's" text, org integer)`,
      );
      try {
        const child = freshet(
          'watch',
          '--print-sql',
          '"Odd Table"',
          '--type',
          'Odd',
          '--key',
          'id',
          '--key',
          'org.id=org',
          '--lists',
          'org',
          '--also',
          'Org id=org',
          '--tag',
          "x-{it's}",
          '--subgraph',
          'one',
        );
        await child.waitForExit();
        await source.run(child.stdout());
        await source.run(child.stdout());
        await expect(source.emitted(`insert into "Odd Table" values (1, 'y', 2)`)).resolves.toEqual([
          'insert @one Odd {"id":"1","org":{"id":"2"}} list #x-y',
          'update @one Org {"id":"2"} list',
        ]);
      } finally {
        await source.close();
        await server.stop();
      }
    });
  });
});

describe('freshet relay', () => {
  it('has an example in its help', async () => {
    const child = freshet('relay', '--help');
    expect(await child.waitForExit()).toEqual({ code: 0, signal: null });
    expect(child.stdout()).toContain('$ freshet relay --database postgres://');
  });

  it.each([
    [['relay', '--source', 'a', '--brokers', '127.0.0.1:1'], `required option '--database <url>' not specified`],
    [
      ['relay', '--database', 'mysql://secret@h/x', '--source', 'a', '--brokers', '127.0.0.1:1'],
      'error: option --database: expected a URL that names a database',
    ],
    [
      ['relay', '--database', 'postgres://h', '--source', 'a', '--brokers', '127.0.0.1:1'],
      'error: option --database: expected a URL that names a database',
    ],
    [['relay', '--database', 'postgres://h/x', '--source', 'a', '--brokers', 'nowhere'], 'Expected host:port'],
  ])('refuses %j', async (args, message) => {
    const output = await refusal(...args);
    expect(output).toContain(message);
    expect(output).not.toContain('secret');
    expect(output).not.toContain(' at ');
  });

  requireService('postgres', 'kafka')('with a database and a broker', () => {
    let server: PostgresServer;
    let broker: KafkaBroker;
    beforeAll(async () => {
      [server, broker] = await Promise.all([startPostgres(), startKafka()]);
      await broker.createTopic('freshet.purge');
      await broker.createTopic('wide', { partitionCount: 2 });
    });
    afterAll(async () => {
      await server.stop();
      await broker.stop();
    });
    const relayFor = (url: string, ...more: readonly string[]): readonly string[] => [
      'relay',
      '--database',
      url,
      '--source',
      'catalog',
      '--brokers',
      broker.brokers.join(','),
      ...more,
    ];

    it('carries events until it is told to stop, and leaves nothing', async () => {
      const source = await openSource(
        server,
        `create table product (upc text primary key); select freshet.watch('product', type => 'Product', keys => '{upc}');
        create role relay login; grant usage on schema freshet to relay; grant all on all tables in schema freshet to relay`,
      );
      // With no more rights than the printed SQL asks for.
      const child = freshet(...relayFor(source.url.replace('postgres@', 'relay@')));
      await child.waitForLine(/the relay works/);
      await source.run(`insert into product values ('1'), ('2')`);
      await eventually(async () => (await source.run('select from freshet.outbox')).length === 0);
      const beganMs = performance.now();
      child.signal('SIGTERM');
      expect(await child.waitForExit()).toEqual({ code: 0, signal: null });
      expect(performance.now() - beganMs).toBeLessThan(5_000);
      await expect(
        source.run(`select from pg_stat_activity where application_name like 'freshet relay%'`),
      ).resolves.toEqual([]);
      const tail = await tailTopic(broker.brokers, 'freshet.purge');
      await eventually(() => keysOf(tail.seen).sort().join() === '1,2');
      await tail.stop();
      await source.close();
    });

    it('says what is missing in a database without the schema, in one with another name, and ends with 1', async () => {
      const source = await openSource(server, 'drop schema freshet cascade');
      expect(await refusal(...relayFor(source.url))).toMatch(
        /error: expected the schema freshet in the database, there is none: install it with the SQL that `freshet watch --print-sql TABLE …` prints/,
      );
      await source.close();
      expect(await refusal(...relayFor(`${source.url}x`))).toMatch(/error: database ".*x" does not exist/);
    });

    it('refuses a topic that is missing or has several partitions, and ends with 1', async () => {
      const source = await openSource(server);
      expect(await refusal(...relayFor(source.url, '--topic', 'nowhere'))).toContain(
        'error: expected Kafka topic nowhere with one partition and cleanup.policy=delete, there is no such topic',
      );
      expect(await refusal(...relayFor(source.url, '--topic', 'wide'))).toContain('it has 2 partitions');
      await source.close();
    });

    it('gives up on a database that cannot be reached at the start, without showing the password', async () => {
      const output = await refusal(...relayFor('postgres://relay:hush@127.0.0.1:1/shop'));
      expect(output).toContain(
        'error: expected the database within 10000 ms, it cannot be reached: connect ECONNREFUSED 127.0.0.1:1',
      );
      expect(output).not.toContain('hush');
    });
  });
});
