// A relay and a catalog that changes under it: no heartbeat while changes go unseen, and a purge for those that did.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { RelaySource } from '../../../subgraphs/kit/relay-source.ts';
import { eventually } from '../../support/eventually.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { requireService } from '../../support/service-gate.ts';
import {
  heartbeats,
  type KeptLog,
  keysOf,
  openKeptLog,
  type RunningRelay,
  reasonsOf,
  runRelay,
} from './running-relay.ts';
import { openSource, type Source } from './source.ts';

const TABLES = `
  create table product (upc text primary key, name text); select freshet.watch('product', type => 'Product', keys => '{upc}');
  create table part (id integer) partition by range (id); select freshet.watch('part', type => 'Part', keys => '{id}');`;

const ALTERED_AND_BACK = `begin; alter table product disable trigger freshet_update; update product set name = 'unseen';
  alter table product enable always trigger freshet_update; commit`;

requireService('postgres')('a relay whose watched tables are altered', () => {
  let server: PostgresServer;
  let source: Source;
  let log: KeptLog;
  let relay: RunningRelay;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    source = await openSource(server, TABLES);
    log = openKeptLog();
    relay = runRelay({ url: source.url, log });
    await relay.beats(1);
    return async () => {
      await relay.stop();
      await source.close();
    };
  });
  const isUnwatched = (): Promise<true> => eventually(() => relay.status().kind === 'unwatched');

  it.each([
    [
      'a trigger is disabled',
      'alter table product disable trigger freshet_update',
      'product',
      'public.product: trigger freshet_update of public.product is disabled',
    ],
    [
      'a partition is made',
      'create table part_1 partition of part for values from (0) to (9)',
      'part',
      'public.part: trigger freshet_insert of public.part_1 is missing',
    ],
    [
      'the table is swapped',
      'alter table product rename to old; create table product (upc text primary key, name text)',
      'product',
      'public.product: is another table than the one that was watched',
    ],
  ])(
    'purges everything and stops its heartbeats when %s, until it is watched again',
    async (_, alteration, table, problem) => {
      await source.run(alteration);
      await isUnwatched();
      expect(relay.status()).toMatchObject({ problems: expect.arrayContaining([problem]) });
      expect(relay.lines.join('\n')).toContain(problem);
      await eventually(() => reasonsOf(log.seen).length === 2);
      expect(reasonsOf(log.seen)[1]).toContain(problem);
      const silentSince = heartbeats(log.seen).length;
      // Events of others flow on, no heartbeat with them.
      await source.run(
        `insert into freshet.outbox (kind, type, keys) values ('entity', 'Other', '[{"id":"still sent"}]')`,
      );
      await eventually(() => keysOf(log.seen).includes('still sent'));
      await source.run(`update product set name = 'unseen'`);
      expect(heartbeats(log.seen)).toHaveLength(silentSince);

      if (table === 'product' && alteration.includes('rename'))
        await source.run(
          `select freshet.unwatch('product'); select freshet.watch('product', type => 'Product', keys => '{upc}')`,
        );
      else await source.run(`select freshet.rewatch('${table}')`);
      await relay.beats(1);
      // What changed unseen is purged before the first heartbeat that vouches for it.
      expect(reasonsOf(log.seen)).toHaveLength(3);
      const lastPurge = log.seen.findLastIndex((record) => record.kind === 'purge' && record.event.kind === 'subgraph');
      expect(
        log.seen
          .slice(silentSince, lastPurge)
          .filter(
            ({ kind, offset }) => kind === 'heartbeat' && offset > (heartbeats(log.seen)[silentSince - 1]?.offset ?? 0),
          ),
      ).toEqual([]);
      expect(relay.status()).toEqual({ kind: 'working' });
    },
  );

  it('purges everything once for changes made while a trigger was disabled and enabled again, and goes on', async () => {
    await source.run(`insert into product values ('1', 'a')`);
    const before = heartbeats(log.seen).length;
    await source.run(ALTERED_AND_BACK);
    await eventually(() => reasonsOf(log.seen).length === 2);
    await relay.beats(3);
    expect(reasonsOf(log.seen)).toHaveLength(2);
    expect(relay.lines.join()).not.toContain('go unseen');
    expect(heartbeats(log.seen).length).toBeGreaterThan(before);
  });

  it('purges before it vouches for a time at which a trigger had been disabled', async () => {
    await relay.stop();
    let alteredAt = 0;
    const disabledMeanwhile = async (): Promise<void> => {
      await source.run(ALTERED_AND_BACK);
      const [row] = await source.run('select extract(epoch from clock_timestamp())::float8 * 1000 as at');
      alteredAt = Number(row?.at);
    };
    const around = (database: RelaySource): RelaySource => ({
      async open(signal) {
        const session = await database.open(signal);
        return {
          ...session,
          // At the last chance: just before the relay reads the time that it will vouch for.
          async moment() {
            if (relay.beatCount() === 2 && alteredAt === 0) await disabledMeanwhile();
            return session.moment();
          },
        };
      },
    });
    relay = runRelay({ url: source.url, log, around });
    await relay.beats(4);
    const purge = log.seen.findLast((record) => record.kind === 'purge' && record.event.kind === 'subgraph');
    const vouching = heartbeats(log.seen).find(({ heartbeat }) => heartbeat.asOfAt >= alteredAt);
    expect(reasonsOf(log.seen)).toHaveLength(2);
    expect(vouching?.offset).toBeGreaterThan(purge?.offset ?? Number.POSITIVE_INFINITY);
  });

  it('notices after its own absence what was altered meanwhile', async () => {
    await relay.stop();
    await source.run(`alter table product alter name type text using 'rewritten'`);
    relay = runRelay({ url: source.url, log });
    await relay.beats(1);
    expect(reasonsOf(log.seen)).toHaveLength(2);
    await relay.stop();
    relay = runRelay({ url: source.url, log });
    await relay.beats(2);
    expect(reasonsOf(log.seen)).toHaveLength(2);
  });

  it('does not mind ordinary life', async () => {
    await source.run(`insert into product values ('1', 'a'); analyze product`);
    await source.run('vacuum full product');
    await source.run('create index on product (name)');
    await relay.beats(3);
    expect(reasonsOf(log.seen)).toHaveLength(1);
  });
});
