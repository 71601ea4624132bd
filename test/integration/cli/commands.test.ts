// The command line as people use it: help, slips, pipes, the config, purges by hand.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeTooOld } from '../../../gateway/cli/node-version.ts';
import { createManagement, type InvalidationOutcome } from '../../../gateway/http/management.ts';
import { type OpenServer, openServer } from '../../../gateway/http/open-server.ts';
import { createMetrics } from '../../../gateway/telemetry/metrics.ts';
import { spawnChild } from '../../support/child.ts';

const MAIN = fileURLToPath(new URL('../../../gateway/main.ts', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freshet-cli-'));
});

afterAll(() => rm(folder, { recursive: true }));

/** Runs to its end, its output in pipes. */
async function freshet(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawnChild({
    name: 'freshet',
    command: process.execPath,
    args: [MAIN, ...args],
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
  });
  const { code } = await child.waitForExit();
  const stdout = child.stdout();
  return { code, stdout, stderr: child.output().replace(stdout, ''), output: child.output() };
}

describe('help', () => {
  it.each([
    [[]],
    [['start']],
    [['config']],
    [['compose']],
    [['purge']],
    [['purge', 'entity']],
    [['purge', 'type']],
    [['purge', 'tag']],
    [['purge', 'subgraph']],
  ])('of %j has an example and no colours in a pipe', async (command) => {
    const { code, stdout } = await freshet([...command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Example:\s+(\$ )?freshet /);
    expect(stdout).not.toContain('\u001b');
  });

  it('names the version of the package', async () => {
    expect((await freshet(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('a slip', () => {
  it.each([
    [['start', '--superhraph', 'x'], '--supergraph'],
    [['start', '--manegement-port', '1'], '--management-port'],
    [['strat'], 'start'],
    [['purge', 'entiti'], 'entity'],
    [['config', '--prit'], '--print'],
  ])('%j is told the nearest right word', async (args, right) => {
    const { code, stdout, stderr } = await freshet(args);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(`Did you mean ${right}?`);
  });
});

describe('freshet config', () => {
  it('says that a config is valid, or prints it as it is in force', async () => {
    await writeFile(
      join(folder, 'good.yaml'),
      'supergraph: { path: a.graphql }\npurge: { invalidationKey: hunter2hunter2 }\n',
    );
    expect(await freshet(['config', '--config', 'good.yaml'])).toMatchObject({
      code: 0,
      stdout: 'The config is valid: good.yaml\n',
    });
    const printed = await freshet(['config', '--config', 'good.yaml', '--print'], { PORT: '4711' });
    expect(printed.stdout).toContain('  port: 4711\n');
    expect(printed.stdout).toContain(`path: ${folder}/a.graphql`);
    expect(printed.stdout).not.toContain('hunter2');
  });

  it('names everything that is wrong, and ends with 1', async () => {
    await writeFile(join(folder, 'bad.yaml'), 'supergrph: { path: a.graphql }\nlisten: { port: x }\n');
    const { code, stdout, stderr } = await freshet(['config', '--config', 'bad.yaml']);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toBe(`error CONFIG_INVALID: 2 settings are wrong in bad.yaml:
  listen.port: expected a whole number from 0 to 65535, got "x" (bad.yaml:2)
  supergrph: unknown setting; did you mean supergraph? (bad.yaml:1)
`);
  });

  it('prints a JSON Schema, and does not mind a reader that has seen enough', async () => {
    const { stdout } = await freshet(['config', '--json-schema']);
    expect(JSON.parse(stdout)).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' });
    const piped = spawnChild({
      name: 'freshet | :',
      command: '/bin/sh',
      args: ['-c', `("${process.execPath}" "${MAIN}" config --json-schema; echo ended with $? >&2) | :`],
    });
    await piped.waitForExit();
    expect(piped.output()).toBe('ended with 0\n');
  });
});

describe('freshet purge', () => {
  const KEY = 'the shared key';
  let server: OpenServer;
  let asked: { body: unknown; mode: string }[] = [];
  let outcome: InvalidationOutcome = { kind: 'published', count: 1 };

  beforeAll(async () => {
    const handler = createManagement({
      metrics: createMetrics(),
      status: () => ({ state: 'ready', reasons: [] }),
      invalidationKey: KEY,
      async invalidate(body, mode) {
        asked.push({ body, mode });
        return outcome;
      },
    });
    const place = { name: 'management', host: '127.0.0.1', port: 0, setting: '' };
    server = await openServer(place, handler, (error) => {
      throw error;
    });
  });

  afterAll(() => server.drain({ delayMs: 0, timeoutMs: 1_000 }));

  function purge(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    asked = [];
    return freshet(['purge', ...args], { INVALIDATION_KEY: KEY, MANAGEMENT_PORT: String(server.port), ...env });
  }

  it.each([
    [['subgraph', 'accounts'], { kind: 'subgraph', subgraph: 'accounts' }],
    [['type', 'accounts', 'User'], { kind: 'type', subgraph: 'accounts', type: 'User' }],
    [['tag', 'profile'], { kind: 'cache_tag', cache_tag: 'profile' }],
    [['tag', 'profile', 'a', 'b'], { kind: 'cache_tag', cache_tag: 'profile', subgraphs: ['a', 'b'] }],
    [
      ['entity', 'reviews', 'Product', '{"upc":"1"}'],
      { kind: 'entity', subgraph: 'reviews', type: 'Product', key: { upc: '1' } },
    ],
  ])('%j asks the gateway for it', async (args, element) => {
    outcome = { kind: 'published', count: 1 };
    expect(await purge(args)).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^Purged: /) });
    expect(asked).toEqual([{ body: [element], mode: 'publish' }]);
  });

  it('--dry-run shows what the gateway holds', async () => {
    outcome = { kind: 'previewed', found: { elements: [{ count: 2 }] } };
    expect(await purge(['type', 'accounts', 'User', '--dry-run'])).toMatchObject({
      code: 0,
      stdout: '{"elements":[{"count":2}]}\n',
    });
    expect(asked[0]?.mode).toBe('dry-run');
  });

  it('that is refused says why and ends with 1', async () => {
    outcome = { kind: 'invalid', problems: [{ index: 0, message: 'expected a subgraph' }] };
    const refused = await purge(['subgraph', 'x']);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^error PURGE_REFUSED: .*got 400: Element 0: expected a subgraph\n$/);
    const wrongKey = await purge(['subgraph', 'x'], { INVALIDATION_KEY: 'another' });
    expect(wrongKey.stderr).toContain('got 401: Invalid authorization header');
    const noKey = await purge(['subgraph', 'x'], { INVALIDATION_KEY: '' });
    expect(noKey.stderr).toBe('error CONFIG_INVALID: Expected the shared key in INVALIDATION_KEY, got nothing\n');
    const away = await purge(['subgraph', 'x', '--url', 'http://127.0.0.1:1']);
    expect(away.stderr).toContain('error MANAGEMENT_UNREACHABLE: ');
    const noKeyFields = await purge(['entity', 'a', 'T', '[1]']);
    expect(noKeyFields.stderr).toContain('Expected the key fields as a JSON object');
  });
});

describe('an old Node.js', () => {
  it.each(['18.20.0', '20.19.1', '22.17.1'])('%s is told which one is needed', (version) => {
    expect(nodeTooOld(version)).toContain(`Expected Node.js 22.18.0 or newer, got ${version}`);
  });

  it.each(['22.18.0', '22.20.3', '23.0.0', '24.21.0', '100.0.0'])('%s is new enough', (version) => {
    expect(nodeTooOld(version)).toBeNull();
  });
});
