// Holds docker-compose.yml, its Dockerfile and its gateway config: by Compose's own parser, by our own config, and against planted errors.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { resolveConfig } from '../../gateway/config.ts';
import { checkComposeFile } from '../services/compose-check.ts';
import { requireService } from '../support/service-gate.ts';

const top = fileURLToPath(new URL('../..', import.meta.url));
const composeFile = join(top, 'docker-compose.yml');
const composeSchema = z.object({
  services: z.record(z.string(), z.object({ environment: z.record(z.string(), z.string()).optional() })),
});

requireService('compose')('docker-compose.yml', () => {
  it("is accepted by Compose's own parser and demands exactly the secrets", async () => {
    await expect(checkComposeFile(composeFile)).resolves.toEqual({
      faults: [],
      required: ['INVALIDATION_KEY', 'POSTGRES_PASSWORD', 'SUBGRAPH_SECRET'],
    });
  });
});

requireService('compose')('a wrong compose file', () => {
  let folder: string;
  let good: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'freshet-planted-'));
    await mkdir(join(folder, 'gateway', 'ops'), { recursive: true });
    for (const path of ['gateway/ops/Dockerfile', 'gateway/ops/freshet.yaml']) await writeFile(join(folder, path), '');
    good = await readFile(composeFile, 'utf8');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is not what the copy of ours is', async () => {
    await expect(check(good)).resolves.toEqual([]);
  });

  it.each([
    ['a key that Compose does not know', ['  kafka:\n    image:', '  kafka:\n    imago: x\n    image:'], /imago/],
    ['a wrong type', ['restart: unless-stopped', 'restart: [a]'], /restart/],
    ['broken YAML', ['services:', 'services: [\n'], /yaml|did not find|mapping|sequence/i],
    ['a broken variable', [`\${LOG_LEVEL:-info}`, `\${LOG_LEVEL:-info`], /interpolat|invalid/i],
    ['a volume that is not declared', ['source: kafka-data,', 'source: kafka-dato,'], /kafka-dato.* not declared/],
    [
      'a dependency that is no service',
      ['    topic: { condition: service_c', '    topik: { condition: service_c'],
      /topik/,
    ],
    [
      'a mounted file that does not exist',
      ['./gateway/ops/freshet.yaml', './gateway/ops/fresh.yaml'],
      /fresh\.yaml, which does not exist/,
    ],
    [
      'a Dockerfile that does not exist',
      ['gateway/ops/Dockerfile', 'gateway/Dockerfile'],
      /gateway\/Dockerfile, which does not exist/,
    ],
    [
      'a wait for the health of a service without a healthcheck',
      ['accounts: { condition: service_healthy }', 'seed: { condition: service_healthy }'],
      /seed has no healthcheck/,
    ],
  ] as const)('is refused for %s', async (_, [from, to], words) => {
    expect(good).toContain(from);
    const faults = await check(good.replace(from, to));
    expect(faults.join('\n')).toMatch(words);
  });

  async function check(text: string): Promise<readonly string[]> {
    const file = join(folder, 'docker-compose.yml');
    await writeFile(file, text);
    return (await checkComposeFile(file)).faults;
  }
});

describe('gateway/ops/freshet.yaml', () => {
  it('is a config, with the environment that docker-compose.yml gives to the gateways', async () => {
    const { services } = composeSchema.parse(parse(await readFile(composeFile, 'utf8'), { merge: true }));
    const env = {
      ...services['gateway-1']?.environment,
      SUBGRAPH_SECRET: 'a secret',
      INVALIDATION_KEY: 'a long key',
      LOG_LEVEL: 'info',
    };
    const path = join(top, 'gateway', 'ops', 'freshet.yaml');
    const file = { path, text: await readFile(path, 'utf8') };
    expect(() => resolveConfig({ file, env, flags: {}, cwd: top })).not.toThrow();
  });
});

describe('gateway/ops/Dockerfile', () => {
  it('copies only what exists, and does not run as root', async () => {
    const text = await readFile(join(top, 'gateway', 'ops', 'Dockerfile'), 'utf8');
    const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) => match[1]?.split(' ') ?? []);
    expect(copied).toContain('gateway');
    expect(copied.filter((path) => !existsSync(join(top, path)))).toEqual([]);
    expect(text.lastIndexOf('\nUSER 1000:1000')).toBeGreaterThan(text.lastIndexOf('\nFROM '));
  });
});
