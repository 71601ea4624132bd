// Runs a program for a test: its output, its lines, its signals, its end. It never outlives the test worker.
import { spawn } from 'node:child_process';
import { within } from './eventually.ts';
import { lineLog } from './line-log.ts';
import { noteOpen } from './open-resources.ts';
import { freezeTree, thawTree } from './process-freeze.ts';
import { processTree } from './process-tree.ts';
import { forget, reapWithUs } from './reaper.ts';

export interface ChildOptions {
  /** For messages, such as `redis-server`. */
  readonly name: string;
  readonly command: string;
  readonly args?: readonly string[];
  /** Default: the worker's folder. */
  readonly cwd?: string;
  /** The whole environment. Default: the worker's. */
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
}

export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  /** Settles when the process has ended and its output is read to the end. Never rejects. */
  readonly exited: Promise<ChildExit>;
  /** Undefined while it runs. */
  readonly exit: ChildExit | undefined;
  /** stdout and stderr as they came, the last 1 MiB. */
  output(): string;
  /** stdout alone, the last 1 MiB. */
  stdout(): string;
  /**
   * The first line of stdout or stderr that matches, already written or to come.
   * @throws {Error} with the output's tail, when the process ends first or after `timeoutMs` (default 30 s).
   */
  waitForLine(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  /** @throws {Error} after `timeoutMs` (default 30 s). */
  waitForExit(timeoutMs?: number): Promise<ChildExit>;
  /** SIGKILL to it, its descendants and its group; resolves when it is gone. */
  kill(): Promise<ChildExit>;
  /** SIGTERM to the process alone; resolves when it is gone. @throws {Error} after `timeoutMs` (default 30 s), after killing it. */
  terminate(timeoutMs?: number): Promise<ChildExit>;
  /** Any other signal, to the process alone. Nothing happens when it has ended. */
  signal(name: NodeJS.Signals): void;
  /** SIGSTOP to it and its descendants; resolves when all of them stand still. */
  freeze(): Promise<void>;
  /** SIGCONT to it and its descendants. */
  thaw(): void;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const OUTPUT_END_TIMEOUT_MS = 5_000;

/**
 * Starts a program in a process group of its own, so that Ctrl-C reaches the test runner alone.
 * @throws {Error} when it cannot be started at all.
 */
export function spawnChild(options: ChildOptions): Child {
  const { name, command, args = [] } = options;
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    uid: options.uid,
    gid: options.gid,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) {
    child.once('error', () => undefined);
    throw new Error(
      `Expected to start ${name} (${command}), the system refused: is it installed? Try: npm run services`,
    );
  }
  reapWithUs(pid);
  const closed = noteOpen(`${name} (pid ${pid})`);
  const log = lineLog(child.stdout, child.stderr);
  let exit: ChildExit | undefined;
  const exited = new Promise<ChildExit>((resolve) => {
    child.once('close', (code, signal) => {
      exit = { code, signal };
      forget(pid);
      closed();
      log.end();
      resolve(exit);
    });
  });
  const self: Child = {
    name,
    pid,
    exited,
    get exit() {
      return exit;
    },
    output: () => log.all(),
    stdout: () => log.stdout(),
    waitForLine: (pattern, timeoutMs = DEFAULT_TIMEOUT_MS) => log.waitFor(pattern, name, timeoutMs),
    waitForExit: (timeoutMs = DEFAULT_TIMEOUT_MS) => within(timeoutMs, `${name} (pid ${pid}) to end`, exited),
    async kill() {
      if (exit === undefined) {
        for (const row of child.exitCode === null && child.signalCode === null ? processTree(pid) : [])
          killPid(row.pid);
        // What outlived its parent: the group keeps its number as long as one of them lives.
        killPid(-pid);
      }
      // Someone in a session of their own may hold the output open for ever.
      const giveUp = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, OUTPUT_END_TIMEOUT_MS);
      await exited;
      clearTimeout(giveUp);
      return await exited;
    },
    async terminate(timeoutMs = DEFAULT_TIMEOUT_MS) {
      child.kill('SIGTERM');
      try {
        return await self.waitForExit(timeoutMs);
      } catch (cause) {
        await self.kill();
        throw new Error(`${name} did not end on SIGTERM. Its output ended with:\n${log.tail()}`, { cause });
      }
    },
    signal: (signalName) => void child.kill(signalName),
    freeze: () => freezeTree(pid),
    thaw: () => thawTree(pid),
  };
  return self;
}

/**
 * Starts a server: resolves with the process when `ready` has, and leaves none running when that fails.
 * @throws {Error} of spawnChild or `ready`.
 */
export async function spawnServer(options: ChildOptions, ready: (child: Child) => Promise<unknown>): Promise<Child> {
  const child = spawnChild(options);
  try {
    await ready(child);
    return child;
  } catch (cause) {
    await child.kill();
    throw cause;
  }
}

function killPid(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself since it was listed.
  }
}
