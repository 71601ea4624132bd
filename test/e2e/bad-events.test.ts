// The purge log of a running system is filled with what cannot be read, and made anew under it: nothing stale, nothing lost, all of it counted.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { WireRecord } from '../../schema/purge-event.ts';
import { kafkaPurgeLog } from '../../subgraphs/kit/kafka-log.ts';
import type { PurgeLogProducer } from '../../subgraphs/kit/purge-log.ts';
import { BOUND_MS } from '../support/deployment/gateway-settings.ts';
import { type KafkaDeployment, PURGE_TOPIC, startKafkaDeployment } from '../support/deployment.ts';
import { eventually } from '../support/eventually.ts';
import { requireService } from '../support/service-gate.ts';
import { cacheInForce } from './cache-in-force.ts';
import { endSpotless, nameAt, setName, startNameLoad } from './name-load.ts';
import { askCounting } from './origin-cost.ts';
import { PRECISE_EVERYWHERE } from './precise-rules.ts';

const GATEWAYS = [0, 1] as const;
/** Products of the two loads. */
const LOADED = { nonsense: ['1', '2', '3', '4'], anew: ['5', '6', '7', '8'] };
const WAIT = { timeoutMs: 60_000 };
const BAD_COUNT = 1_000;
const BATCH_COUNT = 10;

requireService(
  'postgres',
  'redis',
  'kafka',
)('a purge log with nonsense in it', () => {
  let deployment: KafkaDeployment;
  let log: PurgeLogProducer;

  beforeAll(async () => {
    const cache = { subgraphs: PRECISE_EVERYWHERE };
    deployment = await startKafkaDeployment({ gateways: [{ cache }, { cache }] });
    log = kafkaPurgeLog({ brokers: deployment.kafka.brokers, topic: PURGE_TOPIC, clientId: 'test-nonsense' });
    await Promise.all(GATEWAYS.map((gateway) => cacheInForce(deployment, gateway)));
  });
  afterAll(async () => {
    await log?.close();
    await deployment?.stop();
  });

  const events = async (gateway: number, labels: Readonly<Record<string, string>>): Promise<number> =>
    (await deployment.metrics(gateway)).sum('freshet_purge_events_total', labels);
  const malformed = (gateway: number): Promise<number> => events(gateway, { result: 'malformed' });
  const horizonsRaised = async (gateway: number): Promise<number> =>
    (await deployment.metrics(gateway)).sum('freshet_ledger_horizon_raised_total');
  const untilServed = async (upc: string, name: string): Promise<void> => {
    for (const gateway of GATEWAYS)
      await eventually(async () => (await nameAt(deployment, gateway, upc)) === name, {
        // So that one of the tries begins later than S.
        timeoutMs: BOUND_MS + 1_000,
        what: `gateway ${gateway} to serve ${name}`,
      });
  };
  const costOf = async (upc: string): Promise<number> =>
    (await askCounting(deployment, 0, `{ product(upc: "${upc}") { name } }`)).cost.catalog ?? 0;
  /** The entry is there and is used. */
  const cached = (upc: string): Promise<unknown> =>
    eventually(async () => (await costOf(upc)) === 0, { ...WAIT, what: `product ${upc} to be served from the cache` });

  it('hides no change whose own event is the unreadable one', async () => {
    await cached('21');
    const before = await Promise.all(GATEWAYS.map(malformed));
    // Its row in the outbox never reaches the relay: what arrives in its place is a torn record.
    await deployment.sql(
      'catalog',
      `begin; update catalog.product set name = 'torn' where upc = '21'; delete from freshet.outbox; commit`,
    );
    await log.append([bad(0)]);
    for (const gateway of GATEWAYS)
      await eventually(async () => (await malformed(gateway)) > (before[gateway] ?? 0), WAIT);
    for (const gateway of GATEWAYS) expect(await nameAt(deployment, gateway, '21')).toBe('torn');
  });

  it('gives up what was cached of the subgraph that a record came from, and of no other', async () => {
    await cached('22');
    const stock = '{ product(upc: "22") { inStock } }';
    await eventually(async () => (await askCounting(deployment, 0, stock)).cost.inventory === undefined, WAIT);
    const before = await malformed(0);
    await log.append([bad(1)]);
    await eventually(async () => (await malformed(0)) === before + 1, WAIT);
    expect((await askCounting(deployment, 0, stock)).cost).toEqual({ catalog: 1 });
  });

  it('applies every good event among a thousand bad ones, under load', { timeout: 180_000 }, async () => {
    const before = await Promise.all(GATEWAYS.map(malformed));
    const upcs = Array.from({ length: BATCH_COUNT }, (_, batch) => String(30 + batch));
    for (const upc of upcs) await nameAt(deployment, 0, upc);
    const load = startNameLoad(deployment, { gateways: GATEWAYS, upcs: LOADED.nonsense, label: 'nonsense' });
    try {
      await eventually(() => load.readCount > 100, WAIT);
      const appliedBefore = await events(0, { subgraph: 'catalog', result: 'applied' });
      const size = BAD_COUNT / BATCH_COUNT;
      for (const [batch, upc] of upcs.entries()) {
        await log.append(Array.from({ length: size }, (_, n) => bad(batch * size + n)));
        await setName(deployment, upc, `good ${upc}`);
      }
      for (const upc of upcs) await untilServed(upc, `good ${upc}`);
      for (const gateway of GATEWAYS)
        await eventually(async () => (await malformed(gateway)) === (before[gateway] ?? 0) + BAD_COUNT, {
          ...WAIT,
          what: `gateway ${gateway} to count ${BAD_COUNT} malformed records`,
        });
      expect((await events(0, { subgraph: 'catalog', result: 'applied' })) - appliedBefore).toBeGreaterThanOrEqual(
        upcs.length,
      );
    } finally {
      await endSpotless(load);
    }
  });

  it('may be deleted and created again under load', { timeout: 180_000 }, async () => {
    await cached('51');
    const raised = await Promise.all(GATEWAYS.map(horizonsRaised));
    const load = startNameLoad(deployment, { gateways: GATEWAYS, upcs: LOADED.anew, label: 'anew' });
    try {
      await eventually(() => load.readCount > 100, WAIT);
      await deployment.kafka.deleteTopic(PURGE_TOPIC);
      await setName(deployment, '51', 'while there was no log');
      await createAnew(deployment);
      for (const gateway of GATEWAYS)
        await eventually(async () => (await horizonsRaised(gateway)) > (raised[gateway] ?? 0), {
          ...WAIT,
          what: `gateway ${gateway} to raise horizons`,
        });
      await Promise.all(GATEWAYS.map((gateway) => cacheInForce(deployment, gateway)));
      for (const gateway of GATEWAYS) expect(await nameAt(deployment, gateway, '51')).toBe('while there was no log');
      await cached('52');
      await setName(deployment, '52', 'after it');
      await untilServed('52', 'after it');
      const { readCount } = load;
      await eventually(() => load.readCount > readCount + 100, WAIT);
    } finally {
      await endSpotless(load);
    }
  });
});

