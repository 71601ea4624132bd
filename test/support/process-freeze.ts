// Stops and continues a process with everything that descends from it.
import { eventually } from './eventually.ts';
import { processTree } from './process-tree.ts';
import { forget, reapWithUs } from './reaper.ts';

/**
 * SIGSTOP to the whole tree; resolves when every process of it stands still, those born meanwhile too.
 * @throws {Error} when some still run after 5 s.
 */
export async function freezeTree(rootPid: number): Promise<void> {
  // Twice in a row: a child may be born between the listing of the processes and the stop of its parent.
  let stillCount = 0;
  await eventually(
    () => {
      const moving = processTree(rootPid).filter((row) => row.state !== 'T' && row.state !== 'Z');
      for (const row of moving) {
        // A frozen PostgreSQL backend does not see its postmaster die: without this it would stand there for ever if the worker were killed now.
        if (row.pid !== rootPid) reapWithUs(row.pid);
        signal(row.pid, 'SIGSTOP');
      }
      stillCount = moving.length === 0 ? stillCount + 1 : 0;
      return stillCount === 2;
    },
    { timeoutMs: 5_000, everyMs: 2, what: `all processes under pid ${rootPid} to stand still` },
  );
}

/** SIGCONT to the whole tree. */
export function thawTree(rootPid: number): void {
  for (const row of processTree(rootPid)) {
    signal(row.pid, 'SIGCONT');
    if (row.pid !== rootPid) forget(row.pid);
  }
}

function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended since it was listed.
  }
}
