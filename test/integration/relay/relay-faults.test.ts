// A relay that loses its database, its log, its lock: what it must not lose is an event, and it must not lie about time.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres } from '../../../subgraphs/kit/embedded-postgres.ts';
import { watchInstallSql } from '../../../subgraphs/kit/watch.ts';
import { eventually, within } from '../../support/eventually.ts';
import { freePort } from '../../support/free-port.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { requireService } from '../../support/service-gate.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import {
  heartbeats,
  type KeptLog,
  keysOf,
  logIds,
  numbersByLogId,
  openKeptLog,
  type RunningRelay,
  reasonsOf,
  runRelay,
} from './running-relay.ts';
import { connect, openSource, PRODUCT, type Source } from './source.ts';

requireService('postgres')('a relay', () => {
  let server: PostgresServer;
  let source: Source;
  let log: KeptLog;
  const relays: RunningRelay[] = [];
  const start = (more: Partial<Parameters<typeof runRelay>[0]> = {}): RunningRelay => {
    const relay = runRelay({ url: source.url, log, ...more });
    relays.push(relay);
    return relay;
  };
  const insert = (upc: string): Promise<unknown> => source.run(`insert into product values ($1, '')`, [upc]);
  const outboxIsEmpty = async (): Promise<boolean> => (await source.run('select from freshet.outbox')).length === 0;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    source = await openSource(server, PRODUCT);
    log = openKeptLog();
  });
  afterEach(async () => {
    for (const relay of relays.splice(0)) await relay.stop();
    await source.close();
  });
  const killBackends = (): Promise<unknown> =>
    source.run(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'freshet relay test' and datname = current_database()`,
    );

  describe('beside another', () => {
    it('stands by while the other works and takes over when that is stopped or its connection is ended', async () => {
      const first = start();
      await first.beats(1);
      const second = start();
      await eventually(() => second.status().kind === 'waiting');
      await insert('1');
      await eventually(() => keysOf(log.seen).length === 1);
      expect(second.beatCount()).toBe(0);
      await first.stop();
      await second.beats(2);
      const third = start();
      await eventually(() => third.status().kind === 'waiting');
      await killBackends();
      await insert('2');
      await eventually(() => keysOf(log.seen).length === 2);
      expect(reasonsOf(log.seen)).toHaveLength(1);
    });

    it('takes over from one that froze, when the server has waited long enough for it', async () => {
      const proxy = await startTcpProxy({ port: server.port });
      const frozen = start({ url: source.url.replace(`:${server.port}/`, `:${proxy.port}/`) });
      await frozen.beats(1);
      const second = start();
      await eventually(() => second.status().kind === 'waiting');
      proxy.silence();
      await second.beats(1, 40_000);
      await frozen.stop();
      await proxy.stop();
    });
  });

  describe('that loses its connection', () => {
    it('connects again, begins under a new log id, and loses no event', async () => {
      const relay = start();
      await relay.beats(1);
      await insert('1');
      await killBackends();
      await insert('2');
      await eventually(() => keysOf(log.seen).includes('2'));
      await relay.beats(1);
      expect(new Set(keysOf(log.seen))).toEqual(new Set(['1', '2']));
      expect(logIds(log.seen)).toHaveLength(2);
      expect(reasonsOf(log.seen)).toHaveLength(1);
    });

    it('notices a connection that is half-open, and a server that is frozen', async () => {
      const proxy = await startTcpProxy({ port: server.port });
      const relay = start({ url: source.url.replace(`:${server.port}/`, `:${proxy.port}/`) });
      await relay.beats(1);
      proxy.silence('to-client');
      await eventually(() => relay.status().kind === 'trouble', { timeoutMs: 20_000 });
      await proxy.heal();
      await insert('after');
      await relay.beats(1, 40_000);
      expect(keysOf(log.seen)).toEqual(['after']);
      await proxy.stop();
    });

    it('stops within a second, whatever it is waiting for, and leaves no connection', async () => {
      const connections = async (): Promise<number> =>
        (await source.run(`select from pg_stat_activity where application_name = 'freshet relay test'`)).length;
      const stopMs = async (relay: RunningRelay): Promise<number> => {
        const beganMs = performance.now();
        await relay.stop();
        expect(relay.status()).toEqual({ kind: 'stopped' });
        return performance.now() - beganMs;
      };
      const working = start();
      await working.beats(1);
      const waiting = start();
      await eventually(() => waiting.status().kind === 'waiting');
      expect(await stopMs(waiting)).toBeLessThan(1_000);
      expect(await stopMs(working)).toBeLessThan(1_000);
      const asked = Promise.withResolvers<void>();
      const hanging = start({
        log: {
          ...log,
          append() {
            asked.resolve();
            return new Promise(() => undefined);
          },
        },
      });
      await within(30_000, 'the relay to send', asked.promise);
      expect(await stopMs(hanging)).toBeLessThan(1_000);
      await eventually(async () => (await connections()) === 0);
      const nowhere = start({ url: 'postgres://postgres@192.0.2.1:5432/x' });
      expect(await stopMs(nowhere)).toBeLessThan(1_000);
    });
  });

  describe('and its log', () => {
    it('begins under a new log id at every start, and purges nothing for that', async () => {
      for (let time = 0; time < 3; time += 1) {
        await start().beats(2);
        await insert(`${time}`);
        await eventually(outboxIsEmpty);
        await relays.pop()?.stop();
      }
      expect(logIds(log.seen)).toHaveLength(3);
      expect(reasonsOf(log.seen)).toHaveLength(1);
    });

    it('begins under a new log id when an acknowledgement does not lie beyond the last, and sends those events again', async () => {
      let shiftBy = 0;
      const falling: KeptLog = {
        ...log,
        append: async (records) => ({ baseOffset: (await log.append(records)).baseOffset - shiftBy }),
      };
      const relay = start({ log: falling });
      await relay.beats(1);
      await insert('1');
      await eventually(outboxIsEmpty);
      shiftBy = 1e12;
      await insert('2');
      await eventually(() => logIds(log.seen).length === 2);
      await relay.beats(1);
      const second = logIds(log.seen)[1];
      expect(keysOf(log.seen.filter(({ origin }) => origin.logId === second))).toContain('2');
      await expect(outboxIsEmpty()).resolves.toBe(true);
      expect(relay.lines.join('\n')).toContain('it was made anew or lost its end');
    });

    it('is held up while the log is away, then sends everything under a new log id with new numbers', async () => {
      let isAway = true;
      const away = (): Promise<never> => Promise.reject(new Error('no log here'));
      const flickering: KeptLog = {
        ...log,
        append: (records) => (isAway ? away() : log.append(records)),
      };
      const relay = start({ log: flickering });
      await eventually(() => relay.status().kind === 'trouble');
      await insert('0');
      isAway = false;
      await relay.beats(1);
      isAway = true;
      await insert('1');
      await eventually(() => relay.status().kind === 'trouble');
      await insert('2');
      expect(relay.lines.join('\n')).toContain('no log here');
      isAway = false;
      await relay.beats(1);
      expect(keysOf(log.seen)).toEqual(['0', '1', '2']);
      expect(logIds(log.seen)).toHaveLength(2);
      for (const numbers of numbersByLogId(log.seen)) expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    });
  });

  describe('in a database that is not set up for it', () => {
    it('says what is missing and begins when it is there', async () => {
      await source.run('drop schema freshet cascade');
      const relay = start();
      await eventually(() => relay.lines.join().includes('freshet watch --print-sql'));
      await source.run(`${watchInstallSql()}; select freshet.watch('product', type => 'Product', keys => '{upc}')`);
      await relay.beats(1);
    });

    it('refuses another version of the schema, and another source name', async () => {
      await source.run('create or replace function freshet.version() returns integer language sql as $$ select 99 $$');
      const relay = start();
      await eventually(() =>
        relay.lines.join().includes('expected version 2 of the schema freshet in the database, got 99'),
      );
      await source.run(watchInstallSql());
      await relay.beats(1);
      await relay.stop();
      const other = start({ source: 'orders' });
      await eventually(() =>
        other.lines.join().includes('expected to drain the outbox as source orders, it was drained as catalog'),
      );
      await source.run('delete from freshet.source_state');
      await other.beats(1);
    });

    it('works in a database whose schema, before it was installed anew, kept a log id', async () => {
      await source.run('alter table freshet.source_state add log_id text not null, add log_offset bigint');
      await source.run(watchInstallSql());
      await start().beats(1);
    });
  });
});

requireService('postgres')('a relay whose server crashes', () => {
  it('survives kill -9, sends every committed row, and purges everything: commits that were read may be gone', async () => {
    const server = await startPostgres();
    const source = await openSource(server, PRODUCT);
    const log = openKeptLog();
    const relay = runRelay({ url: source.url, log });
    try {
      await relay.beats(1);
      const committed: string[] = [];
      const writing = (async () => {
        for (let upc = 0; ; upc += 1) {
          await source.run(`insert into product values ($1, '')`, [`${upc}`]);
          committed.push(`${upc}`);
        }
      })().catch(() => undefined);
      await eventually(() => committed.length > 50);
      await server.kill();
      await writing;
      await eventually(() => relay.status().kind === 'trouble');
      const silentSince = heartbeats(log.seen).length;
      await server.restart();
      await relay.beats(2);
      const after = await connect(source.url);
      const rows = (await after.query('select upc from product')).rows.map(({ upc }) => upc);
      expect(rows).toEqual(expect.arrayContaining(committed));
      await eventually(async () => (await after.query('select from freshet.outbox')).rows.length === 0);
      await after.end();
      expect(keysOf(log.seen)).toEqual(expect.arrayContaining(rows));
      expect(reasonsOf(log.seen)).toHaveLength(2);
      expect(reasonsOf(log.seen)[1]).toContain('recovered from a crash');
      const firstBeat = heartbeats(log.seen)[silentSince];
      const purge = log.seen.findLast((record) => record.kind === 'purge' && record.event.kind === 'subgraph');
      expect(firstBeat?.offset).toBeGreaterThan(purge?.offset ?? Number.POSITIVE_INFINITY);
    } finally {
      await relay.stop();
      await source.close().catch(() => undefined);
      await server.stop();
    }
  });

  it('purges nothing after a clean stop and start', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'freshet-relay-'));
    const options = { dataDir: join(dir, 'data'), log: () => undefined, port: await freePort() };
    let server = await startEmbeddedPostgres(options);
    const log = openKeptLog();
    const client = await connect(server.url);
    await client.query(watchInstallSql());
    const relay = runRelay({ url: server.url, log });
    try {
      await relay.beats(1);
      await client.end();
      await server.stop();
      await eventually(() => relay.status().kind === 'trouble');
      server = await startEmbeddedPostgres(options);
      await relay.beats(2);
      expect(reasonsOf(log.seen)).toHaveLength(1);
    } finally {
      await relay.stop();
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    }
  });
});
