// When a gateway reads from its cache, and when what it was given has reached its shards.
import { SUBGRAPH_NAMES } from '../../subgraphs/graph.ts';
import type { Metrics } from '../support/deployment/metrics-text.ts';
import type { Deployment } from '../support/deployment.ts';
import { eventually } from '../support/eventually.ts';

/** Of one gateway. */
type ReadMetrics = () => Promise<Metrics>;

/** Well below S: the gateway knows the database up to so long ago. */
const LATEST_AS_OF_S = 2;
const AS_OF_AGE = 'freshet_as_of_age_seconds';
/** Of a machine with other work. */
const WAIT = { timeoutMs: 60_000, everyMs: 50 };

/** As readsItsCache, for a gateway of a deployment. */
export function cacheInForce(deployment: Deployment, gateway: number): Promise<void> {
  return readsItsCache(() => deployment.metrics(gateway), SUBGRAPH_NAMES, deployment.shardCount);
}

/**
 * Resolves when a gateway knows what was committed in every database up to a moment ago, and is connected to all its shards. Before that
 * it bypasses the one and misses in the other.
 */
export async function readsItsCache(
  read: ReadMetrics,
  subgraphs: readonly string[],
  shardCount: number,
): Promise<void> {
  const isKnown = (metrics: Metrics, subgraph: string): boolean =>
    metrics.text.includes(`${AS_OF_AGE}{subgraph="${subgraph}"}`) &&
    metrics.sum(AS_OF_AGE, { subgraph }) < LATEST_AS_OF_S;
  await eventually(
    async () => {
      const metrics = await read();
      const known = subgraphs.filter((subgraph) => isKnown(metrics, subgraph));
      return known.length === subgraphs.length && metrics.sum('freshet_shard_up') === shardCount;
    },
    { ...WAIT, what: `a gateway with ${shardCount} shards that knows ${subgraphs.join(', ')} up to a moment ago` },
  );
}

/**
 * Resolves when the shards have answered for all that the gateway gave them. What an answer held is given before the answer is sent,
 * so after an answer that is all of it.
 */
export async function writesLanded(read: ReadMetrics): Promise<void> {
  await eventually(async () => (await read()).sum('freshet_shard_writes_waiting') === 0, {
    ...WAIT,
    what: 'writes to the shards that have been answered',
  });
}
