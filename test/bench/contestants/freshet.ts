// Freshet in each of the setups that are compared.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { Child } from '../../support/child.ts';
import type { Workload } from '../workloads/workload.ts';
import { type Contestant, type Ground, type RunningServer, spawnOnFirst, startedServer } from './contestant.ts';
import { openPurgeFeed } from './purge-feed.ts';

type CacheSetup = 'no cache' | 'joined' | 'redis' | 'entries' | 'finished';

const MAIN = fileURLToPath(new URL('../../../gateway/main.ts', import.meta.url));
const WITH_LOG = fileURLToPath(new URL('./freshet-with-log-main.ts', import.meta.url));

export const FRESHET: readonly Contestant[] = [
  freshet('no cache', 'Freshet, no cache', 'nothing joined: cache.default.policy never'),
  freshet(
    'joined',
    'Freshet, no cache, joined',
    'identical fetches joined, nothing kept: l1.maxBytes 0B and no shards',
  ),
  freshet('redis', 'Freshet, all from one Redis', 'l1.maxBytes 0B, one Redis shard'),
  freshet(
    'entries',
    'Freshet, from L1 entries',
    'each request is new (an unused variable), so that the answer is put together',
  ),
  freshet('finished', 'Freshet, finished responses', 'L1 as it comes'),
];

function freshet(setup: CacheSetup, title: string, settings: string): Contestant {
  const name = `freshet-${setup.replace(' ', '-')}`;
  return {
    name,
    title,
    side: 'ours',
    settings,
    joining: setup === 'no cache' ? 'none' : setup === 'joined' ? 'joined' : 'cached',
    isEachNew: setup === 'entries',
    enters: ({ changes }) => changes === 'ttl' || setup !== 'joined',
    start: (ground, workload) => startFreshet(ground, name, cacheOf(setup, ground), workload),
  };
}

/** @param cache as freshet.yaml has it */
export async function startFreshet(
  ground: Ground,
  name: string,
  cache: Readonly<Record<string, unknown>>,
  { changes }: Pick<Workload, 'changes'>,
): Promise<RunningServer> {
  const file = join(ground.folder, `${name}.yaml`);
  const heardOf = changes === 'ttl' ? {} : { purge: { inProcess: true } };
  const config = {
    supergraph: { path: ground.supergraphFile },
    cache: changes === 'ttl' ? cache : { ...cache, ...declared(changes) },
    listen: { port: 0, managementPort: 0, drainDelay: '0ms' },
    log: { level: 'error' },
    ...heardOf,
  };
  writeFileSync(file, stringify(config));
  const args = changes === 'ttl' ? [MAIN, 'start', '--config', file] : [WITH_LOG, file];
  const child = spawnOnFirst(ground, {
    name,
    command: process.execPath,
    args: ground.inspected ? ['--inspect=127.0.0.1:0', ...args] : args,
    env: { ...process.env, NODE_ENV: 'production' },
  });
  // It is ready only when it has heard a heartbeat of each source.
  const feed = changes === 'ttl' ? null : openPurgeFeed(await logPortOf(child));
  const server = await startedServer(child, /freshet ready at (\S+)/).catch((error: unknown) => {
    feed?.stop();
    throw error;
  });
  const told = (pattern: RegExp): string | undefined => pattern.exec(child.output())?.[1];
  return {
    ...server,
    feed,
    metricsUrl: `${told(/management at (\S+)/)}/metrics`,
    inspectorUrl: told(/Debugger listening on (\S+)/) ?? null,
    async stop() {
      feed?.stop();
      await server.stop();
    },
  };
}

async function logPortOf(child: Child): Promise<number> {
  try {
    const [, port] = await child.waitForLine(/purge log at (\d+)/);
    return Number(port);
  } catch (error) {
    await child.kill();
    throw error;
  }
}

/** `ttl` where nothing changes: a judge that asks for the log would be cheaper, not dearer, since there is none to be read. */
function cacheOf(setup: CacheSetup, { redisUrl }: Ground): Readonly<Record<string, unknown>> {
  switch (setup) {
    case 'no cache':
      return { default: { policy: 'never' } };
    case 'joined':
      return { default: { ttl: '1h' }, l1: { maxBytes: '0B' } };
    case 'redis':
      return { default: { ttl: '1h' }, shards: [redisUrl], l1: { maxBytes: '0B' } };
    case 'entries':
    case 'finished':
      return { default: { ttl: '1h' } };
  }
}

const PRECISE = { precise: true };

/** What the owner of each subgraph may say of what the workloads read: it is computed from its watched rows alone. */
function declared(changes: Workload['changes']): Readonly<Record<string, unknown>> {
  if (changes !== 'precise') return {};
  return {
    subgraphs: {
      catalog: { types: { Product: PRECISE }, fields: { 'Query.product': PRECISE, 'Query.productsByUpc': PRECISE } },
      inventory: { types: { Product: PRECISE } },
      reviews: {
        types: { Product: PRECISE, Review: PRECISE, User: PRECISE },
        fields: { 'Product.reviews': PRECISE },
      },
    },
  };
}
