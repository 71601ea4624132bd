// Holds the embedded PostgreSQL of `npm start` to what people do to it: stop, kill, start twice, start in odd places.

import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeDataFolder } from '../../subgraphs/kit/embedded-postgres/data-folder.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../subgraphs/kit/embedded-postgres.ts';
import { type Child, spawnChild } from '../support/child.ts';
import { within } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { isRunning, processTree } from '../support/process-tree.ts';
import { requireService } from '../support/service-gate.ts';

let folder: string;
let dataDir: string;
let lines: string[];
let started: EmbeddedPostgres[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freshet-embedded-'));
  await chmod(folder, 0o755);
  dataDir = join(folder, 'postgres');
  lines = [];
  started = [];
});
afterEach(async () => {
  for (const server of started) await server.stop();
  removeDataFolder(dataDir);
  await rm(folder, { recursive: true, force: true });
});

requireService('postgres')('startEmbeddedPostgres', () => {
  it('keeps the data between starts, over a socket and over TCP', async () => {
    const first = await start();
    await value(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    const port = await freePort();
    const second = await start({ port });
    expect(second.url).toBe(`postgres://postgres@127.0.0.1:${port}/postgres`);
    await expect(value(second.url, 'SELECT answer FROM kept')).resolves.toBe(42);
  });

  it('listens on no TCP port unless one is given', async () => {
    const server = await start();
    await expect(value(server.url, 'SHOW listen_addresses')).resolves.toBe('');
  });

  it('leaves no process and no socket when stopped, also when stopped twice', async () => {
    const server = await start();
    const socketDir = new URL(server.url).searchParams.get('host') ?? '';
    expect(existsSync(socketDir)).toBe(true);
    const tree = processTree(server.pid).map((row) => row.pid);
    await Promise.all([server.stop(), server.stop()]);
    expect(tree.filter(isRunning)).toEqual([]);
    expect(existsSync(socketDir)).toBe(false);
    await expect(server.exited).resolves.toEqual({ code: 0, signal: null });
  });

  it('says that it has ended when something else kills it', async () => {
    const server = await start();
    process.kill(server.pid, 'SIGKILL');
    await expect(within(30_000, 'the end', server.exited)).resolves.toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('goes when its starter is killed with -9, and the next start on the same data works at once', async () => {
    const { starter, pid } = await startElsewhere();
    starter.signal('SIGKILL');
    await starter.waitForExit();
    const next = await start();
    expect(isRunning(pid)).toBe(false);
    await expect(value(next.url, 'SELECT 1')).resolves.toBe(1);
  });

  it('waits for the PostgreSQL of a killed starter to go, when that takes a moment', async () => {
    const { starter, pid } = await startElsewhere();
    const guard = processTree(starter.pid).find((row) => row.command === 'sh');
    expect(guard).toBeDefined();
    process.kill(guard?.pid ?? 0, 'SIGSTOP');
    starter.signal('SIGKILL');
    await starter.waitForExit();
    const next = start();
    await expect(within(300, 'a start', next)).rejects.toThrow('Expected a start within 300 ms');
    expect(isRunning(pid)).toBe(true);
    process.kill(guard?.pid ?? 0, 'SIGCONT');
    await expect(value((await next).url, 'SELECT 1')).resolves.toBe(1);
    expect(isRunning(pid)).toBe(false);
  });

  it('starts after a kill -9 of the postmaster although its backends still hold the memory for a moment', async () => {
    const first = await start();
    const busy = new pg.Client(first.url);
    busy.on('error', () => undefined);
    await busy.connect();
    const answer = busy.query('SELECT count(*) FROM generate_series(1, 4000000)').catch(() => 'broken');
    process.kill(first.pid, 'SIGKILL');
    const second = await start();
    await expect(value(second.url, 'SELECT 1')).resolves.toBe(1);
    await answer;
  });

  it('refuses a second start beside a running one in words, and leaves that one alone', async () => {
    const first = await start();
    await expect(start()).rejects.toThrow(
      `in use by a running PostgreSQL (pid ${first.pid}). Is freshet running already?`,
    );
    await expect(value(first.url, 'SELECT 1')).resolves.toBe(1);
  });

  it('is not blocked by a stale lock file whose pid belongs to another process of the same user by now', async () => {
    const first = await start();
    const lockFile = join(dataDir, 'postmaster.pid');
    const lock = await readFile(lockFile, 'utf8');
    const { uid, gid } = lstatSync(lockFile);
    await first.stop();
    const other = spawnChild({ name: 'other', command: 'sleep', args: ['300'], uid, gid, cwd: '/' });
    await writeFile(lockFile, lock.replace(/^\d+/, String(other.pid)));
    const second = await start();
    await expect(value(second.url, 'SELECT 1')).resolves.toBe(1);
    expect(isRunning(other.pid)).toBe(true);
    await other.kill();
  });

  it('says which port is in use, and leaves nothing running', async () => {
    const port = await freePort();
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(port, '127.0.0.1', resolve));
    await expect(start({ port })).rejects.toThrow(new RegExp(`could not bind .*port ${port}|Address already in use`));
    expect(existsSync(join(dataDir, 'postmaster.pid'))).toBe(false);
    blocker.close();
  });

  it('never touches a folder that holds something else', async () => {
    await mkdir(dataDir);
    await writeFile(join(dataDir, 'thesis.txt'), 'four years of work');
    await expect(start()).rejects.toThrow('found a folder with other things in it');
    await expect(readFile(join(dataDir, 'thesis.txt'), 'utf8')).resolves.toBe('four years of work');
    await rm(dataDir, { recursive: true });
  });

  it('names the version that made the data when no such PostgreSQL is here', async () => {
    await (await start()).stop();
    await writeFile(join(dataDir, 'PG_VERSION'), '9\n');
    await expect(start()).rejects.toThrow(/Expected a PostgreSQL 9 server[\s\S]*the data folder was made by 9/);
  });

  it('leaves no half-made folder when initdb is killed, and begins again', async () => {
    await mkdir(`${dataDir}.initdb-999999999`, { recursive: true });
    await start();
    expect(readdirSync(folder)).toEqual(['postgres']);
  });

  it('says what to do when no PostgreSQL is to be had', async () => {
    await expect(start({ binDir: join(folder, 'empty') })).rejects.toThrow(/empty\/postgres does not run/);
  });
});

requireService('postgres15')('data of another version', () => {
  it('is served by the PostgreSQL that made it, though the embedded one comes first', async () => {
    const made = await start({ binDir: '/usr/lib/postgresql/15/bin' });
    await made.stop();
    const again = await start();
    expect(again.version).toMatch(/^15\./);
    expect(again.source).toBe('system');
    expect(lines.join('\n')).toContain('PostgreSQL not taken');
  });
});

if (process.getuid?.() === 0) {
  describe('as root', () => {
    it('runs as nobody', async () => {
      const server = await start();
      expect(lstatSync(`/proc/${server.pid}`).uid).not.toBe(0);
      expect(lstatSync(dataDir).uid).toBe(lstatSync(`/proc/${server.pid}`).uid);
    });

    it('works in a checkout that nobody can enter, keeps the data, and removes all of it', async () => {
      await chmod(folder, 0o700);
      const first = await start();
      await value(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
      const real = await realpath(dataDir);
      expect(real.startsWith(folder)).toBe(false);
      await first.stop();
      const second = await start();
      await expect(value(second.url, 'SELECT answer FROM kept')).resolves.toBe(42);
      await second.stop();
      removeDataFolder(dataDir);
      expect(existsSync(real)).toBe(false);
      expect(lstatSync(dataDir, { throwIfNoEntry: false })).toBeUndefined();
    });
  });
}

async function start(options: { port?: number; binDir?: string } = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, log: (line) => void lines.push(line), ...options });
  started.push(server);
  return server;
}

/** Started by a process of its own, which the test may kill. */
async function startElsewhere(): Promise<{ readonly starter: Child; readonly pid: number }> {
  const module = fileURLToPath(new URL('../../subgraphs/kit/embedded-postgres.ts', import.meta.url));
  const script = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(module)});
    const server = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, log: () => undefined });
    console.log('pid', server.pid);`;
  const starter = spawnChild({
    name: 'starter',
    command: process.execPath,
    args: ['--input-type=module', '-e', script],
  });
  const pid = Number((await starter.waitForLine(/^pid (\d+)/, 60_000))[1]);
  return { starter, pid };
}

async function value(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  try {
    const result = await client.query({ text: sql, rowMode: 'array' });
    return result.rows[0]?.[0];
  } finally {
    await client.end();
  }
}
