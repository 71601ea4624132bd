// What questions cost: requests to each subgraph, as the gateway counts them at /metrics.
import { SUBGRAPH_NAMES, type SubgraphName } from '../../subgraphs/graph.ts';
import type { Answer } from '../support/deployment/graphql-client.ts';
import type { Deployment } from '../support/deployment.ts';
import { eventually } from '../support/eventually.ts';

export type OriginCost = Readonly<Partial<Record<SubgraphName, number>>>;

export interface Asked {
  readonly answer: Answer;
  /** Requests by subgraph; those that were not asked do not stand in it. */
  readonly cost: OriginCost;
}

/** Nobody else may ask that gateway meanwhile. */
export async function askCounting(deployment: Deployment, gatewayIndex: number, query: string): Promise<Asked> {
  const { result, cost } = await counting(deployment, gatewayIndex, () => deployment.ask(gatewayIndex, query));
  return { answer: result, cost };
}

/** Requests that one gateway sends to subgraphs while `run` runs. */
export async function counting<Result>(
  deployment: Deployment,
  gatewayIndex: number,
  run: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly cost: OriginCost }> {
  const before = await deployment.metrics(gatewayIndex);
  const result = await run();
  const after = await deployment.metrics(gatewayIndex);
  const counts = SUBGRAPH_NAMES.map((subgraph) => {
    const labels = { subgraph };
    const name = 'freshet_origin_requests_total';
    return [subgraph, after.sum(name, labels) - before.sum(name, labels)] as const;
  });
  return { result, cost: Object.fromEntries(counts.filter(([, count]) => count !== 0)) };
}

/** Resolves when all slices that the gateway has given to its shards so far, and at least one, have been taken. */
export async function writesLanded(deployment: Deployment, gatewayIndex: number): Promise<void> {
  let last = -1;
  await eventually(
    async () => {
      const count = (await deployment.metrics(gatewayIndex)).sum('freshet_cache_writes_total', { tier: 'l2' });
      const isSettled = count > 0 && count === last;
      last = count;
      return isSettled;
    },
    // Writes go out within one turn of the event loop and take a millisecond or two.
    { everyMs: 150, what: 'writes to the shards that have settled' },
  );
}
