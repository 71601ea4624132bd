// Events that no gateway can apply reach the purge log in process by the outbox, among good ones: nothing stale, nothing lost, all of it counted.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BOUND_MS } from '../support/deployment/gateway-settings.ts';
import { type EmbeddedDeployment, startEmbeddedDeployment } from '../support/embedded-deployment.ts';
import { eventually } from '../support/eventually.ts';
import { cacheInForce } from './cache-in-force.ts';
import { endSpotless, nameAt, setName, startNameLoad } from './name-load.ts';
import { askCounting } from './origin-cost.ts';
import { PRECISE_EVERYWHERE } from './precise-rules.ts';

const WAIT = { timeoutMs: 60_000 };
const BAD_COUNT = 1_000;
const BATCH_COUNT = 10;
/** Of a type that the catalog does not have, and of one of its types by a key that it does not have. */
const BAD_ROWS = `insert into freshet.outbox (kind, type, keys, op)
  select 'entity', case when n % 2 = 0 then 'Nonsense' else 'Product' end, '[{"colour":"red"}]', 'update'
  from generate_series(1, $1::int) as n`;

describe('an in-process purge log with events in it that cannot be applied', () => {
  let deployment: EmbeddedDeployment;

  beforeAll(async () => {
    deployment = await startEmbeddedDeployment({
      gateway: { cache: { subgraphs: PRECISE_EVERYWHERE } },
      // It has a line for each bad event.
      logLevel: 'silent',
    });
    await cacheInForce(deployment, 0);
  });
  afterAll(() => deployment?.stop());

  const events = async (result: string): Promise<number> =>
    (await deployment.metrics(0)).sum('freshet_purge_events_total', { subgraph: 'catalog', result });
  const costOf = (query: string): Promise<object> => askCounting(deployment, 0, query).then(({ cost }) => cost);
  /** The entry is there and is used. */
  const cached = (query: string): Promise<unknown> =>
    eventually(async () => Object.keys(await costOf(query)).length === 0, { ...WAIT, what: `a hit for ${query}` });
  const nameOf = (upc: string): string => `{ product(upc: "${upc}") { name } }`;

  it('hides no change whose own event is the bad one', async () => {
    await cached(nameOf('21'));
    const before = await events('malformed');
    await deployment.sql(
      'catalog',
      `begin; update catalog.product set name = 'torn' where upc = '21';
       update freshet.outbox set type = 'Nonsense' where type = 'Product'; commit`,
    );
    await eventually(async () => (await events('malformed')) > before, WAIT);
    expect(await nameAt(deployment, 0, '21')).toBe('torn');
  });

  it('gives up what was cached of the subgraph that an event came from, and of no other', async () => {
    const both = '{ product(upc: "22") { name inStock } }';
    await cached(both);
    const before = await events('malformed');
    await deployment.sql('catalog', BAD_ROWS, [1]);
    await eventually(async () => (await events('malformed')) === before + 1, WAIT);
    expect(await costOf(both)).toEqual({ catalog: 1 });
  });

  it('applies every good event among a thousand bad ones, under load', { timeout: 180_000 }, async () => {
    const before = await events('malformed');
    const upcs = Array.from({ length: BATCH_COUNT }, (_, batch) => String(30 + batch));
    for (const upc of upcs) await nameAt(deployment, 0, upc);
    const load = startNameLoad(deployment, { gateways: [0], upcs: ['1', '2', '3', '4'], label: 'nonsense' });
    try {
      await eventually(() => load.readCount > 100, WAIT);
      const appliedBefore = await events('applied');
      for (const upc of upcs) {
        await deployment.sql('catalog', BAD_ROWS, [BAD_COUNT / BATCH_COUNT]);
        await setName(deployment, upc, `good ${upc}`);
      }
      for (const upc of upcs)
        await eventually(async () => (await nameAt(deployment, 0, upc)) === `good ${upc}`, {
          // So that one of the tries begins later than S.
          timeoutMs: BOUND_MS + 1_000,
          what: `good ${upc}`,
        });
      await eventually(async () => (await events('malformed')) === before + BAD_COUNT, {
        ...WAIT,
        what: `${BAD_COUNT} malformed events to be counted`,
      });
      expect((await events('applied')) - appliedBefore).toBeGreaterThanOrEqual(upcs.length);
      const { readCount } = load;
      await eventually(() => load.readCount > readCount + 100, WAIT);
    } finally {
      await endSpotless(load);
    }
  });
});
