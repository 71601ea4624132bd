// What is in the way of a start is said in one clear message: the program ends with a code of failure and leaves nothing running.
import { spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { composeSupergraph } from '../../gateway/federation/compose.ts';
import { type Child, spawnChild } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** What `npm start` runs from, and no more. */
const PARTS = ['gateway', 'subgraphs', 'schema', 'package.json'];
/** A start of the whole system on a machine that others load. */
const START_TIMEOUT_MS = 100_000;
const PORT_0 = ['--port', '0', '--management-port', '0'];
const LEAST_DATA = ['--scale', '0.002'];

/** A copy of the product: its data folder is its own, and its name tells its processes from all others. */
let folder: string;
const children: Child[] = [];
let squatter: Server | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freshet-start-'));
  // The account that PostgreSQL runs as must be able to enter it.
  await chmod(folder, 0o755);
  for (const part of PARTS) await cp(join(ROOT, part), join(folder, part), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
});

afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.kill()));
  await new Promise((resolve) => (squatter === undefined ? resolve(null) : squatter.close(resolve)));
  squatter = undefined;
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function run(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Child {
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
}

const freshet = (args: readonly string[], env?: Readonly<Record<string, string>>): Child =>
  run('gateway/main.ts', ['start', ...args], env);
const npmStart = (args: readonly string[], env?: Readonly<Record<string, string>>): Child =>
  run('subgraphs/start.ts', [...LEAST_DATA, ...args], env);

/** @returns what it wrote to stderr: the message, when there is one and no more */
async function failureOf(child: Child): Promise<string> {
  expect(await child.waitForExit(START_TIMEOUT_MS), child.output()).toEqual({ code: 1, signal: null });
  await nothingLeftRunning();
  return child.output().replace(child.stdout(), '');
}

/** Every process that was started here, and every postmaster, has a path of the copy in its command line. */
async function nothingLeftRunning(): Promise<void> {
  await eventually(() => running().length === 0, { what: `no process of ${folder}, there are ${running().join('; ')}` });
}

function running(): readonly string[] {
  const { stdout } = spawnSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line.includes(folder));
}

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

async function portInUse(): Promise<number> {
  const port = await freePort();
  squatter = createServer();
  await new Promise<void>((resolve) => squatter?.listen(port, '127.0.0.1', resolve));
  return port;
}

const SUPERGRAPH = (): string => join(folder, 'schema/supergraph.graphql');

/** One line, and no stack. */
function expectOneLine(message: string, pattern: RegExp): void {
  expect(message).toMatch(pattern);
  expect(message).not.toMatch(/^\s+at /m);
  expect(message.trim().split('\n')).toHaveLength(1);
}

