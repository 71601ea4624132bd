// The gateway's config of `npm start`: what freshet.yaml would say, for the parts that run in this process.

import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { type Config, type ConfigSources, resolveConfig } from '../../gateway/config.ts';
import type { Subgraph } from '../kit/subgraph.ts';

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
export function embeddedConfig(env: ConfigSources['env'], flags: ConfigSources['flags']): Config {
  return resolveConfig({ file: { path: 'freshet.yaml of npm start', text: TEXT }, env, flags, cwd: process.cwd() });
}

/** @param subgraphs which listen by now */
export function withSubgraphsAt(config: Config, subgraphs: readonly Subgraph[]): Config {
  const places = subgraphs.map(({ name, url }) => [name, { url, timeoutMs: null, maxBytes: null }] as const);
  return { ...config, subgraphs: new Map(places) };
}
