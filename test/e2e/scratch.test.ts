// scratch
import { it } from 'vitest';
import { startKafkaDeployment } from '../support/deployment.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { PRECISE_EVERYWHERE } from './precise-rules.ts';
it('bundle', { timeout: 120000 }, async () => {
  const d = await startKafkaDeployment({ gateways: [{ cache: { subgraphs: PRECISE_EVERYWHERE } }] });
  const ask = async (q: string) => JSON.stringify((await d.ask(0, q)).body);
  await sleep(1500);
  await d.sql('catalog', "update catalog.product set price = 1 where upc in (select upc from catalog.bundle_item where bundle_upc='b1')");
  await sleep(6000);
  console.log('first', await ask('{ bundles(first: 3) { nodes { upc price } } }'), await ask('{ bundles(first: 2) { nodes { upc name } } }'));
  console.log('sim', await ask('{ product(upc:"1") { similar { upc price } } }'), await ask('{ product(upc:"2") { similar { upc price } } }'));
  const qs = ['{ bundles(first: 2) { nodes { upc price } } }','{ item(upc: "b1") { price } }', '{ bundles(first: 3) { nodes { upc price } } }', '{ product(upc:"1") { similar { upc price } } }'];
  for (const q of qs) console.log('before', await ask(q));
  await d.sql('catalog', "update catalog.product set price = 100 where upc in (select upc from catalog.bundle_item where bundle_upc='b1')");
  await sleep(7000);
  for (const q of qs) console.log('after', await ask(q));
  console.log((await d.metrics(0)).text.split('\n').filter((l) => /^freshet_(cache_reads|horizon|as_of)/.test(l)).join('\n'));
  await d.stop();
});
