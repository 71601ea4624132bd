// Hive Gateway with its JavaScript and its Rust planner: nothing joined, as it comes (identical subgraph requests joined), response cache.

import { join } from 'node:path';
import { freePort } from '../../support/free-port.ts';
import { type Contestant, spawnOnFirst } from './contestant.ts';
import { startedOnPort } from './started-on-port.ts';

type Planner = 'js' | 'rust';
type Setup = 'nothing joined' | 'joined' | 'clients joined too' | 'response cache';

const SHORT_NAMES: Readonly<Record<Setup, string>> = {
  'nothing joined': 'plain',
  joined: 'joined',
  'clients joined too': 'all-joined',
  'response cache': 'responses',
};

export const HIVE_GATEWAY: readonly Contestant[] = [
  hive('js', 'nothing joined'),
  hive('js', 'joined'),
  hive('js', 'response cache'),
  hive('rust', 'nothing joined'),
  hive('rust', 'joined'),
  hive('rust', 'clients joined too'),
  hive('rust', 'response cache'),
];

function hive(planner: Planner, setup: Setup): Contestant {
  const name = `hive-${planner}-${SHORT_NAMES[setup]}`;
  return {
    name,
    title: `Hive Gateway (${planner === 'js' ? 'JS' : 'Rust'} planner), ${setup}`,
    side: 'peer',
    settings: settingsOf(planner, setup),
    joining: setup === 'nothing joined' ? 'none' : setup === 'joined' ? 'joined' : 'cached',
    isEachNew: false,
    enters: ({ changes }) => changes !== 'undeclared',
    async start(ground) {
      const { peersFolder, plainSupergraphFile } = ground;
      const port = await freePort();
      const child = spawnOnFirst(ground, {
        name,
        command: process.execPath,
        args: [
          join(peersFolder, 'node_modules/@graphql-hive/gateway/dist/bin.js'),
          ...['supergraph', plainSupergraphFile, '--config-path', join(peersFolder, 'hive.config.mjs')],
          ...['--host', '127.0.0.1', '--port', String(port), '--fork', '1'],
          ...(planner === 'rust' ? ['--hive-router-runtime'] : []),
        ],
        cwd: peersFolder,
        env: {
          ...process.env,
          NODE_ENV: 'production',
          BENCH_JIT: planner === 'js' && setup !== 'response cache' ? 'yes' : 'no',
          BENCH_ALL_JOINED: setup === 'clients joined too' ? 'yes' : 'no',
          BENCH_JOINED: setup === 'nothing joined' ? 'no' : 'yes',
          BENCH_RESPONSE_CACHE: setup === 'response cache' ? 'yes' : 'no',
        },
      });
      return startedOnPort(child, `http://127.0.0.1:${port}/graphql`);
    },
  };
}

function settingsOf(planner: Planner, setup: Setup): string {
  const told = ['NODE_ENV=production, one process'];
  if (planner === 'js' && setup !== 'response cache') told.push('jit');
  told.push(`deduplicateInflightRequests ${setup !== 'nothing joined'}`);
  if (setup === 'clients joined too') told.push('inboundInflightRequestDeduplication true');
  if (setup === 'response cache') told.push('responseCaching in memory, ttl 10 h');
  return told.join('; ');
}
