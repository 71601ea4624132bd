// The history checker over 30 s: two gateways, one writer for every key, and faults of shards and broker. No read may be older than S.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BOUND_MS } from '../../support/deployment/gateway-settings.ts';
import { type KafkaDeployment, startKafkaDeployment } from '../../support/deployment.ts';
import { type EmbeddedDeployment, startEmbeddedDeployment } from '../../support/embedded-deployment.ts';
import { requireService } from '../../support/service-gate.ts';
import { PRECISE_EVERYWHERE } from '../precise-rules.ts';
import { faultsOf, letHappen } from './faults.ts';
import { reportOn } from './report.ts';
import { startHistory } from './run.ts';

const RUN_MS = 30_000;
const EMBEDDED_RUN_MS = 15_000;
const SEED = Number(process.env.HISTORY_SEED ?? Date.now() % 1_000_000);

requireService(
  'postgres',
  'redis',
  'kafka',
)('a history over two gateways on Kafka and Redis', () => {
  let deployment: KafkaDeployment;

  beforeAll(async () => {
    const cache = { subgraphs: PRECISE_EVERYWHERE };
    deployment = await startKafkaDeployment({ gateways: [{ cache }, { cache }] });
  });
  afterAll(() => deployment?.stop());

  it('has no read older than S and no client error while shards and broker fail', { timeout: 180_000 }, async () => {
    const running = await startHistory(deployment, { seed: SEED });
    await Promise.all([letHappen(faultsOf(deployment), console.log), sleep(RUN_MS)]);
    const report = reportOn(`seed ${SEED}`, await running.stop(), BOUND_MS);
    console.log(report.line);
    expect(report.faults).toEqual([]);
    expect(report.verdict.insideCount).toBeGreaterThan(1_000);
  });
});

requireService('postgres')('a history over the embedded system', () => {
  let deployment: EmbeddedDeployment;

  beforeAll(async () => {
    deployment = await startEmbeddedDeployment();
  });
  afterAll(() => deployment?.stop());

  it('has no read older than S and no client error', { timeout: 120_000 }, async () => {
    const running = await startHistory(deployment, { seed: SEED });
    await sleep(EMBEDDED_RUN_MS);
    const report = reportOn(`embedded, seed ${SEED}`, await running.stop(), BOUND_MS);
    console.log(report.line);
    expect(report.faults).toEqual([]);
    expect(report.verdict.insideCount).toBeGreaterThan(500);
  });
});
