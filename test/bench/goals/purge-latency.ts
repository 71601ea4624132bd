// The embedded system: how long it takes to start, and from the commit of a change to the first answer that shows it.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningSystem, startSystem } from '../../../subgraphs/embedded/system.ts';
import { openLog } from '../../../subgraphs/kit/log.ts';
import { openDatabase } from '../../../subgraphs/kit/postgres.ts';
import { eventually } from '../../support/eventually.ts';

interface PurgeLatency {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const QUERY = 'query Name($upc: ID!) { product(upc: $upc) { name } }';

/** Of the sample data. */
const SCALE = 0.1;
const CHANGE_COUNT = 200;

/** @returns a sentence for the report */
export async function measureSystem(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'freshet-bench-system-'));
  const beganAt = performance.now();
  const system = await startSystem({
    env: process.env,
    dataFolder: folder,
    scale: SCALE,
    port: '0',
    managementPort: '0',
    logLevel: 'error',
    say: () => undefined,
    onSeed: () => undefined,
  });
  const startedMs = performance.now() - beganAt;
  try {
    const { count, p50Ms, p99Ms } = await measurePurgeLatency(system, CHANGE_COUNT);
    return [
      `From commit to the first answer that shows it (embedded, ${count} changes): p50 ${p50Ms.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms.`,
      `Start of the whole system, sample data of a tenth included: ${(startedMs / 1_000).toFixed(1)} s.`,
    ].join('\n');
  } finally {
    await system.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measurePurgeLatency(system: RunningSystem, count: number): Promise<PurgeLatency> {
  const url = `${system.gateway.publicOrigin}/graphql`;
  const database = openDatabase({
    url: system.databaseUrls.catalog,
    log: openLog('bench', 'error'),
    applicationName: 'freshet bench',
  });
  const tookMs: number[] = [];
  try {
    for (let index = 0; index < count; index += 1) {
      const upc = String(1 + (index % 50));
      const name = `changed ${index} ${performance.now()}`;
      await nameOf(url, upc);
      await database.query('update catalog.product set name = $1 where upc = $2', [name, upc]);
      const committedAt = performance.now();
      await eventually(async () => (await nameOf(url, upc)) === name, { timeoutMs: 10_000, everyMs: 1 });
      tookMs.push(performance.now() - committedAt);
    }
  } finally {
    await database.close();
  }
  tookMs.sort((a, b) => a - b);
  const at = (share: number): number => tookMs[Math.min(tookMs.length - 1, Math.floor(tookMs.length * share))] ?? 0;
  return { count, p50Ms: at(0.5), p99Ms: at(0.99) };
}

async function nameOf(url: string, upc: string): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: QUERY, variables: { upc } }),
  });
  const { data } = (await response.json()) as { data: { product: { name: string } } };
  return data.product.name;
}
