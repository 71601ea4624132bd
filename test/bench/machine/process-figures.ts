// What a process and all that it started have used: processor time and memory.

import { existsSync, readFileSync } from 'node:fs';
import { processTree } from '../../support/process-tree.ts';

/** Of the kernel's clock: 100 on every Linux that Node runs on (`getconf CLK_TCK`). */
const TICKS_PER_SECOND = 100;

/** User and system time of the tree, in seconds; null where there is no /proc. It moves in steps of 10 ms. */
export function cpuSeconds(pid: number): number | null {
  if (!existsSync('/proc/self/stat')) return null;
  let ticks = 0;
  for (const row of processTree(pid)) {
    const stat = readOf(row.pid, 'stat');
    // The command in parentheses may hold spaces. After it: state is field 3, utime 14, stime 15.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  }
  return ticks / TICKS_PER_SECOND;
}

/** Resident bytes of the tree; null where there is no /proc. */
export function residentBytes(pid: number): number | null {
  if (!existsSync('/proc/self/stat')) return null;
  let kibibytes = 0;
  for (const row of processTree(pid)) {
    kibibytes += Number(/^VmRSS:\s+(\d+)/m.exec(readOf(row.pid, 'status'))?.[1] ?? 0);
  }
  return kibibytes * 1024;
}

/** Empty when it has ended since it was listed. */
function readOf(pid: number, file: 'stat' | 'status'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
