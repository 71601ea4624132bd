// Starts a real PostgreSQL of our own, for `npm start` and for tests: found, initialised, started, guarded and stopped.
import { mkdirSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { postgresAccount } from './embedded-postgres/account.ts';
import { findPostgresBinaries, type PostgresBinaries, postgresBinariesIn } from './embedded-postgres/binaries.ts';
import { createDataFolder, inspectDataFolder } from './embedded-postgres/data-folder.ts';
import { holderOf } from './embedded-postgres/lock-file.ts';
import { type Postmaster, PostmasterDied, startPostmaster } from './embedded-postgres/postmaster.ts';

export interface EmbeddedPostgresOptions {
  /** Kept between starts; made when absent. */
  readonly dataDir: string;
  /** Listen on 127.0.0.1 at this port, besides the Unix socket. Default: the socket alone, so that no port can be in use. */
  readonly port?: number;
  /** Gets each line that PostgreSQL writes, and ours. */
  readonly log: (line: string) => void;
  /** Only the server programs of this folder. Default: npm's embedded ones, then the system's. */
  readonly binDir?: string;
  /** Server settings by name, such as `{ fsync: 'off' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedPostgres {
  /** For `pg` and libpq: superuser `postgres`, database `postgres`, no password. Over 127.0.0.1 when a port was given, else over the socket. */
  readonly url: string;
  /** The postmaster's. */
  readonly pid: number;
  /** As PostgreSQL says it, such as `18.4`. */
  readonly version: string;
  /** From the npm package, or found on the system. */
  readonly source: PostgresBinaries['source'];
  /** Settles when PostgreSQL has ended, by `stop()` or by itself. Never rejects. */
  readonly exited: Promise<PostgresExit>;
  /** Fast shutdown: open transactions are rolled back. Resolves when no process is left; repeated calls wait for the same end. */
  stop(): Promise<void>;
}

export type PostgresExit = Postmaster['exited'] extends Promise<infer Exit> ? Exit : never;

// A crash recovery after heavy writes can take tens of seconds.
const START_TIMEOUT_MS = 60_000;
// How long a PostgreSQL whose starter was killed may take to go away, before it counts as somebody else's running one.
const LEAVING_TIMEOUT_MS = 2_000;
const STOPPING_TIMEOUT_MS = 15_000;
const POLL_MS = 50;

/**
 * Starts PostgreSQL on a data folder and resolves when it takes connections (0.4 s; the first time 1.2 s).
 * As root it runs as `nobody`, or as the owner of the data folder. It ends with this process, even if that is killed with -9.
 * @throws {Error} when no PostgreSQL runs here, the folder holds something else or is in use, or the server dies at start: each with what to do.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const wantedDir = resolve(options.dataDir);
  const found = inspectDataFolder(wantedDir);
  const account = postgresAccount(found.kind === 'present' ? found : undefined);
  const binaries =
    options.binDir === undefined
      ? findPostgresBinaries({
          account,
          log: options.log,
          majorVersion: found.kind === 'present' ? found.majorVersion : undefined,
        })
      : postgresBinariesIn(options.binDir, account);
  if (found.kind === 'absent') {
    mkdirSync(dirname(wantedDir), { recursive: true });
    options.log(`making a data folder for PostgreSQL ${binaries.version} at ${wantedDir}`);
    await createDataFolder(wantedDir, binaries, account);
  }
  const dataDir = realpathSync(wantedDir);
  await waitUntilFree(dataDir, wantedDir);
  const postmaster = await startPatiently({ ...options, dataDir, binaries, account });
  return {
    url: postmaster.url,
    pid: postmaster.pid,
    version: binaries.version,
    source: binaries.source,
    exited: postmaster.exited,
    stop: () => postmaster.stop(),
  };
}

/** The one that a killed starter left behind is on its way out (its guard sees to that); any other is a second start. */
async function waitUntilFree(dataDir: string, shownDir: string): Promise<void> {
  const beganAt = performance.now();
  for (;;) {
    const holder = holderOf(dataDir);
    if (holder.kind === 'nobody') return;
    const limitMs = holder.stopping ? STOPPING_TIMEOUT_MS : LEAVING_TIMEOUT_MS;
    if (performance.now() - beganAt > limitMs) {
      throw new Error(
        `Expected the PostgreSQL data folder ${shownDir} to be free, it is in use by a running PostgreSQL (pid ${holder.pid}). ` +
          'Is freshet running already? Stop that one first, or give this one another data folder.',
      );
    }
    await sleep(POLL_MS);
  }
}

/** After a kill -9 of the postmaster its backends hold the shared memory for a moment longer, and a new one is refused until they are gone. */
async function startPatiently(options: Parameters<typeof startPostmaster>[0]): Promise<Postmaster> {
  const beganAt = performance.now();
  for (;;) {
    const leftMs = START_TIMEOUT_MS - (performance.now() - beganAt);
    try {
      return await startPostmaster(options, leftMs);
    } catch (cause) {
      const backendsLeft = cause instanceof PostmasterDied && cause.output.includes('is still in use');
      if (!backendsLeft || leftMs < POLL_MS) throw cause;
      await sleep(POLL_MS);
    }
  }
}
