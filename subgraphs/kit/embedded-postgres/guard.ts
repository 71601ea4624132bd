// Ends an embedded PostgreSQL when the process that started it is gone, however it went.
import { spawn } from 'node:child_process';
import { type Account, spawnIdentity } from './account.ts';

/** A guard beside one PostgreSQL. */
export interface PostgresGuard {
  /** PostgreSQL has ended by itself or by us: the guard goes without touching anything. Resolves when it is gone. */
  dismiss(): Promise<void>;
}

// `read` returns with a word when we dismiss the guard, and empty-handed when our end of the pipe is closed, which the kernel
// does even on SIGKILL. INT is PostgreSQL's fast shutdown; QUIT, after 5 s, the immediate one. CONT, since a stopped one hears neither.
const SCRIPT = `
trap '' INT TERM HUP
read -r word
[ "$word" = dismissed ] && exit 0
kill -INT "$1" 2>/dev/null
kill -CONT "$1" 2>/dev/null
tries=0
while kill -0 "$1" 2>/dev/null && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
kill -QUIT "$1" 2>/dev/null && sleep 1 && kill -KILL "$1" 2>/dev/null
rm -rf "$2"
`;

/**
 * Starts the guard: a shell that waits on a pipe from us.
 * @param pid the postmaster. @param socketDir removed with it.
 */
export function guardPostgres(pid: number, socketDir: string, account: Account): PostgresGuard {
  const guard = spawn('/bin/sh', ['-c', SCRIPT, 'freshet-postgres-guard', String(pid), socketDir], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    ...spawnIdentity(account),
  });
  const gone = new Promise<void>((resolve) => {
    guard.once('exit', () => resolve());
    guard.once('error', () => resolve());
  });
  guard.stdin.on('error', () => undefined);
  guard.unref();
  return {
    dismiss() {
      guard.ref();
      guard.stdin.end('dismissed\n');
      return gone;
    },
  };
}
