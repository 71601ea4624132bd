// A wrong setting of `npm start` is told before anything of it is begun.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { postgresFolder } from '../../../subgraphs/embedded/data-folder.ts';
import { startSystem } from '../../../subgraphs/embedded/system.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freshet-start-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const said: string[] = [];
const start = (dataFolder: string, more: Partial<Parameters<typeof startSystem>[0]> = {}) =>
  startSystem({
    env: { PORT: 'abc', SHARD_URLS: 'ftp://one', KAFKA_BROKERS: 'nowhere' },
    dataFolder,
    scale: 0.01,
    logLevel: 'silent',
    say: (step) => void said.push(step),
    onSeed: () => undefined,
    ...more,
  });

it('every wrong variable is named before a database is started', async () => {
  const dataFolder = join(folder, 'new');
  await expect(start(dataFolder)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/environment PORT.*environment SHARD_URLS.*environment KAFKA_BROKERS/s),
  });
  expect(said).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
});

it('the data of earlier starts is not forgotten for a start that cannot be', async () => {
  const kept = join(postgresFolder(folder), 'PG_VERSION');
  await mkdir(postgresFolder(folder), { recursive: true });
  await writeFile(kept, '18');
  await expect(start(folder, { earlierData: 'forget' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect(await readFile(kept, 'utf8')).toBe('18');
});
