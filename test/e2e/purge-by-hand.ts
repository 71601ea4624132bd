// Purges by hand, as an operator sends them to the management port of a gateway.
import { SUBGRAPH_NAMES } from '../../subgraphs/graph.ts';
import type { Deployment } from '../support/deployment.ts';
import { eventually } from '../support/eventually.ts';

/** Resolves when the purge log has them. @param key `purge.invalidationKey` @throws {Error} when they are refused */
export async function purgeByHand(managementOrigin: string, key: string, requests: readonly object[]): Promise<void> {
  const response = await fetch(`${managementOrigin}/invalidation`, {
    method: 'POST',
    headers: { authorization: key, 'content-type': 'application/json' },
    body: JSON.stringify(requests),
  });
  if (response.status !== 202) throw new Error(`Expected 202 for ${JSON.stringify(requests)}, got ${response.status}`);
}

/** Resolves when no gateway serves anything any more that it, or a shard, holds by now. Nothing may be changed meanwhile. */
export async function forgetAll({ gatewayCount, metrics, managementOrigin }: Deployment, key: string): Promise<void> {
  const appliedAt = async (gateway: number): Promise<number> =>
    (await metrics(gateway)).sum('freshet_purge_events_total', { result: 'applied' });
  const gateways = Array.from({ length: gatewayCount }, (_, index) => index);
  const before = await Promise.all(gateways.map(appliedAt));
  const requests = SUBGRAPH_NAMES.map((subgraph) => ({ kind: 'subgraph', subgraph }));
  await purgeByHand(managementOrigin(0), key, requests);
  for (const gateway of gateways) {
    const wanted = (before[gateway] ?? 0) + requests.length;
    await eventually(async () => (await appliedAt(gateway)) >= wanted, {
      timeoutMs: 30_000,
      everyMs: 5,
      what: `gateway ${gateway} to have heard that all is to be forgotten`,
    });
  }
}
