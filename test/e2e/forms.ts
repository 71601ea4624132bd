// Registers the same tests twice: on real servers with two gateway processes, and on the embedded parts with one.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll, beforeAll, describe } from 'vitest';
import { SUBGRAPH_NAMES } from '../../subgraphs/graph.ts';
import type { Answer } from '../support/deployment/graphql-client.ts';
import { type Deployment, type KafkaDeployment, startKafkaDeployment } from '../support/deployment.ts';
import { type EmbeddedDeployment, startEmbeddedDeployment } from '../support/embedded-deployment.ts';
import { eventually } from '../support/eventually.ts';
import { requireService } from '../support/service-gate.ts';

/** What the tests of one form are given. */
export interface Form {
  readonly gatewayIndexes: readonly number[];
  deployment(): Deployment;
  /** Asks gateway 0 and reads what inventory was asked for meanwhile: which of these products, in how many requests. */
  askReading(query: string, upcs: readonly string[]): Promise<InventoryAsked>;
  /**
   * Sends questions to gateways so that all of them have missed before inventory answers any, where the form can hold answers back;
   * at once, where it cannot.
   */
  askTogether(upc: string, questions: readonly Question[]): Promise<readonly Answer[]>;
}

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

export function inEveryForm(body: (form: Form) => void): void {
  requireService(
    'postgres',
    'redis',
    'kafka',
  )('on PostgreSQL, Redis and Kafka, with two gateways', () => {
    let deployment: KafkaDeployment;
    beforeAll(async () => {
      deployment = await startKafkaDeployment({ holders: ['inventory'] });
      await cacheInForce(deployment);
    });
    afterAll(() => deployment?.stop());
    body({
      gatewayIndexes: [0, 1],
      deployment: () => deployment,
      askReading: (query, upcs) => readByHolding(deployment, query, upcs),
      askTogether: (upc, questions) => askWhileHeld(deployment, upc, questions),
    });
  });
  describe('on the embedded parts, with one gateway', () => {
    let deployment: EmbeddedDeployment;
    beforeAll(async () => {
      deployment = await startEmbeddedDeployment();
      await cacheInForce(deployment);
    });
    afterAll(() => deployment?.stop());
    body({
      gatewayIndexes: [0],
      deployment: () => deployment,
      askReading: (query, upcs) => readByChannel(deployment, query, upcs),
      askTogether: (_upc, questions) =>
        Promise.all(questions.map(({ gatewayIndex, query }) => deployment.ask(gatewayIndex, query))),
    });
  });
}

/** Until a gateway has heard a heartbeat of every database it bypasses the cache: it cannot know what was committed. */
async function cacheInForce(deployment: Deployment): Promise<void> {
  for (let index = 0; index < deployment.gatewayCount; index += 1) {
    await eventually(
      async () => {
        const metrics = await deployment.metrics(index);
        return SUBGRAPH_NAMES.every((subgraph) => {
          const ageS = metrics.sum('freshet_as_of_age_seconds', { subgraph });
          return metrics.text.includes(`freshet_as_of_age_seconds{subgraph="${subgraph}"}`) && ageS < LATEST_AS_OF_S;
        });
      },
      { timeoutMs: 30_000, what: `gateway ${index} to know of all databases up to when it knows their changes` },
    );
  }
}

/** Well below S. */
const LATEST_AS_OF_S = 2;

const named = (upc: string): string => `"upc":"${upc}"`;

/** A hold counts the requests that name its product. */
async function readByHolding(
  deployment: KafkaDeployment,
  query: string,
  upcs: readonly string[],
): Promise<InventoryAsked> {
  const holder = deployment.holder('inventory');
  const before = holder.passedCount;
  const holds = upcs.map((upc) => ({ upc, hold: holder.hold(named(upc)) }));
  const answering = deployment.ask(0, query);
  try {
    await eventually(() => holds.some(({ hold }) => hold.heldCount > 0), { what: 'a request that names a product' });
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

/** The gateway runs in this process: undici tells of each of its requests. */
async function readByChannel(
  { system, ask }: EmbeddedDeployment,
  query: string,
  upcs: readonly string[],
): Promise<InventoryAsked> {
  const url = system.subgraphs.find(({ name }) => name === 'inventory')?.url ?? '';
  const bodies: string[] = [];
  const note = (message: unknown): void => {
    const { request } = message as { readonly request: { readonly origin: unknown; readonly body: unknown } };
    if (String(request.origin) === new URL(url).origin) bodies.push(String(request.body));
  };
  subscribe('undici:request:create', note);
  try {
    const answer = await ask(0, query);
    const asked = upcs.filter((upc) => bodies.some((body) => body.includes(named(upc))));
    return { answer, requestCount: bodies.length, upcs: asked };
  } finally {
    unsubscribe('undici:request:create', note);
  }
}

async function askWhileHeld(
  deployment: KafkaDeployment,
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
        what: `${own} clients of gateway ${index} that found nothing in the cache`,
      });
    }
    await eventually(() => hold.heldCount >= indexes.length, { what: 'a held answer for each gateway' });
  } finally {
    hold.release();
  }
  return await answering;
}
