// Tags that a reader declares (`apolloCacheTags`, `apolloEntityCacheTags`) purge all that was computed from the rows that they name,
// whatever request it came by. A bundle's price is computed from products that a query finds: it bears `part-UPC` of each.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BOUND_MS } from '../support/deployment/gateway-settings.ts';
import { type KafkaDeployment, startKafkaDeployment } from '../support/deployment.ts';
import { eventually } from '../support/eventually.ts';
import { requireService } from '../support/service-gate.ts';
import { PRECISE_EVERYWHERE } from './precise-rules.ts';

requireService(
  'postgres',
  'redis',
  'kafka',
)('the price of a bundle that is declared precise', () => {
  let deployment: KafkaDeployment;

  beforeAll(async () => {
    deployment = await startKafkaDeployment({ gateways: [{ cache: { subgraphs: PRECISE_EVERYWHERE } }] });
    await deployment.sql('catalog', `update catalog.bundle set discount_percent = 0`);
    await eventually(async () => (await deployment.gateways[0]?.readyz())?.state === 'ready');
  });
  afterAll(() => deployment?.stop());

  const ask = async (query: string): Promise<unknown> => (await deployment.ask(0, query)).body;
  const appliedCount = async (): Promise<number> =>
    (await deployment.metrics(0)).sum('freshet_purge_events_total', { subgraph: 'catalog', result: 'applied' });
  /** Changes rows and waits until the gateway has heard of it. */
  const change = async (sql: string): Promise<void> => {
    const before = await appliedCount();
    await deployment.sql('catalog', sql);
    await eventually(async () => (await appliedCount()) > before, { what: 'the purge to be applied' });
  };
  const setPrice = (bundle: string, price: number): Promise<void> =>
    change(
      `update catalog.product set price = ${price} / (select count(*) from catalog.bundle_item where bundle_upc = '${bundle}')
       where upc in (select upc from catalog.bundle_item where bundle_upc = '${bundle}')`,
    );
  /** The first bundle of a list and its price. */
  const priced = (upc: string, price: string): unknown =>
    expect.objectContaining({
      data: expect.objectContaining({ bundles: { nodes: expect.arrayContaining([{ upc, price }]) } }),
    });

  it('is gone also where it was cut out of the answer to a root field, and is read by another one', async () => {
    await setPrice('b1', 60);
    expect(await ask('{ bundles(first: 3) { nodes { upc price } } }')).toEqual(priced('b1', '60.00'));
    // A list of its own, which no price stands in.
    await ask('{ bundles(first: 2) { nodes { upc name } } }');
    await setPrice('b1', 120);
    await eventually(
      async () => expect(await ask('{ bundles(first: 2) { nodes { upc price } } }')).toEqual(priced('b1', '120.00')),
      { timeoutMs: BOUND_MS },
    );
  });

  it('is gone also where it came in one request with an entity', async () => {
    await setPrice('b1', 60);
    await ask('{ product(upc: "7") { description } }');
    await change(`update catalog.product set description = 'another' where upc = '7'`);
    const both = '{ product(upc: "7") { description } bundles(first: 4) { nodes { upc price } } }';
    expect(await ask(both)).toEqual(priced('b1', '60.00'));
    await setPrice('b1', 120);
    await eventually(async () => expect(await ask(both)).toEqual(priced('b1', '120.00')), { timeoutMs: BOUND_MS });
  });

  it('is gone also where it came in one request with an entity of another type', async () => {
    await setPrice('b1', 60);
    await ask('{ product(upc: "8") { description } bundles(first: 5) { nodes { upc name } } }');
    await change(`update catalog.product set description = 'another' where upc = '8'`);
    const both = '{ product(upc: "8") { description } bundles(first: 5) { nodes { upc price } } }';
    expect(await ask(both)).toEqual(priced('b1', '60.00'));
    await setPrice('b1', 120);
    await eventually(async () => expect(await ask(both)).toEqual(priced('b1', '120.00')), { timeoutMs: BOUND_MS });
  });
});
