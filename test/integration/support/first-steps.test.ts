// Holds the judge of a fresh clone: planted repositories that start well, answer badly, or leave something behind.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { takeFirstSteps } from '../../services/first-steps.ts';

const GOOD = `
  const { createServer } = require('node:http');
  const answer = { data: { product: { upc: '1' } } };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => { body += chunk; });
    request.on('end', () => {
      const good = JSON.parse(body).query === '{ product }' && process.env.DATABASE_URL === undefined;
      response.end(JSON.stringify(good ? answer : { errors: [{ message: 'another query: ' + body }] }));
    });
  });
  server.listen(Number(process.env.PORT), () => console.log('freshet ready at http://127.0.0.1:' + server.address().port + '/graphql'));
  process.on('SIGTERM', () => { server.close(); server.closeAllConnections(); });`;

let repository: string;
let said: string[];
beforeEach(async () => {
  repository = await mkdtemp(join(tmpdir(), 'freshet-planted-'));
  said = [];
});
afterEach(() => rm(repository, { recursive: true, force: true }));

it('is content with a system that starts, answers and stops', async () => {
  await plant(GOOD);
  process.env.DATABASE_URL = 'postgres://nowhere';
  try {
    await steps();
  } finally {
    delete process.env.DATABASE_URL;
  }
  expect(said.join('\n')).toMatch(
    /cloned[\s\S]*npm ci done[\s\S]*ready at[\s\S]*answered: 200[\s\S]*none of its \d+ processes is left/,
  );
});

it.each([
  ['errors beside data', "{ data: { product: { upc: '1' } }, errors: [{ message: 'no' }] }"],
  ['data that is null', '{ data: { product: null } }'],
])('refuses %s', async (_, answer) => {
  await plant(GOOD.replace("{ data: { product: { upc: '1' } } }", answer));
  await expect(steps()).rejects.toThrow('Expected data and no errors');
});

it('refuses a system that dies before it is ready, with its words', async () => {
  await plant("console.error('port in use'); process.exit(1);");
  await expect(steps()).rejects.toThrow(/but it ended[\s\S]*port in use/);
});

it('refuses a system that leaves a process behind, by its pid', async () => {
  await plant(`const left = require('node:child_process').spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    left.unref(); console.log('left', left.pid);${GOOD}`);
  await expect(steps()).rejects.toThrow(/^npm start left processes 3000 ms after SIGTERM: \d+ \(sleep\)$/);
});

it('refuses a start script that keeps SIGTERM from the system, as a shell between npm and node does', async () => {
  await plant(GOOD, 'node start.js; true');
  await expect(steps()).rejects.toThrow(/^npm start left processes 3000 ms after SIGTERM: \d+ \(node\)$/);
});

const steps = (): Promise<void> =>
  takeFirstSteps(repository, { say: (line) => void said.push(line), stopTimeoutMs: 3_000 });

async function plant(start: string, script = 'exec node start.js'): Promise<void> {
  const manifest = { name: 'planted', version: '1.0.0', scripts: { start: script } };
  await writeFile(join(repository, 'package.json'), JSON.stringify(manifest));
  const lock = { name: 'planted', version: '1.0.0', lockfileVersion: 3, requires: true, packages: { '': manifest } };
  await writeFile(join(repository, 'package-lock.json'), JSON.stringify(lock));
  await writeFile(join(repository, 'start.js'), start);
  await writeFile(join(repository, 'README.md'), '## Try it\n```graphql\n{ product }\n```\n');
  const git = (...args: string[]): void => {
    const who = ['-c', 'user.name=planted', '-c', 'user.email=planted@localhost', '-c', 'commit.gpgsign=false'];
    execFileSync('git', [...who, ...args], { cwd: repository, stdio: 'ignore' });
  };
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '-m', 'planted');
}
