// What of the faults of shards applies to shards in memory. Such a shard has no dump to be restored from, no connection on which a set could wait,
// nobody else who could empty or kill it: it dies with its gateway and its log, and it is full sooner than a server.
import { describe, expect, it } from 'vitest';
import { type EmbeddedDeployment, startEmbeddedDeployment } from '../support/embedded-deployment.ts';
import { eventually } from '../support/eventually.ts';
import { cacheInForce, writesLanded } from './cache-in-force.ts';
import { endSpotless, nameAt, setName, startNameLoad } from './name-load.ts';
import { askCounting, counting } from './origin-cost.ts';
import { PRECISE_EVERYWHERE } from './precise-rules.ts';

const WAIT = { timeoutMs: 60_000 };
/** Nothing in L1, so that each read reaches a shard. */
const SHARDS_ALONE = { subgraphs: PRECISE_EVERYWHERE, l1: { maxBytes: '0B' } };
const query = (upc: string): string => `{ product(upc: "${upc}") { name } }`;

describe('memory shards, with nothing before them', () => {
  it(
    'serve nothing old of a change that was made while all of it was down, and begin empty',
    {
      timeout: 180_000,
    },
    () =>
      withDeployment(SHARDS_ALONE, async (deployment) => {
        for (const upc of ['1', '2']) await hit(deployment, upc);
        // As if the relay had told it to the log that ended with the process.
        await deployment.restart((sql) =>
          sql('catalog', untold("update catalog.product set name = 'meanwhile' where upc = '1'")),
        );
        await cacheInForce(deployment, 0);
        expect(await nameAt(deployment, 0, '1')).toBe('meanwhile');
        const { cost, why } = await askCounting(deployment, 0, query('2'));
        expect(cost, why).toEqual({ catalog: 1 });
        // And the log of the new process is heard.
        for (const upc of ['1', '2']) await hit(deployment, upc);
        await setName(deployment, '1', 'afterwards');
        await eventually(async () => (await nameAt(deployment, 0, '1')) === 'afterwards', WAIT);
      }),
  );

  it('refuse what a purge overtook, and serve the rest', { timeout: 120_000 }, () =>
    withDeployment(SHARDS_ALONE, async (deployment) => {
      const applied = async (): Promise<number> =>
        (await deployment.metrics(0)).sum('freshet_purge_events_total', { subgraph: 'catalog', result: 'applied' });
      await hit(deployment, '3');
      const stock = '{ product(upc: "3") { inStock } }';
      await eventually(async () => (await askCounting(deployment, 0, stock)).cost.inventory === undefined, WAIT);
      const before = await applied();
      // An event that names the type and no product: the janitor removes no record for it.
      const event = "insert into freshet.outbox (kind, type) values ('type', 'Product');";
      await deployment.sql('catalog', untold("update catalog.product set name = 'new'", event));
      await eventually(async () => (await applied()) > before, WAIT);
      const { answer, cost, why } = await askCounting(deployment, 0, '{ product(upc: "3") { name inStock } }');
      expect(answer.body).toMatchObject({ data: { product: { name: 'new' } } });
      expect(cost, why).toEqual({ catalog: 1 });
    }),
  );

  it('that are full under load cost no answer', { timeout: 180_000 }, () =>
    withDeployment({ ...SHARDS_ALONE, shards: ['memory:small?max=64KiB'] }, async (deployment) => {
      const upcs = (await deployment.sql('catalog', 'select upc from catalog.product')).map(({ upc }) => String(upc));
      const askAll = async (): Promise<number> =>
        (
          await counting(deployment, 0, async () => {
            for (const upc of upcs) await nameAt(deployment, 0, upc);
          })
        ).cost.catalog ?? 0;
      await askAll();
      // Not all that was asked for is still there.
      expect(await askAll()).toBeGreaterThan(0);
      const load = startNameLoad(deployment, { gateways: [0], upcs, label: 'full' });
      try {
        await eventually(() => load.readCount > 5_000, WAIT);
      } finally {
        await endSpotless(load, 1_000);
      }
    }),
  );
});

/** A change whose own events are lost, and what is told in their place. */
const untold = (change: string, told = ''): string => `begin; ${change}; delete from freshet.outbox; ${told} commit`;

async function withDeployment(cache: object, use: (deployment: EmbeddedDeployment) => Promise<void>): Promise<void> {
  const deployment = await startEmbeddedDeployment({ gateway: { cache } });
  try {
    await cacheInForce(deployment, 0);
    await use(deployment);
  } finally {
    await deployment.stop();
  }
}

/** Until a shard serves it. */
async function hit(deployment: EmbeddedDeployment, upc: string): Promise<void> {
  await nameAt(deployment, 0, upc);
  await writesLanded(() => deployment.metrics(0));
  const { cost, why } = await askCounting(deployment, 0, query(upc));
  expect(cost, why).toEqual({});
}