describe('freshet start', () => {
  it('names every wrong setting of the config at once, where it stands and what is expected', async () => {
    const config = await file(
      'wrong.yaml',
      `supergraph: { path: ${SUPERGRAPH()} }
listen: { port: 99999, hots: 127.0.0.1 }
cache: { bound: 5 parsecs, shards: [ "ftp://one" ] }
purge: { kafka: { topic: freshet.purge } }
`,
    );
    const message = await failureOf(freshet(['--config', config]));
    for (const place of ['listen.port', 'hots', 'cache.bound', 'cache.shards', 'purge.kafka']) {
      expect(message).toContain(place);
    }
    expect(message.match(/error CONFIG_INVALID/g)).toHaveLength(1);
    expect(message).toContain('wrong.yaml');
    expect(message).not.toMatch(/^\s+at /m);
  });

  it('names a wrong flag value and a wrong variable at once', async () => {
    const message = await failureOf(
      freshet(['--supergraph', SUPERGRAPH(), '--port', 'abc'], { MANAGEMENT_PORT: 'xyz', SHARD_URLS: 'ftp://one' }),
    );
    for (const place of ['--port', 'MANAGEMENT_PORT', 'SHARD_URLS']) expect(message).toContain(place);
    expect(message.match(/error CONFIG_INVALID/g)).toHaveLength(1);
  });

  it('says that the config file is not there', async () => {
    expectOneLine(await failureOf(freshet(['--config', join(folder, 'none.yaml')])), /^error CONFIG_UNREADABLE: .*none\.yaml/);
  });

  it.each(['--port', '--management-port'])('says that the port of %s is in use', async (flag) => {
    const port = await portInUse();
    const config = await file('here.yaml', `listen: { host: 127.0.0.1 }\n`);
    const args = ['--config', config, '--supergraph', SUPERGRAPH(), ...PORT_0, flag, String(port)];
    expectOneLine(await failureOf(freshet(args)), new RegExp(`^error PORT_IN_USE: .*\\b${port}\\b`));
  });

  it.each([
    ['is not there', null, 'SUPERGRAPH_UNREADABLE'],
    ['is empty', '', 'SUPERGRAPH_INVALID'],
    ['is not GraphQL', 'type Query {', 'SUPERGRAPH_INVALID'],
    ['is the schema of one subgraph', 'type Query { hello: String }', 'SUPERGRAPH_INVALID'],
  ])('says that the supergraph %s', async (_what, text, code) => {
    const path = text === null ? join(folder, 'absent.graphql') : await file('bad.graphql', text);
    const message = await failureOf(freshet(['--supergraph', path, ...PORT_0]));
    expectOneLine(message, new RegExp(`^error ${code}: .*(bad|absent)\\.graphql`));
  });

  it.each([
    ['@authenticated', 'secret: String @authenticated'],
    ['@requiresScopes', 'secret: String @requiresScopes(scopes: [["read"]])'],
    ['@policy', 'secret: String @policy(policies: [["owner"]])'],
  ])('refuses a supergraph with %s and names the directive', async (directive, field) => {
    const composed = composeSupergraph([
      {
        name: 'one',
        url: 'http://127.0.0.1:1/graphql',
        sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["${directive}"])
          type Query { open: String ${field} }`,
      },
    ]);
    const path = await file('guarded.graphql', composed.supergraphSdl ?? '');
    const message = await failureOf(freshet(['--supergraph', path, ...PORT_0]));
    expectOneLine(message, new RegExp(`^error SUPERGRAPH_UNSUPPORTED: .*${directive}.*authorization`));
  });

  it('starts with that supergraph where authorization is ignored on purpose', async () => {
    const path = join(folder, 'guarded.graphql');
    const config = await file('ignore.yaml', `authorization: ignore\nsupergraph: { path: ${path} }\n`);
    const child = freshet(['--config', config, ...PORT_0]);
    await child.waitForLine(/^freshet ready at/, START_TIMEOUT_MS);
    await child.terminate();
    await nothingLeftRunning();
  });
});

describe('npm start', () => {
  it('says which database does not answer', async () => {
    const port = await freePort();
    const env = { DATABASE_URL: `postgres://postgres:geheim@127.0.0.1:${port}/postgres` };
    const message = await failureOf(npmStart(PORT_0, env));
    expectOneLine(message, new RegExp(`^error: .*127\\.0\\.0\\.1:${port}`));
    expect(message).not.toContain('geheim');
  });

  it('says that a DATABASE_URL is no such URL', async () => {
    expectOneLine(await failureOf(npmStart(PORT_0, { DATABASE_URL: 'mysql://127.0.0.1/shop' })), /^error: .*DATABASE_URL|postgres:\/\//);
  });

  it('names every wrong variable at once', async () => {
    const env = { PORT: 'abc', MANAGEMENT_PORT: 'xyz', SHARD_URLS: 'ftp://one' };
    const message = await failureOf(npmStart([], env));
    for (const place of ['PORT', 'MANAGEMENT_PORT', 'SHARD_URLS']) expect(message).toContain(place);
    expect(message).not.toMatch(/^\s+at /m);
  });

  it('says which flag it does not know, and which one is meant', async () => {
    const message = await failureOf(npmStart(['--prot', '4000']));
    expect(message).toContain("unknown option '--prot'");
    expect(message).toContain('--port');
  });

  it.each(['--port', '--management-port'])('says that the port of %s is in use', async (flag) => {
    const port = await portInUse();
    const config = { NODE_ENV: 'development' };
    const message = await failureOf(npmStart([...PORT_0, flag, String(port)], config));
    expectOneLine(message, new RegExp(`^error: .*\\b${port}\\b.*free`));
  });

  it.each([
    ['is no supergraph', 'type Query { hello: String }', /^error: .*supergraph/],
    ['is not GraphQL', 'type Query {', /^error: .*supergraph/],
  ])('says that its supergraph %s', async (_what, text, pattern) => {
    const good = await readFile(SUPERGRAPH(), 'utf8');
    await writeFile(SUPERGRAPH(), text);
    try {
      expectOneLine(await failureOf(npmStart(PORT_0)), pattern);
    } finally {
      await writeFile(SUPERGRAPH(), good);
    }
  });

  it('says that something else lies in its data folder, and leaves it alone', async () => {
    const data = join(folder, '.freshet/postgres');
    await rm(data, { recursive: true, force: true });
    await mkdir(data, { recursive: true });
    const other = await file('.freshet/postgres/letter.txt', 'mine');
    try {
      expectOneLine(await failureOf(npmStart(PORT_0)), /^error: .*\.freshet\/postgres/);
      expect(await readFile(other, 'utf8')).toBe('mine');
    } finally {
      await rm(data, { recursive: true, force: true });
    }
  });

  it('beside a running one says so, and the running one goes on', async () => {
    const first = npmStart(PORT_0);
    const [, url = ''] = await first.waitForLine(/^freshet ready at (\S+)$/, START_TIMEOUT_MS);
    const second = npmStart(PORT_0);
    expect(await second.waitForExit(START_TIMEOUT_MS), second.output()).toEqual({ code: 1, signal: null });
    expectOneLine(second.output().replace(second.stdout(), ''), /^error: .*is freshet running already\?/i);

    const fresh = npmStart([...PORT_0, '--fresh']);
    expect(await fresh.waitForExit(START_TIMEOUT_MS), fresh.output()).toEqual({ code: 1, signal: null });
    expectOneLine(fresh.output().replace(fresh.stdout(), ''), /^error: .*is freshet running already\?/i);

    expect(await productOf(url)).toEqual({ data: { product: { upc: '1' } } });
    await first.terminate(START_TIMEOUT_MS);
    await nothingLeftRunning();
  });

  it('that is stopped while it starts ends, and leaves nothing running', async () => {
    const child = npmStart(PORT_0);
    await child.waitForLine(/bringing the databases up to date/, START_TIMEOUT_MS);
    await child.terminate(START_TIMEOUT_MS);
    await nothingLeftRunning();
  });
});

async function productOf(url: string): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ product(upc: "1") { upc } }' }),
  });
  return await response.json();
}
