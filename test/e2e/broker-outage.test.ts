// Kafka is away for longer than S while clients go on asking: answers stay right at the price of the cache, and nothing is lost when it is back.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parsePurgeRecord } from '../../schema/purge-event.ts';
import { BOUND_MS } from '../support/deployment/gateway-settings.ts';
import { type KafkaDeployment, PURGE_TOPIC, startKafkaDeployment } from '../support/deployment.ts';
import { eventually } from '../support/eventually.ts';
import { readTopic } from '../support/kafka-topic.ts';
import { requireService } from '../support/service-gate.ts';
import { cacheInForce } from './cache-in-force.ts';
import { endSpotless, nameAt, setName, startNameLoad } from './name-load.ts';
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
  /** Changes of each product's name by statements of their own. */
  const committed = new Map<string, number>();

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
  /** Resolves when the relay has carried all that was committed. */
  const outboxEmpty = (): Promise<unknown> =>
    eventually(async () => (await deployment.sql('catalog', 'select from freshet.outbox limit 1')).length === 0, {
      ...WAIT,
      what: 'an empty outbox',
    });
  const change = async (upc: string, name: string): Promise<void> => {
    await setName(deployment, upc, name);
    committed.set(upc, (committed.get(upc) ?? 0) + 1);
  };
  const costOf = async (gateway: number, upc: string): Promise<number> =>
    (await askCounting(deployment, gateway, `{ product(upc: "${upc}") { name } }`)).cost.catalog ?? 0;
  const restartGateway1 = async (): Promise<void> => deployment.gateways[1]?.restart();

  it('costs the cache and no answer, and loses no purge', { timeout: 300_000 }, async () => {
    for (const upc of [...CHANGED, UNTOUCHED]) for (const gateway of [0, 1]) await nameAt(deployment, gateway, upc);
    expect(await costOf(0, UNTOUCHED)).toBe(0);
    const untouched = await nameAt(deployment, 0, UNTOUCHED);
    await outboxEmpty();
    const before = await eventIds(deployment);
    const load = startNameLoad(deployment, { gateways: [0], upcs: LOADED, label: 'outage' });
    try {
      await eventually(() => load.readCount > 100, { ...WAIT, what: 'reads before the outage' });
      await deployment.kafka.kill();
      const deadAt = performance.now();
      const bypassesBefore = await bypasses(0);
      for (const upc of CHANGED) await change(upc, `new ${upc}`);
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
      await change('22', 'newer 22');
      expect(await nameAt(deployment, 0, '22')).toBe('newer 22');
      expect(await nameAt(deployment, 1, '22')).toBe('newer 22');
      await change('22', 'new 22');
      expect(await deployment.gateways[0]?.readyz()).toMatchObject({ status: 200, state: 'degraded' });

      await sleep(Math.max(0, deadAt + OUTAGE_MS - performance.now()));
      await deployment.kafka.restart();
      await Promise.all([cacheInForce(deployment, 0), cacheInForce(deployment, 1)]);
      // Entries that were filled before the outage are judged by what came after it.
      for (const gateway of [0, 1])
        for (const upc of CHANGED) expect(await nameAt(deployment, gateway, upc)).toBe(`new ${upc}`);
      const { readCount } = load;
      await eventually(() => load.readCount > readCount + 100, { ...WAIT, what: 'reads after the outage' });
    } finally {
      const { changeCounts } = await endSpotless(load);
      for (const [upc, count] of changeCounts) committed.set(upc, count);
    }
    // Each change has an event of its own in the topic: by the ids of the outbox, since what was sent twice counts once.
    await outboxEmpty();
    const after = await eventIds(deployment);
    const newIds = (upc: string): ReadonlySet<string> =>
      new Set([...(after.get(upc) ?? [])].filter((id) => before.get(upc)?.has(id) !== true));
    expect(new Map([...committed.keys()].map((upc) => [upc, newIds(upc).size]))).toEqual(committed);
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

/** Ids of the events of the topic that name a product of the catalog, by its upc. */
async function eventIds({ kafka }: KafkaDeployment): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const ids = new Map<string, Set<string>>();
  for (const record of await readTopic(kafka, PURGE_TOPIC)) {
    const parsed = parsePurgeRecord(record);
    if (parsed.kind !== 'purge' || parsed.source !== 'catalog' || parsed.event.kind !== 'entity') continue;
    for (const { upc } of parsed.event.keys)
      ids.set(String(upc), (ids.get(String(upc)) ?? new Set()).add(record.headers.ce_id ?? ''));
  }
  return ids;
}
