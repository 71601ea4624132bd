// Reads PostgreSQL's lock file (postmaster.pid) and mends it when the process that it names is not PostgreSQL any more.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Who holds a data folder. */
export type Holder =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'postmaster'; readonly pid: number; readonly stopping: boolean };

/**
 * Who holds the data folder, mending a stale lock file on the way.
 * After a kill -9 or a power cut the file names a pid that may belong to anything by now. PostgreSQL then refuses to start, if that process
 * is of the same user. The file must not be removed: its last line but one lets PostgreSQL see backends that still live on the old shared
 * memory. But PostgreSQL takes the pid of its own parent for stale, and its parent is this process: so that is what we write.
 * @param dataDir real path, no symbolic links.
 */
export function holderOf(dataDir: string): Holder {
  const file = join(dataDir, 'postmaster.pid');
  if (!existsSync(file)) return { kind: 'nobody' };
  const lines = readFileSync(file, 'utf8').split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return { kind: 'nobody' };
  if (isPostmasterOf(pid, dataDir)) {
    return { kind: 'postmaster', pid, stopping: lines[7]?.trim() === 'stopping' };
  }
  writeFileSync(file, [String(process.pid), ...lines.slice(1)].join('\n'));
  return { kind: 'nobody' };
}

/** Whether a process of this id exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM';
  }
}

/** A postmaster works in its data folder; where /proc does not tell, its command line must name the folder. */
function isPostmasterOf(pid: number, dataDir: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === dataDir;
  } catch {
    const listed = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    if (listed.error !== undefined) return true;
    return listed.stdout.includes('postgres') && listed.stdout.includes(dataDir);
  }
}
