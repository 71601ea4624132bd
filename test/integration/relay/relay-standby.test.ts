// A relay whose database is a standby, and becomes the primary behind the one that it followed: a rewind.
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { postgresAccount, spawnIdentity } from '../../../subgraphs/kit/embedded-postgres/account.ts';
import { type Child, spawnChild } from '../../support/child.ts';
import { eventually } from '../../support/eventually.ts';
import { freePort } from '../../support/free-port.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { requireService } from '../../support/service-gate.ts';
import { heartbeats, keysOf, openKeptLog, reasonsOf, runRelay } from './running-relay.ts';
import { connect, openSource } from './source.ts';

// The npm binaries have no pg_basebackup.
const BIN = '/usr/lib/postgresql/15/bin';

requireService('postgres15')('a relay on a standby', () => {
  it('says nothing until it is promoted, then purges everything that the old primary’s readers may have seen, and works', async () => {
    const primary = await startPostgres({ version: '15' });
    const source = await openSource(
      primary,
      `create table product (upc text primary key); select freshet.watch('product', type => 'Product', keys => '{upc}')`,
    );
    const log = openKeptLog();
    const old = runRelay({ url: source.url, log });
    const standby = await old
      .beats(1)
      .then(() => startStandby(primary))
      .catch(async (error: unknown) => {
        await old.stop();
        await source.close();
        await primary.stop();
        throw error;
      });
    const relay = runRelay({ url: source.url.replace(`:${primary.port}/`, `:${standby.port}/`), log });
    try {
      await eventually(() => relay.status().kind === 'standby');
      expect(relay.lines.join()).toContain('the database is a standby');
      await source.run(`insert into product values ('seen by readers of the old one')`);
      await old.beats(2);
      await old.stop();
      const silentSince = heartbeats(log.seen).length;
      expect(relay.beatCount()).toBe(0);
      await source.close();

      await primary.kill();
      const promoted = await connect(source.url.replace(`:${primary.port}/`, `:${standby.port}/`));
      await promoted.query('select pg_promote(true, 30)');
      await promoted.query(`insert into product values ('after')`);
      await promoted.end();
      await relay.beats(1);
      await eventually(() => keysOf(log.seen).includes('after'));
      expect(reasonsOf(log.seen)).toHaveLength(2);
      expect(reasonsOf(log.seen)[1]).toMatch(
        /went back in time: system (\d+), timeline 1 became system \1, timeline 2/,
      );
      const purge = log.seen.findLast((record) => record.kind === 'purge' && record.event.kind === 'subgraph');
      const beat = heartbeats(log.seen)[silentSince];
      expect(beat?.offset).toBeGreaterThan(purge?.offset ?? Number.POSITIVE_INFINITY);
      expect(beat?.heartbeat).toMatchObject({ timeline: 2, system: heartbeats(log.seen)[0]?.heartbeat.system });
    } finally {
      await old.stop();
      await relay.stop();
      await standby.stop();
      await primary.stop();
    }
  });
});

async function startStandby(primary: PostgresServer): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const identity = spawnIdentity(postgresAccount());
  const port = await freePort();
  const dir = await mkdtemp(join(tmpdir(), 'freshet-standby-'));
  await chmod(dir, 0o755);
  if ('uid' in identity) await chown(dir, identity.uid, identity.gid);
  const data = join(dir, 'data');
  const run = (program: string, args: readonly string[]): Child =>
    spawnChild({ name: program, command: join(BIN, program), args, cwd: '/', ...identity });
  const copied = await run('pg_basebackup', [
    '-D',
    data,
    '-R',
    '-X',
    'stream',
    '-c',
    'fast',
    '-d',
    primary.url,
  ]).waitForExit(60_000);
  expect(copied).toEqual({ code: 0, signal: null });
  const server = run('postgres', [
    '-D',
    data,
    '-p',
    String(port),
    '-k',
    dir,
    '-c',
    'max_connections=200',
    '-c',
    'wal_receiver_status_interval=1',
  ]);
  await server.waitForLine(/ready to accept read-only connections/, 60_000);
  return {
    port,
    async stop() {
      await server.kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
