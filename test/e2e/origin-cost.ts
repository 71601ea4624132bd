// What questions cost: requests to each subgraph, as the gateway counts them at /metrics.
import { SUBGRAPH_NAMES, type SubgraphName } from '../../subgraphs/graph.ts';
import type { Answer } from '../support/deployment/graphql-client.ts';
import type { Deployment } from '../support/deployment.ts';

export type OriginCost = Readonly<Partial<Record<SubgraphName, number>>>;

export interface Asked {
  readonly answer: Answer;
  /** Requests by subgraph; those that were not asked do not stand in it. */
  readonly cost: OriginCost;
  /** Why it cost that: what the cache had to say meanwhile, beside its hits. For the message of a test that fails. */
  readonly why: string;
}

/** Nobody else may ask that gateway meanwhile. */
export async function askCounting(deployment: Deployment, gatewayIndex: number, query: string): Promise<Asked> {
  const { result, cost, why } = await counting(deployment, gatewayIndex, () => deployment.ask(gatewayIndex, query));
  return { answer: result, cost, why };
}

/** Requests that one gateway sends to subgraphs while `run` runs. */
export async function counting<Result>(
  deployment: Deployment,
  gatewayIndex: number,
  run: () => Promise<Result>,
): Promise<Omit<Asked, 'answer'> & { readonly result: Result }> {
  const before = await deployment.metrics(gatewayIndex);
  const result = await run();
  const after = await deployment.metrics(gatewayIndex);
  const counts = SUBGRAPH_NAMES.map((subgraph) => {
    const labels = { subgraph };
    const name = 'freshet_origin_requests_total';
    return [subgraph, after.sum(name, labels) - before.sum(name, labels)] as const;
  });
  const cost = Object.fromEntries(counts.filter(([, count]) => count !== 0));
  return { result, cost, why: newLines(before.text, after.text, TOLD) };
}

const TOLD =
  /^freshet_(cache_reads_total.*result="(miss|stale|bypass|error)|shard_troubles|horizon_reasons|purge_events)/;

function newLines(before: string, after: string, pattern: RegExp): string {
  const known = new Set(before.split('\n'));
  return after
    .split('\n')
    .filter((line) => pattern.test(line) && !known.has(line))
    .join('\n');
}
