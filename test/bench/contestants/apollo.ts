// `@apollo/gateway`: plain, with Apollo's response cache, and with the entity cache that one would build for it.

import { join } from 'node:path';
import { type Contestant, spawnOnFirst, startedServer } from './contestant.ts';

export const APOLLO: readonly Contestant[] = [
  apollo('none', 'apollo', '@apollo/gateway', 'none', 'NODE_ENV=production; its own keep-alive HTTP client'),
  apollo(
    'entities',
    'apollo-redis',
    '@apollo/gateway, entities in Redis',
    'cached',
    'a data source with Keyv 5 and Redis: one multi-get for distinct representations, only misses sent; root fields kept too; HTTP by undici',
  ),
  apollo(
    'responses',
    'apollo-responses',
    '@apollo/gateway, response cache',
    'cached',
    '@apollo/server-plugin-response-cache in memory; no purges',
  ),
];

function apollo(
  cache: 'none' | 'entities' | 'responses',
  name: string,
  title: string,
  joining: Contestant['joining'],
  settings: string,
): Contestant {
  return {
    name,
    title,
    side: 'peer',
    settings,
    joining,
    isEachNew: false,
    // It hears of no change: once is enough.
    enters: ({ changes }) => changes !== 'undeclared',
    async start(ground) {
      const { peersFolder, plainSupergraphFile, redisUrl } = ground;
      const child = spawnOnFirst(ground, {
        name,
        command: process.execPath,
        args: [join(peersFolder, 'apollo.mjs'), plainSupergraphFile, cache, redisUrl],
        cwd: peersFolder,
        env: { ...process.env, NODE_ENV: 'production', APOLLO_TELEMETRY_DISABLED: 'true' },
      });
      return startedServer(child);
    },
  };
}
