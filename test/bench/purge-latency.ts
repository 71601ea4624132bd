// From the commit of a change to the first answer that shows it, on the embedded system.

import type { RunningSystem } from '../../subgraphs/embedded/system.ts';
import { openLog } from '../../subgraphs/kit/log.ts';
import { openDatabase } from '../../subgraphs/kit/postgres.ts';
import { eventually } from '../support/eventually.ts';

export interface PurgeLatency {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const QUERY = 'query Name($upc: ID!) { product(upc: $upc) { name } }';

export async function measurePurgeLatency(system: RunningSystem, count: number): Promise<PurgeLatency> {
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
