// Which core is whose: the first is the server's that is measured, all others are the load's and the subgraphs'.

import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { findProgram } from '../../support/service-paths.ts';

export interface Cores {
  /** The command that runs a program on the server's core, to be put before it. Empty where the machine cannot. */
  readonly onFirst: readonly string[];
  /** For the report. */
  readonly words: string;
}

/** Moves this process, and with it all that it starts, off the first core. */
export function takeCores(): Cores {
  const count = availableParallelism();
  const taskset = process.platform === 'linux' ? findProgram('taskset') : undefined;
  if (taskset === undefined || count < 2)
    return { onFirst: [], words: `no core of its own for the server (${count} cores${taskset ? '' : ', no taskset'})` };
  const others = count === 2 ? '1' : `1-${count - 1}`;
  const moved = spawnSync(taskset, ['-a', '-c', '-p', others, String(process.pid)], { encoding: 'utf8' });
  if (moved.status !== 0) return { onFirst: [], words: `no core of its own for the server (${moved.stderr.trim()})` };
  return {
    onFirst: [taskset, '-c', '0'],
    words: `the server alone on core 0, load and subgraphs on ${count === 2 ? 'core 1' : `cores ${others}`}`,
  };
}
