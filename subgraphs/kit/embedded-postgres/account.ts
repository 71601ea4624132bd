// Decides under which Unix account an embedded PostgreSQL runs, and what that account can reach.
import { spawnSync } from 'node:child_process';

/** PostgreSQL refuses to run as root, so a root process must hand it to another account. */
export type Account =
  | { readonly kind: 'self'; readonly uid: number }
  | { readonly kind: 'other'; readonly uid: number; readonly gid: number };

/** What a spawn needs to run as the account: empty for our own. */
export type SpawnIdentity = { readonly uid: number; readonly gid: number } | Record<string, never>;

const NOBODY = 65534;

/**
 * The account for PostgreSQL: our own, or `nobody` when we are root.
 * @param owner uid and gid of a data folder that exists already: root then runs PostgreSQL as its owner, since PostgreSQL refuses a folder of anyone else.
 */
export function postgresAccount(owner?: { readonly uid: number; readonly gid: number }): Account {
  const uid = process.getuid?.() ?? -1;
  if (uid !== 0) return { kind: 'self', uid };
  if (owner !== undefined && owner.uid !== 0) return { kind: 'other', uid: owner.uid, gid: owner.gid };
  return { kind: 'other', uid: idOfNobody('-u'), gid: idOfNobody('-g') };
}

/** The spawn options that run a child as the account. */
export function spawnIdentity(account: Account): SpawnIdentity {
  return account.kind === 'other' ? { uid: account.uid, gid: account.gid } : {};
}

/**
 * Whether the account can enter a folder (or execute a file) at this path.
 * Asked of the kernel by a child under that account: mode bits alone would miss ACLs and mounts.
 */
export function canReach(account: Account, path: string): boolean {
  const trial = spawnSync('/bin/sh', ['-c', 'test -x "$1"', 'sh', path], {
    cwd: '/',
    stdio: 'ignore',
    ...spawnIdentity(account),
  });
  return trial.status === 0;
}

function idOfNobody(flag: '-u' | '-g'): number {
  const found = spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' });
  const id = Number.parseInt(found.stdout ?? '', 10);
  return found.status === 0 && Number.isInteger(id) ? id : NOBODY;
}
