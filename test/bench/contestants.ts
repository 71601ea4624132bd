// The servers that are compared: each a process of its own on the first core, the same subgraphs behind all of them.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Child, spawnChild } from '../support/child.ts';

export interface Contestant {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  stop(): Promise<unknown>;
}

export interface Ground {
  /** For files. */
  readonly folder: string;
  readonly supergraphFile: string;
  readonly redisUrl: string;
}

/** Pins a server to the first core, where the machine can. */
const PINNED = process.platform === 'linux';

export async function startApollo({ supergraphFile }: Ground): Promise<Contestant> {
  return started('@apollo/gateway', ['test/bench/apollo-peer.ts', supergraphFile]);
}

export async function startNode(folder: string, bytes: string): Promise<Contestant> {
  const file = join(folder, 'bytes.json');
  writeFileSync(file, bytes);
  return started('node:http, same bytes', ['test/bench/node-peer.ts', file]);
}

export type CacheSetup = 'no cache' | 'all from one Redis' | 'all from L1';

/** `ttl`, not `bounded`: there is no log here, and a judge that asks for it would be cheaper, not dearer. */
export async function startFreshet(
  setup: CacheSetup,
  { folder, supergraphFile, redisUrl }: Ground,
): Promise<Contestant> {
  const cache = {
    'no cache': { default: { policy: 'never' } },
    'all from one Redis': { default: { ttl: '1h', policy: 'ttl' }, shards: [redisUrl], l1: { maxBytes: '0B' } },
    'all from L1': { default: { ttl: '1h', policy: 'ttl' } },
  }[setup];
  const file = join(folder, `${setup.replaceAll(' ', '-')}.yaml`);
  const listen = { port: 0, managementPort: 0, drainDelay: '0ms' };
  writeFileSync(file, stringify({ supergraph: { path: supergraphFile }, cache, listen, log: { level: 'error' } }));
  return started(`Freshet, ${setup}`, ['gateway/main.ts', 'start', '--config', file], /freshet ready at (\S+)/);
}

async function started(name: string, args: readonly string[], ready = /ready at (\S+)/): Promise<Contestant> {
  const child: Child = PINNED
    ? spawnChild({ name, command: 'taskset', args: ['-c', '0', process.execPath, ...args] })
    : spawnChild({ name, command: process.execPath, args });
  const [, url = ''] = await child.waitForLine(ready);
  return { name, url, pid: child.pid, stop: () => child.terminate() };
}
