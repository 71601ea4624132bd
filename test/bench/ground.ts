// What all contestants stand on: cores, subgraphs, a Redis, the peers' packages, a folder for files.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { supergraphForApollo } from '../support/supergraph-for-apollo.ts';
import type { Ground } from './contestants/contestant.ts';
import { type Cores, takeCores } from './machine/cores.ts';
import { type OriginProcess, startOrigin } from './origin/origin-process.ts';

export interface OpenGround {
  readonly cores: Cores;
  readonly origin: OriginProcess;
  /** With a Redis that is empty: each workload begins with one. */
  next(): Promise<Ground>;
  close(): Promise<void>;
}

export async function openGround(options: {
  readonly peersFolder: string;
  readonly inspected: boolean;
}): Promise<OpenGround> {
  const cores = takeCores();
  const folder = mkdtempSync(join(tmpdir(), 'freshet-bench-'));
  const origin = await startOrigin();
  let redis: RedisServer | null = null;
  const supergraphFile = join(folder, 'supergraph.graphql');
  const plainSupergraphFile = join(folder, 'plain-supergraph.graphql');
  writeFileSync(supergraphFile, origin.supergraph);
  writeFileSync(plainSupergraphFile, supergraphForApollo(origin.supergraph));
  return {
    cores,
    origin,
    async next() {
      await redis?.stop();
      redis = await startRedis();
      const { onFirst } = cores;
      return { folder, onFirst, supergraphFile, plainSupergraphFile, redisUrl: redis.url, ...options };
    },
    async close() {
      await redis?.stop();
      await origin.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** For what a run leaves: reports, charts, profiles. */
export function resultFile(name: string): string {
  const folder = new URL('../../.freshet/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  return new URL(name, folder).pathname;
}
