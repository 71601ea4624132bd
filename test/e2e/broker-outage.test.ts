// Kafka is away for longer than S while clients go on asking: answers stay right at the price of the cache, and nothing is lost when it is back.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BOUND_MS } from '../support/deployment/gateway-settings.ts';
import { type KafkaDeployment, startKafkaDeployment } from '../support/deployment.ts';
import { eventually } from '../support/eventually.ts';
import { requireService } from '../support/service-gate.ts';
import { cacheInForce } from './cache-in-force.ts';
import { nameAt, setName, startNameLoad } from './name-load.ts';
import { askCounting } from './origin-cost.ts';
import { PRECISE_EVERYWHERE } from './precise-rules.ts';

/** How long Kafka stays dead: longer than S. `BROKER_OUTAGE_MS=30000` for the long form. */
const OUTAGE_MS = Number(process.env.BROKER_OUTAGE_MS ?? 8_000);
const LOADED = ['1', '2', '3', '4'];
const CHANGED = ['21', '22', '23', '24'];
const UNTOUCHED = '31';
const WAIT = { timeoutMs: 60_000 };

requireService(
  'postgres',
  'redis',
  'kafka',
)('a broker that is away for longer than S', () => {
  let deployment: KafkaDeployment;

  beforeAll(async () => {
    const cache = { subgraphs: PRECISE_EVERYWHERE };
    const purge = { readyTimeout: '2s' };
    deployment = await startKafkaDeployment({
      gateways: [
        { cache, purge },
        { cache, purge },
      ],
    });
    await Promise.all([cacheInForce(deployment, 0), cacheInForce(deployment, 1)]);
  });
  afterAll(() => deployment?.stop());

  const bypasses = async (gateway: number): Promise<number> =>
    (await deployment.metrics(gateway)).sum('freshet_cache_reads_total', { subgraph: 'catalog', result: 'bypass' });
  const applied = async (gateway: number): Promise<number> =>
    (await deployment.metrics(gateway)).sum('freshet_purge_events_total', { subgraph: 'catalog', result: 'applied' });
  const costOf = async (gateway: number, upc: string): Promise<number> =>
    (await askCounting(deployment, gateway, `{ product(upc: "${upc}") { name } }`)).cost.catalog ?? 0;
  const restartGateway1 = async (): Promise<void> => deployment.gateways[1]?.restart();

  it('costs the cache and no answer, and loses no purge', { timeout: 300_000 }, async () => {
    for (const upc of [...CHANGED, UNTOUCHED]) for (const gateway of [0, 1]) await nameAt(deployment, gateway, upc);
    expect(await costOf(0, UNTOUCHED)).toBe(0);
    const untouched = await nameAt(deployment, 0, UNTOUCHED);
    const appliedBefore = await applied(0);
    const load = startNameLoad(deployment, { gateways: [0], upcs: LOADED, label: 'outage' });
    try {
      await eventually(() => load.readCount > 100, { ...WAIT, what: 'reads before the outage' });
      await deployment.kafka.kill();
      const deadAt = performance.now();
      const bypassesBefore = await bypasses(0);
      for (const upc of CHANGED) await setName(deployment, upc, `new ${upc}`);
      const changedAt = performance.now();

      // Started while there is no broker: it serves, and says what it lacks.
      await restartGateway1();
      expect(await deployment.gateways[1]?.readyz()).toMatchObject({ status: 200, state: 'degraded' });
      for (const upc of CHANGED) expect(await nameAt(deployment, 1, upc)).toBe(`new ${upc}`);
      expect(await costOf(1, UNTOUCHED)).toBe(1);
      expect(await costOf(1, UNTOUCHED)).toBe(1);

      // The only thing waited for is the clock: the rule is about S.
      await sleep(Math.max(0, changedAt + BOUND_MS - performance.now()));
      for (const upc of CHANGED) expect(await nameAt(deployment, 0, upc)).toBe(`new ${upc}`);
      expect(await bypasses(0)).toBeGreaterThan(bypassesBefore);
      await setName(deployment, '22', 'newer 22');
      expect(await nameAt(deployment, 0, '22')).toBe('newer 22');
      expect(await nameAt(deployment, 1, '22')).toBe('newer 22');
      await setName(deployment, '22', 'new 22');
      expect(await deployment.gateways[0]?.readyz()).toMatchObject({ status: 200, state: 'degraded' });

      await sleep(Math.max(0, deadAt + OUTAGE_MS - performance.now()));
      await deployment.kafka.restart();
      await Promise.all([cacheInForce(deployment, 0), cacheInForce(deployment, 1)]);
      // Entries that were filled before the outage are judged by what came after it.
      for (const gateway of [0, 1])
        for (const upc of CHANGED) expect(await nameAt(deployment, gateway, upc)).toBe(`new ${upc}`);
      expect((await applied(0)) - appliedBefore).toBeGreaterThanOrEqual(CHANGED.length);
      const { readCount } = load;
      await eventually(() => load.readCount > readCount + 100, { ...WAIT, what: 'reads after the outage' });
    } finally {
      const { failures, stale, verdict } = await load.stop();
      expect(failures).toEqual([]);
      expect(stale).toEqual([]);
      expect(verdict.insideCount).toBeGreaterThan(100);
    }
    // What is filled now is used again.
    expect(await nameAt(deployment, 0, UNTOUCHED)).toBe(untouched);
    expect(await costOf(0, UNTOUCHED)).toBe(0);
    for (const gateway of [0, 1])
      await eventually(async () => (await deployment.gateways[gateway]?.readyz())?.state === 'ready', {
        ...WAIT,
        what: `gateway ${gateway} to be ready again`,
      });
  });

  it('is followed by purges as ever', async () => {
    for (const gateway of [0, 1]) await nameAt(deployment, gateway, '41');
    await setName(deployment, '41', 'after the outage');
    for (const gateway of [0, 1])
      await eventually(async () => (await nameAt(deployment, gateway, '41')) === 'after the outage', {
        // So that one of the tries begins later than S.
        timeoutMs: BOUND_MS + 1_000,
        what: `gateway ${gateway} to serve the change`,
      });
  });
});
