// Lists and counts are fresh within S with no declaration at all; those that are declared precise outlive writes that do not touch them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UNHURRIED } from '../support/deployment/gateway-settings.ts';
import { type Deployment, startKafkaDeployment } from '../support/deployment.ts';
import { startEmbeddedDeployment } from '../support/embedded-deployment.ts';
import { eventually } from '../support/eventually.ts';
import { requireService } from '../support/service-gate.ts';
import { COUNT_CHANGES, type CountedStatement, LIST_CHANGES, UNRELATED, UNRELATED_ROWS } from './list-changes.ts';
import { askCounting } from './origin-cost.ts';
import { PRECISE_EVERYWHERE } from './precise-rules.ts';
import { describeTimes, seeChange, serveFromCache, staysSo } from './sql-change.ts';

const EVERY_CHANGE = [...LIST_CHANGES, ...COUNT_CHANGES];
/** Long enough for many lists to be warmed while other work goes on. */
const KEPT_TIMEOUT_MS = 180_000;

requireService(
  'postgres',
  'redis',
  'kafka',
)('lists on PostgreSQL, Redis and Kafka, with two gateways', () => {
  describe('without any declaration', () => {
    const undeclared = { cache: { subgraphs: {} } };
    const deployment = listsAreFresh(() => startKafkaDeployment({ gateways: [undeclared, undeclared] }));

    it('are asked for anew after any write to their subgraph', { timeout: KEPT_TIMEOUT_MS }, async () => {
      await writeUnrelated(deployment());
      for (const { query, after } of EVERY_CHANGE) {
        for (const index of [0, 1]) {
          const { answer, cost } = await askCounting(deployment(), index, query);
          expect(answer.body).toEqual({ data: after });
          // The other gateway may have put it into the shards meanwhile.
          if (index === 0) expect(cost, query).not.toEqual({});
        }
      }
    });
  });

  describe('declared precise', () => {
    const precise = { origin: UNHURRIED.origin, cache: { subgraphs: PRECISE_EVERYWHERE } };
    const deployment = listsAreFresh(() => startKafkaDeployment({ gateways: [precise, precise] }));

    it('stay cached under unrelated writes', { timeout: KEPT_TIMEOUT_MS }, async () => {
      await writeUnrelated(deployment());
      for (const { query, after } of LIST_CHANGES) {
        for (const index of [0, 1]) {
          const { answer, cost } = await askCounting(deployment(), index, query);
          expect(answer.body).toEqual({ data: after });
          expect(cost, query).toEqual({});
        }
      }
    });
  });
});

describe('lists on the embedded parts, with one gateway and no list declared', () => {
  listsAreFresh(() => startEmbeddedDeployment());
});

function listsAreFresh(start: () => Promise<Deployment>): () => Deployment {
  let deployment: Deployment;
  const timesMs: number[] = [];

  beforeAll(async () => {
    deployment = await start();
  });
  afterAll(async () => {
    console.log(describeTimes(`lists, gateways: ${deployment?.gatewayCount}`, timesMs));
    await deployment?.stop();
  });

  it.each(EVERY_CHANGE)('show $name within S, at every gateway', async (change) => {
    timesMs.push(...(await seeChange(deployment, change)));
  });

  it('show none of what they were before again', async () => {
    for (const change of EVERY_CHANGE) await staysSo(deployment, change);
  });
  return () => deployment;
}

/** Has every list in the cache of every gateway, then writes, and resolves when every gateway has heard of it. */
async function writeUnrelated(deployment: Deployment): Promise<void> {
  await writeHeard(deployment, UNRELATED_ROWS);
  for (const { query, after } of EVERY_CHANGE) await serveFromCache(deployment, query, after);
  await writeHeard(deployment, UNRELATED);
}

async function writeHeard(deployment: Deployment, statements: readonly CountedStatement[]): Promise<void> {
  for (const { subgraph, sql, eventCount } of statements) {
    const before = await appliedCounts(deployment, subgraph);
    await deployment.sql(subgraph, sql);
    await eventually(
      async () =>
        (await appliedCounts(deployment, subgraph)).every((count, index) => count >= (before[index] ?? 0) + eventCount),
      { timeoutMs: 30_000, what: `${eventCount} events of ${subgraph} to be applied by every gateway` },
    );
  }
}

function appliedCounts({ gatewayCount, metrics }: Deployment, subgraph: string): Promise<readonly number[]> {
  const labels = { subgraph, result: 'applied' };
  return Promise.all(
    Array.from({ length: gatewayCount }, async (_, index) =>
      (await metrics(index)).sum('freshet_purge_events_total', labels),
    ),
  );
}
