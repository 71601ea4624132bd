// The gateway's config of `npm start`: what freshet.yaml would say, for the parts that run in this process.

import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { Subgraph } from '../kit/subgraph.ts';

/** Three in-memory shards behind the same ring that Redis shards stand behind. */
const MEMORY_SHARDS = ['memory:one?max=32MiB', 'memory:two?max=32MiB', 'memory:three?max=32MiB'];

/** @param subgraphs where they listen. Environment and flags beat what stands here. @returns YAML */
export function gatewayConfigText(subgraphs: readonly Subgraph[]): string {
  return stringify({
    supergraph: { path: fileURLToPath(new URL('../../schema/supergraph.graphql', import.meta.url)) },
    subgraphs: Object.fromEntries(subgraphs.map(({ name, url }) => [name, { url }])),
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
}
