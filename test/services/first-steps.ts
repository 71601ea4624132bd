// Does what the README tells a newcomer to do, in a fresh clone: npm ci, npm start, one query, stop; and sees that nothing is left.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { z } from 'zod';
import { removeDataFolder } from '../../subgraphs/kit/embedded-postgres/data-folder.ts';
import { type Child, spawnChild } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';
import { type ProcessRow, processTree, runningProcesses } from '../support/process-tree.ts';
import { queryAfterHeading } from './readme-query.ts';
import { runCommand } from './run-command.ts';

export interface FirstStepsOptions {
  /** Hears each step when it is done. */
  readonly say: (line: string) => void;
  /** How long everything may take to be gone after SIGTERM. */
  readonly stopTimeoutMs: number;
}

const HEADING = 'Try it';
const INSTALL_TIMEOUT_MS = 600_000;
const CLONE_TIMEOUT_MS = 60_000;
// The promise is 20 s on a machine of its own; here it is only said when it took longer.
const START_GOAL_MS = 20_000;
const START_TIMEOUT_MS = 120_000;
const QUERY_TIMEOUT_MS = 30_000;
// Each of these would replace an embedded part.
const EMBEDDED_PARTS = [
  'DATABASE_URL',
  'SHARD_URLS',
  'KAFKA_BROKERS',
  'ELASTICSEARCH_URL',
  'APOLLO_KEY',
  'APOLLO_GRAPH_REF',
];

const answerSchema = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.unknown()).optional(),
});

/**
 * @param repository a git checkout; what is committed there is cloned.
 * @throws {Error} saying which step did not do what, with the output of npm start.
 */
export async function takeFirstSteps(repository: string, options: FirstStepsOptions): Promise<void> {
  const { say } = options;
  const folder = await mkdtemp(join(tmpdir(), 'freshet-clone-'));
  try {
    const clone = join(folder, 'freshet');
    await runCommand('git', ['clone', '--quiet', '--no-local', repository, clone], { timeoutMs: CLONE_TIMEOUT_MS });
    say('cloned');
    await runCommand('npm', ['ci'], { cwd: clone, env: newcomerEnvironment(), timeoutMs: INSTALL_TIMEOUT_MS });
    say('npm ci done');
    await startAskStop(clone, options);
  } finally {
    // As root the data may stand outside the clone, in a folder that PostgreSQL's account can enter.
    removeDataFolder(join(folder, 'freshet', '.freshet', 'postgres'));
    await rm(folder, { recursive: true, force: true });
  }
}

async function startAskStop(clone: string, options: FirstStepsOptions): Promise<void> {
  const { say } = options;
  const query = queryAfterHeading(readFileSync(join(clone, 'README.md'), 'utf8'), HEADING);
  const beganAt = performance.now();
  const system = spawnChild({
    name: 'npm start',
    command: 'npm',
    args: ['start'],
    cwd: clone,
    env: { ...newcomerEnvironment(), PORT: '0', MANAGEMENT_PORT: '0' },
  });
  try {
    const url = (await system.waitForLine(/^freshet ready at (\S+)$/, START_TIMEOUT_MS))[1] ?? '';
    const tookMs = Math.round(performance.now() - beganAt);
    say(
      `ready at ${url} after ${tookMs} ms${tookMs > START_GOAL_MS ? ` (more than the promised ${START_GOAL_MS} ms)` : ''}`,
    );
    say(`answered: ${await ask(url, query, system)}`);
    const pids = processTree(system.pid).map((row) => row.pid);
    system.signal('SIGTERM');
    await untilNothingIsLeft(pids, clone, options.stopTimeoutMs);
    say(`stopped on SIGTERM, and none of its ${pids.length} processes is left`);
  } finally {
    await system.kill();
  }
}

/** Ours, without what would replace an embedded part, and without the packages of the checkout that runs this. */
function newcomerEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const name of EMBEDDED_PARTS) delete env[name];
  const folders = (env.PATH ?? '').split(delimiter);
  env.PATH = folders.filter((folder) => !folder.includes('node_modules')).join(delimiter);
  return env;
}

async function ask(url: string, query: string, system: Child): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
    signal: AbortSignal.timeout(QUERY_TIMEOUT_MS),
  });
  const text = await response.text();
  const shown = `${response.status} ${text.slice(0, 500)}`;
  if (response.status !== 200)
    throw new Error(`Expected status 200 for the README's query, got ${shown}\n${system.output()}`);
  const answer = answerSchema.parse(JSON.parse(text));
  const values = Object.values(answer.data ?? {});
  if (answer.errors !== undefined || values.length === 0 || values.some((value) => value === null)) {
    throw new Error(`Expected data and no errors for the README's query, got ${shown}`);
  }
  return shown.slice(0, 120);
}

/** Neither of the processes that were there before the stop, nor of any that works inside the clone. */
async function untilNothingIsLeft(pids: readonly number[], clone: string, timeoutMs: number): Promise<void> {
  let left: readonly ProcessRow[] = [];
  try {
    await eventually(
      async () => {
        const inside = await workingIn(clone);
        left = runningProcesses().filter((row) => pids.includes(row.pid) || inside.includes(row.pid));
        return left.length === 0;
      },
      { timeoutMs, everyMs: 100, what: 'every process of npm start to be gone after SIGTERM' },
    );
  } catch (cause) {
    const named = left.map((row) => `${row.pid} (${row.command})`).join(', ');
    // Ours, all of them: npm start and what it started.
    for (const row of left) process.kill(row.pid, 'SIGKILL');
    throw new Error(`npm start left processes ${timeoutMs} ms after SIGTERM: ${named}`, { cause });
  }
}

async function workingIn(folder: string): Promise<number[]> {
  const script = `ls -l /proc/[0-9]*/cwd 2>/dev/null | grep -F '${folder}' || true`;
  const listed = await runCommand('sh', ['-c', script], { timeoutMs: 10_000 });
  return [...listed.matchAll(/\/proc\/(\d+)\/cwd/g)].map((match) => Number(match[1]));
}
