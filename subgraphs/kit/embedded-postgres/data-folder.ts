// Makes, checks and removes the data folder of an embedded PostgreSQL.
import { execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Account, canReach, spawnIdentity } from './account.ts';
import type { PostgresBinaries } from './binaries.ts';
import { isAlive } from './lock-file.ts';

/** What stands at a data folder's path. */
export type DataFolder =
  | { readonly kind: 'absent' }
  | { readonly kind: 'present'; readonly majorVersion: number; readonly uid: number; readonly gid: number };

/**
 * Looks at a data folder without changing it.
 * @throws {Error} when it belongs to another user, or something stands there that PostgreSQL did not make: it is never overwritten.
 */
export function inspectDataFolder(dataDir: string): DataFolder {
  if (!existsSync(dataDir)) return { kind: 'absent' };
  const { uid, gid } = statSync(dataDir);
  const ownUid = process.getuid?.() ?? uid;
  if (ownUid !== 0 && uid !== ownUid) {
    throw new Error(
      `Expected the PostgreSQL data folder ${dataDir} to belong to this user (uid ${ownUid}), it belongs to uid ${uid}. Start as that user, or remove the folder to begin again.`,
    );
  }
  const versionFile = join(dataDir, 'PG_VERSION');
  if (!existsSync(versionFile)) {
    if (readdirSync(dataDir).length === 0) return { kind: 'absent' };
    throw new Error(
      `Expected a PostgreSQL data folder or nothing at ${dataDir}, found a folder with other things in it. Move them away or name another folder.`,
    );
  }
  return { kind: 'present', majorVersion: Number.parseInt(readFileSync(versionFile, 'utf8'), 10), uid, gid };
}

/**
 * Runs initdb. The folder appears under its name only when it is whole, so a start that was killed half-way leaves nothing that looks like data.
 * Where the account cannot enter the folder above (a checkout under /root), the data goes to /var/tmp and a symbolic link stands at `dataDir`.
 * @throws {Error} with initdb's own words.
 */
export async function createDataFolder(dataDir: string, binaries: PostgresBinaries, account: Account): Promise<void> {
  const parent = dirname(dataDir);
  mkdirSync(parent, { recursive: true });
  removeAbandoned(dataDir);
  const reachable = canReach(account, parent);
  const making = reachable ? `${dataDir}.initdb-${process.pid}` : join(sharedFolder(), 'data');
  mkdirSync(making, { mode: 0o700 });
  if (account.kind === 'other') chownSync(making, account.uid, account.gid);
  try {
    await runInitdb(making, binaries, account);
    rmSync(dataDir, { recursive: true, force: true });
    if (reachable) renameSync(making, dataDir);
    else symlinkSync(making, dataDir);
  } catch (cause) {
    rmSync(reachable ? making : dirname(making), { recursive: true, force: true });
    throw cause;
  }
}

/** Removes a data folder for good, also where a symbolic link stands for it. Nothing there is fine. */
export function removeDataFolder(dataDir: string): void {
  const found = lstatSync(dataDir, { throwIfNoEntry: false });
  if (found?.isSymbolicLink() === true && existsSync(dataDir)) {
    const real = realpathSync(dataDir);
    rmSync(real, { recursive: true, force: true });
    if (basename(dirname(real)).startsWith(SHARED_PREFIX)) rmSync(dirname(real), { recursive: true, force: true });
  }
  rmSync(dataDir, { recursive: true, force: true });
}

const SHARED_PREFIX = 'freshet-postgres-';
// Takes 0.7 s on 2 idle cores.
const INITDB_TIMEOUT_MS = 120_000;

/** /var/tmp outlives a reboot, os.tmpdir() need not. */
function sharedFolder(): string {
  const folder = mkdtempSync(join(existsSync('/var/tmp') ? '/var/tmp' : tmpdir(), SHARED_PREFIX));
  chmodSync(folder, 0o755);
  return folder;
}

async function runInitdb(making: string, binaries: PostgresBinaries, account: Account): Promise<void> {
  const flags = ['-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync', '-U', 'postgres', '-D', making];
  try {
    await promisify(execFile)(join(binaries.binDir, 'initdb'), flags, {
      cwd: '/',
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
      timeout: INITDB_TIMEOUT_MS,
      ...spawnIdentity(account),
    });
  } catch (cause) {
    // execFile's message holds the command line and what initdb wrote to stderr.
    throw new Error(`initdb of PostgreSQL ${binaries.version} could not make ${making}`, { cause });
  }
}

/** Folders of initdb runs whose process is gone. */
function removeAbandoned(dataDir: string): void {
  const prefix = `${basename(dataDir)}.initdb-`;
  for (const name of readdirSync(dirname(dataDir)).filter((entry) => entry.startsWith(prefix))) {
    const pid = Number(name.slice(prefix.length));
    if (pid === process.pid || !isAlive(pid)) rmSync(join(dirname(dataDir), name), { recursive: true, force: true });
  }
}
