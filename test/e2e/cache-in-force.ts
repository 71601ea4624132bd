// When a gateway reads from its cache, when it has heard of all commits, and when what it was given has reached its shards.
import { SUBGRAPH_NAMES } from '../../subgraphs/graph.ts';
import type { Metrics } from '../support/deployment/metrics-text.ts';
import type { Deployment } from '../support/deployment.ts';
import { eventually } from '../support/eventually.ts';

/** Of one gateway. */
type ReadMetrics = () => Promise<Metrics>;

/** Well below S: the gateway knows the database up to so long ago. */
const LATEST_AS_OF_S = 2;
const AS_OF_AGE = 'freshet_as_of_age_seconds';
/** Database, gateway and test read one clock, but a gateway reads it once and counts on from there. */
const CLOCK_MARGIN_MS = 20;
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
  await eventually(
    async () => {
      const metrics = await read();
      const known = subgraphs.filter((subgraph) => asOfAgeS(metrics, subgraph) < LATEST_AS_OF_S);
      return known.length === subgraphs.length && metrics.sum('freshet_shard_up') === shardCount;
    },
    { ...WAIT, what: `a gateway with ${shardCount} shards that knows ${subgraphs.join(', ')} up to a moment ago` },
  );
}

/**
 * Resolves when a gateway has applied the purges of all that was committed, in any database, by a moment: what it serves from then on
 * must show it. Until then it may serve what was before, for S.
 * @param committedAt epoch ms
 */
export async function commitsHeard(deployment: Deployment, gateway: number, committedAt: number): Promise<void> {
  await eventually(
    async () => {
      const askedAt = Date.now();
      const metrics = await deployment.metrics(gateway);
      return SUBGRAPH_NAMES.every(
        (subgraph) => askedAt - asOfAgeS(metrics, subgraph) * 1000 > committedAt + CLOCK_MARGIN_MS,
      );
    },
    { ...WAIT, what: `gateway ${gateway} to know of every commit until ${committedAt}` },
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

const asOfAgeS = (metrics: Metrics, subgraph: string): number =>
  metrics.text.includes(`${AS_OF_AGE}{subgraph="${subgraph}"}`)
    ? metrics.sum(AS_OF_AGE, { subgraph })
    : Number.POSITIVE_INFINITY;
