// Questions whose answers from inventory are held back, so that a test sees what was asked of it, or that all have missed before any is answered.
import type { Answer } from '../support/deployment/graphql-client.ts';
import type { Deployment } from '../support/deployment.ts';
import { eventually } from '../support/eventually.ts';

export interface Question {
  readonly gatewayIndex: number;
  readonly query: string;
}

export interface InventoryAsked {
  readonly answer: Answer;
  readonly requestCount: number;
  /** In the order in which they were given to askReading. */
  readonly upcs: readonly string[];
}

/** Less than a gateway's patience with a subgraph. */
const WAIT = { timeoutMs: 25_000 };

const named = (upc: string): string => `"upc":"${upc}"`;

/**
 * Asks gateway 0 and reads what inventory was asked for meanwhile: which of these products, in how many requests.
 * At least one of them must be asked for.
 */
export async function askReading(
  deployment: Deployment,
  query: string,
  upcs: readonly string[],
): Promise<InventoryAsked> {
  const holder = deployment.holder('inventory');
  const before = holder.passedCount;
  // A hold counts the requests that name its product.
  const holds = upcs.map((upc) => ({ upc, hold: holder.hold(named(upc)) }));
  const answering = deployment.ask(0, query);
  try {
    await eventually(() => holds.some(({ hold }) => hold.heldCount > 0), {
      ...WAIT,
      what: 'a request that names a product',
    });
  } finally {
    for (const { hold } of holds) hold.release();
  }
  const answer = await answering;
  return {
    answer,
    requestCount: holder.passedCount - before,
    upcs: holds.filter(({ hold }) => hold.heldCount > 0).map(({ upc }) => upc),
  };
}

/** Sends questions to gateways so that all of them have missed before inventory answers any. */
export async function askTogether(
  deployment: Deployment,
  upc: string,
  questions: readonly Question[],
): Promise<readonly Answer[]> {
  const indexes = [...new Set(questions.map(({ gatewayIndex }) => gatewayIndex))];
  const missesOf = async (index: number): Promise<number> =>
    (await deployment.metrics(index)).sum('freshet_cache_reads_total', {
      subgraph: 'inventory',
      type: 'Product',
      tier: 'l1',
      result: 'miss',
    });
  const before = new Map<number, number>();
  for (const index of indexes) before.set(index, await missesOf(index));
  const hold = deployment.holder('inventory').hold(named(upc));
  const answering = Promise.all(questions.map(({ gatewayIndex, query }) => deployment.ask(gatewayIndex, query)));
  try {
    for (const index of indexes) {
      const own = questions.filter(({ gatewayIndex }) => gatewayIndex === index).length;
      await eventually(async () => (await missesOf(index)) - (before.get(index) ?? 0) >= own, {
        ...WAIT,
        what: `${own} clients of gateway ${index} that found nothing in the cache`,
      });
    }
    await eventually(() => hold.heldCount >= indexes.length, { ...WAIT, what: 'a held answer for each gateway' });
  } finally {
    hold.release();
  }
  return await answering;
}
