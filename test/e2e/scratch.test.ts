// scratch
import { expect, it } from 'vitest';
import { startKafkaDeployment } from '../support/deployment.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { startHistory } from './history/run.ts';
import { reportOn } from './history/report.ts';
import { PRECISE_EVERYWHERE } from './precise-rules.ts';
it('history', async () => {
  const d = await startKafkaDeployment({ gateways: process.env.DEFAULTS ? [{}, {}] : [{ cache: { subgraphs: PRECISE_EVERYWHERE } }, { cache: { subgraphs: PRECISE_EVERYWHERE } }] });
  const h = await startHistory(d, { seed: 1 });
  await sleep(20000);
  const hist = await h.stop();
  const r = reportOn('h', hist, 5000);
  console.log(r.line); console.log(r.faults.join('\n'));
  const m = await d.metrics(0);
  console.log(m.text.split('\n').filter((l) => /^freshet_(cache_reads|origin_requests|responses|ledger_horizon|horizon_re|purge_events|coal)/.test(l)).join('\n'));
  await d.stop();
});
