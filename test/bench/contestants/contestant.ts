// A server that is compared: a process of its own on the first core, in front of the same subgraphs as all others.

import { type Child, type ChildOptions, spawnChild } from '../../support/child.ts';
import type { Workload } from '../workloads/workload.ts';
import type { PurgeFeed } from './purge-feed.ts';

export interface Ground {
  /** For files. */
  readonly folder: string;
  /** Before the command of a server. */
  readonly onFirst: readonly string[];
  readonly supergraphFile: string;
  /** Without what peers refuse. */
  readonly plainSupergraphFile: string;
  /** Where the peers' packages are. */
  readonly peersFolder: string;
  readonly redisUrl: string;
  /** Is the profiler to be let in? */
  readonly inspected: boolean;
}

export interface Contestant {
  /** Short, for `--only`. */
  readonly name: string;
  readonly title: string;
  readonly side: 'unit' | 'ours' | 'peer';
  /** What it was told that is not its default, for the report. */
  readonly settings: string;
  /** Does it ask subgraphs once for requests that are under way at once? For fair pairs. */
  readonly joining: 'none' | 'joined' | 'cached';
  /** Its requests carry a number of their own: what was finished for another one is of no use. */
  readonly isEachNew: boolean;
  enters(workload: Workload): boolean;
  /** @param bytes what the unit sends */
  start(ground: Ground, workload: Workload, bytes: string): Promise<RunningServer>;
}

export interface RunningServer {
  readonly url: string;
  readonly pid: number;
  /** Where its metrics are; null for those that have none that we read. */
  readonly metricsUrl: string | null;
  /** What changes and heartbeats come by; null where it hears of none. */
  readonly feed: PurgeFeed | null;
  readonly inspectorUrl: string | null;
  stop(): Promise<unknown>;
}

/** Starts a program on the first core. */
export function spawnOnFirst({ onFirst }: Pick<Ground, 'onFirst'>, options: ChildOptions): Child {
  const [command, ...args] = [...onFirst, options.command, ...(options.args ?? [])];
  return spawnChild({ ...options, command: command ?? options.command, args });
}

/** A server that says where it is ready, as `ready at URL`. Leaves none running when it does not. */
export async function startedServer(child: Child, ready = /ready at (\S+)/): Promise<RunningServer> {
  try {
    const [, url = ''] = await child.waitForLine(ready);
    return { url, pid: child.pid, metricsUrl: null, feed: null, inspectorUrl: null, stop: () => child.terminate() };
  } catch (error) {
    await child.kill();
    throw error;
  }
}