/** On a busy machine the broker may make a topic and answer that it does not have it yet, or still delete the old one. */
async function createAnew({ kafka }: KafkaDeployment): Promise<void> {
  await eventually(
    async () => {
      await kafka.createTopic(PURGE_TOPIC).catch(() => undefined);
      return (await kafka.withAdmin((admin) => admin.listTopics())).includes(PURGE_TOPIC);
    },
    { ...WAIT, what: `topic ${PURGE_TOPIC} to be there again` },
  );
}

/** A record of catalog that cannot be read, each time for another reason. */
function bad(n: number): WireRecord {
  const headers = { ce_source: 'catalog', ce_type: 'dev.freshet.purge.v1', ce_specversion: '1.0', ce_id: `bad-${n}` };
  const kinds: readonly Omit<WireRecord, 'key'>[] = [
    { headers, value: '{"type":"Product"' },
    { headers, value: '{"op":"update"}' },
    { headers, value: '{"type":7,"key":{"upc":"1"}}' },
    { headers: { ...headers, ce_type: 'dev.freshet.purge.v9' }, value: '{}' },
    { headers: { ...headers, ce_freshetlog: 'x' }, value: '{"type":"Product","key":{"upc":"1"}}' },
  ];
  return { key: null, headers, value: '', ...kinds[n % kinds.length] };
}
