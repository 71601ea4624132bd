// Holds .ci/run: its order, its durations, and that a stage that fails stops it and is named.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Child, spawnChild } from '../../support/child.ts';

const top = fileURLToPath(new URL('../../..', import.meta.url));
const STAGES = ['npm ci', 'npm run services', 'npm run check', 'compose file', 'npm test', 'fresh clone'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'freshet-ci-'));
  cpSync(join(top, '.ci'), join(folder, '.ci'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('goes through its stages in order, with every service required, and prints how long each took', async () => {
  plant({});
  const run = start();
  await expect(run.waitForExit()).resolves.toMatchObject({ code: 0 });
  const headings = [...run.output().matchAll(/^=== (.*)$/gm)].map((match) => match[1]);
  expect(headings).toEqual([...STAGES.slice(0, -1), expect.stringContaining('fresh clone'), 'durations']);
  expect(run.output()).toContain('test REQUIRE_SERVICES=1 CI=true');
  for (const name of STAGES) expect(run.output()).toMatch(new RegExp(`^ +\\d+ s  ${name}`, 'm'));
  expect(run.output()).toContain('all stages passed');
});

it.each([
  ['services', 'npm run services', 'checked'],
  ['check', 'npm run check', 'compose checked'],
  ['test', 'npm test', 'clone tried'],
])('stops at %s when that fails, and names the stage', async (script, stage, after) => {
  plant({ [script]: 'echo broken; exit 3' });
  const run = start();
  await expect(run.waitForExit()).resolves.toMatchObject({ code: 3 });
  expect(run.output()).toContain(`FAILED in stage "${stage}" with exit code 3`);
  expect(run.output()).not.toContain(after);
});

function start(): Child {
  return spawnChild({ name: '.ci/run', command: join(folder, '.ci', 'run'), cwd: tmpdir() });
}

function plant(scripts: Readonly<Record<string, string>>): void {
  const test = 'echo "test REQUIRE_SERVICES=$REQUIRE_SERVICES CI=$CI"';
  const manifest = {
    name: 'planted',
    version: '1.0.0',
    scripts: { services: 'echo served', check: 'echo checked', test, ...scripts },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  const lock = { name: 'planted', version: '1.0.0', lockfileVersion: 3, requires: true, packages: { '': manifest } };
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
  mkdirSync(join(folder, 'test', 'services'), { recursive: true });
  writeFileSync(join(folder, 'test', 'services', 'check-compose.ts'), "console.log('compose checked');");
  writeFileSync(join(folder, 'test', 'services', 'fresh-clone.ts'), "console.log('clone tried');");
}
