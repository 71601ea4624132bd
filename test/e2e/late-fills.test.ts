// A subgraph has read a row, the row is changed and the change is purged, and only then does the answer reach the gateway: it is never served to
// anyone who asks after the purge, neither from a cache nor by joining the fetch that brings it.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Hold } from '../support/deployment/answer-holder.ts';
import { type KafkaDeployment, startKafkaDeployment } from '../support/deployment.ts';
import { eventually } from '../support/eventually.ts';
import { requireService } from '../support/service-gate.ts';
import { cacheInForce, writesLanded } from './cache-in-force.ts';
import { nameAt, setName } from './name-load.ts';
import { PRECISE_EVERYWHERE } from './precise-rules.ts';

requireService(
  'postgres',
  'redis',
  'kafka',
)('an answer that was read before a change and comes after its purge', () => {
  let deployment: KafkaDeployment;

  beforeAll(async () => {
    const cache = { subgraphs: PRECISE_EVERYWHERE };
    deployment = await startKafkaDeployment({ gateways: [{ cache }, { cache }], holders: ['catalog'] });
    await Promise.all([cacheInForce(deployment, 0), cacheInForce(deployment, 1)]);
  });
  afterAll(() => deployment?.stop());

  const applied = async (gateway: number): Promise<number> =>
    (await deployment.metrics(gateway)).sum('freshet_purge_events_total', { subgraph: 'catalog', result: 'applied' });
  /** Changes the name and waits until both gateways have heard of it. */
  const rename = async (upc: string, name: string): Promise<void> => {
    const before = [await applied(0), await applied(1)];
    await setName(deployment, upc, name);
    for (const gateway of [0, 1])
      await eventually(async () => (await applied(gateway)) > (before[gateway] ?? 0), {
        timeoutMs: 30_000,
        what: `gateway ${gateway} to apply the purge`,
      });
  };
  /** A client asks gateway 0, the subgraph reads the old name, and the answer waits. */
  const askHeld = async (upc: string): Promise<{ readonly hold: Hold; readonly answer: Promise<unknown> }> => {
    const hold = deployment.holder('catalog').hold(upc);
    const answer = nameAt(deployment, 0, upc);
    answer.catch(() => undefined);
    await eventually(() => hold.heldCount === 1, { what: 'the answer to be held' });
    return { hold, answer };
  };
  /** What comes too late may not be written at all: the fill of a product that nobody asked for before follows it. */
  const fillsLanded = async (another: string): Promise<void> => {
    await nameAt(deployment, 0, another);
    await writesLanded(() => deployment.metrics(0));
  };
  const insert = (upc: string): Promise<unknown> =>
    deployment.sql(
      'catalog',
      `insert into catalog.product (upc, sku, name, category) values ('${upc}', 'SKU-${upc}', 'old', 'TOY')`,
    );

  it('is never served from a cache, of this gateway or of another', async () => {
    const upc = 'late-fill-1';
    await insert(upc);
    const { hold, answer } = await askHeld(upc);
    await rename(upc, 'new');
    hold.release();
    // Who asked before the change may see what was there when it asked.
    expect(['old', 'new']).toContain(await answer);
    await fillsLanded('1');
    for (let turn = 0; turn < 5; turn += 1) {
      expect(await nameAt(deployment, 1, upc)).toBe('new');
      expect(await nameAt(deployment, 0, upc)).toBe('new');
    }
  });

  it('is not joined by a client that asks after the purge', async () => {
    const upc = 'late-fill-2';
    await insert(upc);
    const first = await askHeld(upc);
    await rename(upc, 'new');
    const second = nameAt(deployment, 0, upc);
    second.catch(() => undefined);
    try {
      // A fetch of its own reaches the subgraph while the first still waits.
      await eventually(() => first.hold.heldCount === 2, { what: 'a fetch of its own for the second client' });
    } finally {
      first.hold.release();
    }
    expect(await second).toBe('new');
    await first.answer;
    expect(await nameAt(deployment, 0, upc)).toBe('new');
  });

  it('is gone when the row was changed again and again while it waited', async () => {
    const upc = 'late-fill-3';
    await insert(upc);
    const waiting = [await askHeld(upc)];
    for (let step = 1; step <= 3; step += 1) {
      await rename(upc, `step ${step}`);
      waiting.push(await askHeld(upc));
    }
    await rename(upc, 'last');
    for (const { hold, answer } of waiting) {
      hold.release();
      await answer;
    }
    await fillsLanded('2');
    for (const gateway of [1, 0, 1, 0]) expect(await nameAt(deployment, gateway, upc)).toBe('last');
  });
});
