// Reads which processes descend from a pid and what state they are in.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export interface ProcessRow {
  readonly pid: number;
  readonly parentPid: number;
  /** The kernel's letter: R running, S sleeping, T stopped, Z ended but not yet collected. */
  readonly state: string;
  /** The program's name, cut short by the kernel. */
  readonly command: string;
}

/** The process and all that descend from it, parents first. Empty when it is gone. */
export function processTree(rootPid: number): ProcessRow[] {
  const rows = allProcesses();
  const root = rows.find((row) => row.pid === rootPid);
  if (root === undefined) return [];
  const tree = [root];
  for (const parent of tree) tree.push(...rows.filter((row) => row.parentPid === parent.pid));
  return tree;
}

/** Whether a process is there and not merely waiting to be collected by its parent. */
export function isRunning(pid: number): boolean {
  return runningProcesses().some((row) => row.pid === pid);
}

/** Every process of the machine that has not ended. */
export function runningProcesses(): ProcessRow[] {
  return allProcesses().filter((row) => row.state !== 'Z');
}

function allProcesses(): ProcessRow[] {
  return existsSync('/proc/self/stat') ? fromProc() : fromPs();
}

function fromProc(): ProcessRow[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((name) => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      // The command stands in parentheses and may hold spaces and parentheses itself.
      const end = stat.lastIndexOf(')');
      const [state = '', parentPid = ''] = stat.slice(end + 2).split(' ');
      return [
        { pid: Number(name), parentPid: Number(parentPid), state, command: stat.slice(stat.indexOf('(') + 1, end) },
      ];
    } catch {
      // It ended between the listing and the reading.
      return [];
    }
  });
}

function fromPs(): ProcessRow[] {
  const listed = spawnSync('ps', ['-axo', 'pid=,ppid=,stat=,comm='], { encoding: 'utf8' });
  if (listed.status !== 0) throw new Error('Expected /proc or the `ps` command, to see the processes of a test server');
  return listed.stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([pid = '', parentPid = '', state = '', ...command]) => ({
      pid: Number(pid),
      parentPid: Number(parentPid),
      state: state.charAt(0),
      command: command.join(' '),
    }));
}
