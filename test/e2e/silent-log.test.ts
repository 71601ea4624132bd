// The purge log in process is silent for longer than S, since no relay works, while clients go on asking: answers stay right at the price of the
// cache, and nothing is lost when the relays are back.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BOUND_MS } from '../support/deployment/gateway-settings.ts';
import { type EmbeddedDeployment, startEmbeddedDeployment } from '../support/embedded-deployment.ts';
import { eventually } from '../support/eventually.ts';
import { cacheInForce } from './cache-in-force.ts';
import { at } from './history/probes.ts';
import { endSpotless, nameAt, setName, startNameLoad } from './name-load.ts';
import { askCounting } from './origin-cost.ts';
import { PRECISE_EVERYWHERE } from './precise-rules.ts';
import { silenceRelays } from './silent-relays.ts';

const LOADED = ['1', '2', '3', '4'];
const CHANGED = ['21', '22', '23', '24'];
const UNTOUCHED = '31';
const WAIT = { timeoutMs: 60_000 };

describe('an in-process purge log that is silent for longer than S', () => {
  let deployment: EmbeddedDeployment;

  beforeAll(async () => {
    deployment = await startEmbeddedDeployment({ gateway: { cache: { subgraphs: PRECISE_EVERYWHERE } } });
    await cacheInForce(deployment, 0);
  });
  afterAll(() => deployment?.stop());

  const costOf = async (upc: string): Promise<number> =>
    (await askCounting(deployment, 0, `{ product(upc: "${upc}") { name } }`)).cost.catalog ?? 0;
  const bypasses = async (): Promise<number> =>
    (await deployment.metrics(0)).sum('freshet_cache_reads_total', { subgraph: 'catalog', result: 'bypass' });
  const applied = async (): Promise<number> =>
    (await deployment.metrics(0)).sum('freshet_purge_events_total', { subgraph: 'catalog', result: 'applied' });

  it('costs the cache and no answer, and loses no purge', { timeout: 180_000 }, async () => {
    for (const upc of [...CHANGED, UNTOUCHED]) await nameAt(deployment, 0, upc);
    expect(await costOf(UNTOUCHED)).toBe(0);
    const untouched = await nameAt(deployment, 0, UNTOUCHED);
    const load = startNameLoad(deployment, { gateways: [0], upcs: LOADED, label: 'silence' });
    try {
      await eventually(() => load.readCount > 100, { ...WAIT, what: 'reads before the silence' });
      const silence = await silenceRelays(deployment.system.databaseUrls);
      try {
        const appliedBefore = await applied();
        const bypassesBefore = await bypasses();
        for (const upc of CHANGED) await setName(deployment, upc, `new ${upc}`);
        // The only thing waited for is the clock: the rule is about S.
        await sleep(BOUND_MS);
        for (const upc of CHANGED) expect(await nameAt(deployment, 0, upc)).toBe(`new ${upc}`);
        expect(await bypasses()).toBeGreaterThan(bypassesBefore);
        expect(await costOf(UNTOUCHED)).toBeGreaterThan(0);
        expect(await applied()).toBe(appliedBefore);
      } finally {
        await silence.end();
      }
      await cacheInForce(deployment, 0);
      // Entries that were filled before the silence are judged by what came after it.
      for (const upc of CHANGED) expect(await nameAt(deployment, 0, upc)).toBe(`new ${upc}`);
      const { readCount } = load;
      await eventually(() => load.readCount > readCount + 100, { ...WAIT, what: 'reads after the silence' });
    } finally {
      await endSpotless(load);
    }
    // What is filled now is used again.
    expect(await nameAt(deployment, 0, UNTOUCHED)).toBe(untouched);
    await eventually(async () => (await costOf(UNTOUCHED)) === 0, { ...WAIT, what: 'a hit' });
  });

  it('has every change in it when it speaks again', async () => {
    // No list is ordered by it: nothing but the product's own event purges it.
    const describedAs = async (upc: string): Promise<unknown> => {
      const { body } = await deployment.ask(0, `{ product(upc: "${upc}") { description } }`);
      return at(body.data, 'product', 'description');
    };
    const rowCount = async (): Promise<number> =>
      (await deployment.sql('catalog', 'select from freshet.outbox')).length;
    for (const upc of CHANGED) await describedAs(upc);
    const before = await applied();
    const silence = await silenceRelays(deployment.system.databaseUrls);
    let waitingCount = 0;
    try {
      for (const upc of CHANGED)
        await deployment.sql('catalog', 'update catalog.product set description = $1 where upc = $2', [
          `told later of ${upc}`,
          upc,
        ]);
      waitingCount = await rowCount();
      expect(waitingCount).toBeGreaterThanOrEqual(CHANGED.length);
    } finally {
      await silence.end();
    }
    await eventually(async () => (await rowCount()) === 0, { ...WAIT, what: 'an empty outbox' });
    await cacheInForce(deployment, 0);
    expect((await applied()) - before).toBe(waitingCount);
    for (const upc of CHANGED) expect(await describedAs(upc)).toBe(`told later of ${upc}`);
  });
});
