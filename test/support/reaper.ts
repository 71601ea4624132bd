// Kills the processes that a test worker started when the worker is gone, however it went: one small shell per worker.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

// The kernel closes our end of the pipe even when the worker is killed with -9; then `read` ends and every group still on the list is killed.
// Groups, so that what a child has spawned goes too. KILL reaches stopped processes as well.
const SCRIPT = `
trap '' INT TERM HUP
pids=' '
while read -r op pid; do
  case $op in
    add) pids="$pids$pid " ;;
    remove) before="\${pids%% $pid *}"; [ "$before" = "$pids" ] || pids="$before \${pids#* $pid }" ;;
  esac
done
for pid in $pids; do kill -KILL "-$pid" 2>/dev/null || kill -KILL "$pid" 2>/dev/null; done
`;

type Reaper = ChildProcessByStdio<Writable, null, null>;
let reaper: Reaper | undefined;

/** Puts a process (leader of its own group) on the list of those that die with this worker. */
export function reapWithUs(pid: number): void {
  running().stdin.write(`add ${pid}\n`);
}

/** It has ended: its pid may be given to anyone now. */
export function forget(pid: number): void {
  running().stdin.write(`remove ${pid}\n`);
}

function running(): Reaper {
  if (reaper !== undefined && reaper.exitCode === null) return reaper;
  const started: Reaper = spawn('/bin/sh', ['-c', SCRIPT, 'freshet-test-reaper'], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  started.on('error', (cause) => {
    throw new Error('Expected to start /bin/sh, which ends test servers when a worker dies', { cause });
  });
  started.stdin.on('error', () => undefined);
  started.unref();
  // A pipe in a child's stdio is a net.Socket at run time; unref'd so that it never holds the worker open.
  if ('unref' in started.stdin && typeof started.stdin.unref === 'function') started.stdin.unref();
  reaper = started;
  return started;
}
