// A copy of the product in a folder of its own, for tests that start its programs and look at how they end.
import { spawnSync } from 'node:child_process';
import { chmod, cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { type Child, spawnChild } from '../support/child.ts';

export interface ProductCopy {
  /** Its data folder is its own, and its name tells its processes from all others. */
  readonly folder: string;
  readonly supergraph: string;
  /** `freshet start …` */
  freshetStart(args: readonly string[], env?: Readonly<Record<string, string>>): Child;
  /** `npm start -- …`, with the least sample data. */
  npmStart(args: readonly string[], env?: Readonly<Record<string, string>>): Child;
  /** Writes a file. @returns its path */
  file(name: string, text: string): Promise<string>;
  /** The message of a program that ended with 1 and left nothing running: its stderr, without lines of the log that tell of no trouble. */
  failureOf(child: Child): Promise<string>;
  /** Fails when a process of the copy runs: each of its programs, and its PostgreSQL, has a path of it in its command line. */
  expectNothingRunning(): void;
  /** Kills what was started and still runs. */
  killAll(): Promise<void>;
  remove(): Promise<void>;
}

/** What the programs run from, and no more. */
const PARTS = ['gateway', 'subgraphs', 'schema', 'package.json'];
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LEAST_DATA = ['--scale', '0.002'];
/** Free ports for both servers. */
export const ANY_PORTS = ['--port', '0', '--management-port', '0'];
/** A start or an end of the whole system, on a machine that others load. */
export const START_TIMEOUT_MS = 100_000;

export async function copyProduct(): Promise<ProductCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'freshet-start-'));
  // The account that PostgreSQL runs as must be able to enter it.
  await chmod(folder, 0o755);
  for (const part of PARTS) await cp(join(ROOT, part), join(folder, part), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const children: Child[] = [];
  const run = (script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Child => {
    const { PATH, HOME } = process.env;
    const child = spawnChild({
      name: script,
      command: process.execPath,
      args: [join(folder, script), ...args],
      cwd: folder,
      env: { PATH, HOME, NO_COLOR: '1', APOLLO_TELEMETRY_DISABLED: 'true', ...env },
    });
    children.push(child);
    return child;
  };
  const expectNothingRunning = (): void => expect(processesOf(folder)).toEqual([]);
  return {
    folder,
    supergraph: join(folder, 'schema/supergraph.graphql'),
    freshetStart: (args, env) => run('gateway/main.ts', ['start', ...args], env),
    npmStart: (args, env) => run('subgraphs/start.ts', [...LEAST_DATA, ...args], env),
    async file(name, text) {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    },
    async failureOf(child) {
      const message = await refusalOf(child);
      expectNothingRunning();
      return message;
    },
    expectNothingRunning,
    async killAll() {
      await Promise.all(children.splice(0).map((child) => child.kill()));
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The message of a program that ended with 1, while others of its copy may run. */
export async function refusalOf(child: Child): Promise<string> {
  expect(await child.waitForExit(START_TIMEOUT_MS), child.output()).toEqual({ code: 1, signal: null });
  const lines = child.output().replace(child.stdout(), '').split('\n');
  const message = lines.filter((line) => !line.startsWith('{"level":"info"')).join('\n');
  for (const [, code] of message.matchAll(/^error ([A-Z_]+):/gm)) expect(await documentedCodes()).toContain(code);
  return message;
}

/** Of the README's table of errors. */
async function documentedCodes(): Promise<readonly string[]> {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  return [...readme.matchAll(/^\| `([A-Z_]+)` \| \d{3} \|/gm)].map(([, code]) => code ?? '');
}

/** One line, and no stack. */
export function expectOneLine(message: string, pattern: RegExp): void {
  expect(message).toMatch(pattern);
  expect(message).not.toMatch(/^\s+at /m);
  expect(message.trim().split('\n')).toHaveLength(1);
}

function processesOf(folder: string): readonly string[] {
  const { stdout } = spawnSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line.includes(folder));
}
