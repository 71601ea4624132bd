// scratch
import { it } from 'vitest';
import { startKafkaDeployment } from '../support/deployment.ts';
import { startEmbeddedDeployment } from '../support/embedded-deployment.ts';
it('starts kafka', async () => {
  const t = performance.now();
  const d = await startKafkaDeployment();
  console.log('start', performance.now() - t);
  for (const g of [0, 1]) console.log(JSON.stringify(await d.ask(g, '{ product(upc: "1") { name price inStock reviews(first: 2) { nodes { rating title author { username } } } } }')));
  console.log(await d.gateways[0]?.readyz());
  console.log((await d.metrics(0)).sum('freshet_origin_requests_total'));
  const s = performance.now();
  await d.stop();
  console.log('stop', performance.now() - s);
});
it('starts embedded', async () => {
  const t = performance.now();
  const d = await startEmbeddedDeployment();
  console.log('start', performance.now() - t);
  console.log(JSON.stringify(await d.ask(0, '{ product(upc: "1") { name } }')));
  await d.stop();
});
