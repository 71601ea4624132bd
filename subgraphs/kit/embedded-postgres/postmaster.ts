// Runs one postmaster: its arguments, its readiness, its end.
import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Account, spawnIdentity } from './account.ts';
import type { PostgresBinaries } from './binaries.ts';
import { guardPostgres } from './guard.ts';

export interface PostmasterOptions {
  /** Real path, made by initdb. */
  readonly dataDir: string;
  readonly binaries: PostgresBinaries;
  readonly account: Account;
  readonly port?: number;
  readonly settings?: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
}

export interface Postmaster {
  readonly url: string;
  readonly pid: number;
  /** Never rejects. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  stop(): Promise<void>;
}

/** PostgreSQL ended before it took connections; `output` is what it wrote. */
export class PostmasterDied extends Error {
  readonly output: string;
  constructor(binDir: string, output: string) {
    super(`Expected PostgreSQL (${binDir}) to take connections, it ended instead. It said:\n${output}`);
    this.output = output;
  }
}

// macOS allows 103 bytes in a socket's path, Linux 107; PostgreSQL's own part of it is 14.
const SOCKET_DIR_MAX_BYTES = 88;
const READY = /database system is ready to accept connections/;
const FAST_SHUTDOWN_MS = 10_000;
const IMMEDIATE_SHUTDOWN_MS = 5_000;
const OUTPUT_LINES_KEPT = 40;

/**
 * Starts a postmaster and resolves when it takes connections.
 * @throws {PostmasterDied} when it ends first. @throws {Error} after `timeoutMs`; nothing is left running in either case.
 */
export async function startPostmaster(options: PostmasterOptions, timeoutMs: number): Promise<Postmaster> {
  const socketDir = makeSocketDir(options.account);
  const child = spawn(join(options.binaries.binDir, 'postgres'), serverArguments(options, socketDir), {
    cwd: '/',
    // A session of its own: Ctrl-C in a terminal must reach us first, so that what uses the database ends before it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
    ...spawnIdentity(options.account),
  });
  const exited = exitOf(child);
  const pid = child.pid;
  if (pid === undefined) {
    await exited;
    rmSync(socketDir, { recursive: true, force: true });
    throw new Error(`Expected to run ${options.binaries.binDir}/postgres, the system refused to start it`);
  }
  const guard = guardPostgres(pid, socketDir, options.account);
  const gone = exited.then(async (exit) => {
    await guard.dismiss();
    rmSync(socketDir, { recursive: true, force: true });
    return exit;
  });
  try {
    await untilReady(child, gone, options, timeoutMs);
  } catch (cause) {
    await stopPostmaster(child, gone);
    throw cause;
  }
  return { url: urlOf(options.port, socketDir), pid, exited: gone, stop: () => stopPostmaster(child, gone) };
}

function makeSocketDir(account: Account): string {
  const name = 'freshet-pg-';
  const roomy = Buffer.byteLength(join(tmpdir(), name)) + 6 <= SOCKET_DIR_MAX_BYTES;
  const folder = mkdtempSync(join(roomy ? tmpdir() : '/tmp', name));
  if (account.kind === 'other') chownSync(folder, account.uid, account.gid);
  return folder;
}

function serverArguments(options: PostmasterOptions, socketDir: string): string[] {
  const settings: Record<string, string> = {
    listen_addresses: options.port === undefined ? '' : '127.0.0.1',
    unix_socket_directories: socketDir,
    // Also the name of the socket file, so always given.
    port: String(options.port ?? DEFAULT_PORT),
    // What was kept in postgresql.conf by another zone must not change what timestamps look like.
    timezone: 'UTC',
    max_connections: '200',
    log_checkpoints: 'off',
    ...options.settings,
  };
  return ['-D', options.dataDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

const DEFAULT_PORT = 5432;

function urlOf(port: number | undefined, socketDir: string): string {
  if (port !== undefined) return `postgres://postgres@127.0.0.1:${port}/postgres`;
  return `postgres://postgres@localhost:${DEFAULT_PORT}/postgres?host=${encodeURIComponent(socketDir)}`;
}

/** `close`, not `exit`: backends hold the same stderr, so its end says that they are gone too. */
function exitOf(child: ChildProcess): Postmaster['exited'] {
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: null, signal: null }));
  });
}

async function untilReady(
  child: ChildProcess,
  gone: Postmaster['exited'],
  options: PostmasterOptions,
  timeoutMs: number,
): Promise<void> {
  const said: string[] = [];
  const { promise: ready, resolve } = Promise.withResolvers<'ready'>();
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      said.push(line);
      if (said.length > OUTPUT_LINES_KEPT) said.shift();
      options.log(line);
      if (READY.test(line)) resolve('ready');
    });
  }
  const outcome = await within(timeoutMs, Promise.race([ready, gone.then(() => 'gone' as const)]));
  if (outcome === 'ready') return;
  if (outcome === 'gone') throw new PostmasterDied(options.binaries.binDir, said.join('\n'));
  throw new Error(
    `Expected PostgreSQL to take connections within ${Math.round(timeoutMs)} ms, it did not. It said:\n${said.join('\n')}`,
  );
}

/** Fast shutdown, then immediate, then KILL: the caller must be able to count on an end. */
async function stopPostmaster(child: ChildProcess, gone: Postmaster['exited']): Promise<void> {
  const steps = [
    ['SIGINT', FAST_SHUTDOWN_MS],
    ['SIGQUIT', IMMEDIATE_SHUTDOWN_MS],
    ['SIGKILL', IMMEDIATE_SHUTDOWN_MS],
  ] as const;
  for (const [signal, waitMs] of steps) {
    // Of a child that has ended Node sends nothing, so the pid's next owner is safe.
    child.kill(signal);
    if ((await within(waitMs, gone)) !== 'late') return;
  }
  throw new Error(`Expected PostgreSQL (pid ${child.pid}) to end, it is there still after SIGKILL`);
}

async function within<Outcome>(waitMs: number, event: Promise<Outcome>): Promise<Outcome | 'late'> {
  const { promise: late, resolve } = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => resolve('late'), Math.max(0, waitMs));
  try {
    return await Promise.race([event, late]);
  } finally {
    clearTimeout(timer);
  }
}
