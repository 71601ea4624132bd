// Starts a real PostgreSQL for a test: the embedded one of the product or Debian's 15, on a port that survives a restart.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { removeDataFolder } from '../../subgraphs/kit/embedded-postgres/data-folder.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../subgraphs/kit/embedded-postgres.ts';
import { eventually, within } from './eventually.ts';
import { freePort } from './free-port.ts';
import { noteOpen } from './open-resources.ts';
import { freezeTree, thawTree } from './process-freeze.ts';
import { isRunning, processTree } from './process-tree.ts';
import { findService, howToGet } from './service-paths.ts';

export interface PostgresServerOptions {
  /** `embedded`: 18.4 from npm (the default). `15`: Debian's. */
  readonly version?: 'embedded' | '15';
  /** Server settings, such as `{ wal_level: 'logical' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface PostgresServer {
  /** Superuser `postgres`, database `postgres`, over 127.0.0.1. */
  readonly url: string;
  readonly port: number;
  /** The postmaster's. */
  readonly pid: number;
  /** As PostgreSQL says it, such as `18.4`. */
  readonly version: string;
  readonly dataDir: string;
  /** The last 1,000 lines that it wrote. */
  output(): string;
  /** SIGKILL to the postmaster and all backends. Committed data is kept for restart(). */
  kill(): Promise<void>;
  /** SIGSTOP to the postmaster and all backends: connections stay open and nothing answers. */
  freeze(): Promise<void>;
  thaw(): void;
  /** Starts it again on the same port and data, killed first when it runs; includes crash recovery. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. Fine when it is dead or frozen. */
  stop(): Promise<void>;
}

const OUTPUT_LINES_KEPT = 1_000;
const END_TIMEOUT_MS = 30_000;

/** Starts PostgreSQL; resolves when it takes connections (about 1 s, most of it initdb). @throws {Error} when this version is not here or does not start. */
export async function startPostgres(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const binDir = options.version === '15' ? binDirOf15() : undefined;
  const port = await freePort();
  const dir = await mkdtemp(join(tmpdir(), 'freshet-postgres-'));
  // The account `nobody` must be able to enter it.
  await chmod(dir, 0o755);
  const dataDir = join(dir, 'data');
  const lines: string[] = [];
  const launch = async (): Promise<EmbeddedPostgres> => {
    const started = await startEmbeddedPostgres({
      dataDir,
      port,
      binDir,
      // A killed process loses nothing that the kernel holds; only a power cut would, and no test cuts the power.
      settings: { fsync: 'off', ...options.settings },
      log(line) {
        lines.push(line);
        if (lines.length > OUTPUT_LINES_KEPT) lines.shift();
      },
    });
    const closed = noteOpen(`PostgreSQL (pid ${started.pid})`);
    void started.exited.then(() => {
      running = undefined;
      closed();
    });
    running = started;
    return started;
  };
  // Undefined once it has ended: its pid may belong to anyone then.
  let running: EmbeddedPostgres | undefined;
  let server = await launch();

  const kill = async (): Promise<void> => {
    const tree = running === undefined ? [] : processTree(running.pid).map(({ pid }) => pid);
    for (const pid of tree) killPid(pid);
    await within(END_TIMEOUT_MS, `PostgreSQL (pid ${server.pid}) to end after SIGKILL`, server.exited);
    // A backend may take longer than its postmaster.
    await eventually(() => !tree.some(isRunning), { timeoutMs: END_TIMEOUT_MS, what: 'the end of all backends' });
  };
  const thaw = (): void => {
    if (running !== undefined) thawTree(running.pid);
  };
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    port,
    dataDir,
    get pid() {
      return server.pid;
    },
    get version() {
      return server.version;
    },
    output: () => lines.join('\n'),
    kill,
    async freeze() {
      if (running !== undefined) await freezeTree(running.pid);
    },
    thaw,
    async restart() {
      await kill();
      server = await launch();
    },
    async stop() {
      thaw();
      await server.stop();
      removeDataFolder(dataDir);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function binDirOf15(): string {
  const program = findService('postgres15');
  if (program === undefined)
    throw new Error(`Expected PostgreSQL 15 on this machine. Get it: ${howToGet('postgres15')}`);
  return dirname(program);
}

function killPid(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended since it was listed.
  }
}
