// Holds the run itself: vitest is started on planted test files, to see absent services, forgotten servers and interrupted runs.
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Child, spawnChild } from '../../support/child.ts';
import { eventually } from '../../support/eventually.ts';
import { isRunning, processTree } from '../../support/process-tree.ts';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const support = join(repository, 'test', 'support');
const RUN_TIMEOUT_MS = 120_000;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freshet-vitest-'));
  await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('an absent service', () => {
  const planted = `
    import { expect, it } from 'vitest';
    import { gateFor } from '${support}/service-gate.ts';
    const when = process.env.REQUIRE_SERVICES === '1' ? 'fail' : 'skip';
    gateFor(['redis'], when)('purging a shard', () => { it('is never seen', () => { throw new Error('the body ran'); }); });
    it('is here', () => expect(1).toBe(1));`;

  it('skips its suite by name, says how to get it, and the run is green', async () => {
    const run = await vitest(planted, { REQUIRE_SERVICES: '' });
    await expect(run.waitForExit(RUN_TIMEOUT_MS)).resolves.toMatchObject({ code: 0 });
    expect(run.output()).toContain(
      'purging a shard [skipped, needs redis: npm run services (or: apt-get install redis-server)]',
    );
    expect(run.output()).toContain('Skipped (1)');
  });

  it('fails the run with the same words under REQUIRE_SERVICES=1', async () => {
    const run = await vitest(planted, { REQUIRE_SERVICES: '1' });
    await expect(run.waitForExit(RUN_TIMEOUT_MS)).resolves.toMatchObject({ code: 1 });
    expect(run.output()).toContain('REQUIRE_SERVICES=1, and this machine lacks redis: npm run services');
  });
});

describe('a present service', () => {
  it('lets the suite run', async () => {
    const run = await vitest(
      `import { expect, it } from 'vitest';
       import { gateFor } from '${support}/service-gate.ts';
       gateFor([], 'skip')('purging a shard', () => { it('works', () => { expect('the body ran').toBe(''); }); });`,
      { REQUIRE_SERVICES: '' },
    );
    await expect(run.waitForExit(RUN_TIMEOUT_MS)).resolves.toMatchObject({ code: 1 });
    expect(run.output()).toContain('the body ran');
  });
});

describe('a test that is skipped by hand', () => {
  const planted = `import { it } from 'vitest'; it('works', () => undefined); it.skip('waits for better times', () => undefined);`;

  it('is listed, and fails the run only under REQUIRE_SERVICES=1', async () => {
    const lenient = await vitest(planted, { REQUIRE_SERVICES: '' });
    await expect(lenient.waitForExit(RUN_TIMEOUT_MS)).resolves.toMatchObject({ code: 0 });
    expect(lenient.output()).toMatch(/- .*planted\.test\.ts: waits for better times/);
    const strict = await vitest(planted, { REQUIRE_SERVICES: '1' });
    await expect(strict.waitForExit(RUN_TIMEOUT_MS)).resolves.toMatchObject({ code: 1 });
    expect(strict.output()).toContain('these skips fail the run');
  });
});

describe('a forgotten process', () => {
  it('fails its test file by name and does not outlive the run', async () => {
    const run = await vitest(
      `import { it } from 'vitest';
       import { spawnChild } from '${support}/child.ts';
       it('forgets', () => { console.log('pid', spawnChild({ name: 'forgotten', command: 'sleep', args: ['300'] }).pid); });`,
      {},
    );
    const pid = Number((await run.waitForLine(/pid (\d+)/, RUN_TIMEOUT_MS))[1]);
    await expect(run.waitForExit(RUN_TIMEOUT_MS)).resolves.toMatchObject({ code: 1 });
    expect(run.output()).toContain(`left running: forgotten (pid ${pid})`);
    await eventually(() => !isRunning(pid), { what: 'the forgotten process to be gone' });
  });
});

describe('an interrupted run', () => {
  const planted = `
    import { it } from 'vitest';
    import { spawnChild } from '${support}/child.ts';
    it('waits', async () => {
      const child = spawnChild({ name: 'server', command: 'sleep', args: ['300'] });
      console.log('pid', child.pid);
      await child.exited;
    });`;

  it.each(['Ctrl-C', 'SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'leaves neither worker nor server on %s',
    async (signal) => {
      const run = await vitest(planted, {});
      const server = Number((await run.waitForLine(/pid (\d+)/, RUN_TIMEOUT_MS))[1]);
      const workers = processTree(run.pid).map((row) => row.pid);
      expect(workers.length).toBeGreaterThan(1);
      if (signal === 'Ctrl-C') process.kill(-run.pid, 'SIGINT');
      else run.signal(signal);
      await run.waitForExit(RUN_TIMEOUT_MS);
      for (const pid of [...workers, server]) {
        await eventually(() => !isRunning(pid), { timeoutMs: 60_000, what: `pid ${pid} to be gone` });
      }
    },
  );
});

async function vitest(testFile: string, env: NodeJS.ProcessEnv): Promise<Child> {
  await writeFile(join(folder, 'planted.test.ts'), testFile);
  await writeFile(
    join(folder, 'vitest.config.ts'),
    `import { skipReporter } from '${support}/skip-reporter.ts';
     export default { test: {
       setupFiles: ['${support}/leak-check.ts'], pool: 'forks', testTimeout: 100000, disableConsoleIntercept: true,
       reporters: ['verbose', skipReporter(process.env.REQUIRE_SERVICES === '1' ? 'fail' : 'list')],
     } };`,
  );
  return spawnChild({
    name: 'vitest',
    command: process.execPath,
    args: [join(repository, 'node_modules', 'vitest', 'vitest.mjs'), 'run'],
    cwd: folder,
    env: {
      ...process.env,
      NO_COLOR: '1',
      VITEST: undefined,
      VITEST_WORKER_ID: undefined,
      VITEST_POOL_ID: undefined,
      ...env,
    },
  });
}
