// The gateway's config of `npm start`: what freshet.yaml would say, for the parts that run in this process.

import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { type Config, type ConfigSources, resolveConfig } from '../../gateway/config.ts';

/** Three in-memory shards behind the same ring that Redis shards stand behind. */
const MEMORY_SHARDS = ['memory:one?max=32MiB', 'memory:two?max=32MiB', 'memory:three?max=32MiB'];

const TEXT = stringify({
  supergraph: { path: fileURLToPath(new URL('../../schema/supergraph.graphql', import.meta.url)) },
  cache: {
    shards: MEMORY_SHARDS,
    bound: '5s',
    default: { ttl: '60s', negativeTtl: '10s' },
    subgraphs: {
      accounts: { types: { User: { precise: true } } },
      catalog: { types: { Product: { precise: true }, Brand: { precise: true } } },
    },
  },
  purge: { inProcess: true },
  headers: { authorization: { forward: ['accounts'], key: 'subject' } },
  listen: { drainDelay: '0ms' },
});

/**
 * Environment and flags beat what stands here. Nothing has to run yet: where the subgraphs listen is not known.
 * @throws {GatewayError} CONFIG_INVALID naming every wrong variable and flag
 */
export function embeddedConfig(
  env: ConfigSources['env'],
  flags: ConfigSources['flags'],
  change: (text: string) => string = (text) => text,
): Config {
  const file = { path: 'freshet.yaml of npm start', text: change(TEXT) };
  return resolveConfig({ file, env, flags, cwd: process.cwd() });
}

/** @param places the URL of each subgraph by its name */
export function withSubgraphsAt(config: Config, places: ReadonlyMap<string, string>): Config {
  const subgraphs = [...places].map(([name, url]) => [name, { url, timeoutMs: null, maxBytes: null }] as const);
  return { ...config, subgraphs: new Map(subgraphs) };
}
