// The history checker over 30 s: two gateways, one writer for every key, and faults of shards and broker. No read may be older than S.
//
// `HISTORY_SECONDS=180` for a longer run, which takes the faults again every 30 s; `HISTORY_SEED` for the run of a seed that was printed.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BOUND_MS } from '../../support/deployment/gateway-settings.ts';
import { type KafkaDeployment, startKafkaDeployment } from '../../support/deployment.ts';
import { type EmbeddedDeployment, startEmbeddedDeployment } from '../../support/embedded-deployment.ts';
import { requireService } from '../../support/service-gate.ts';
import { PRECISE_EVERYWHERE } from '../precise-rules.ts';
import { FAULTS_MS, faultsOf, letHappen } from './faults.ts';
import { reportOn } from './report.ts';
import { startHistory } from './run.ts';

const RUN_MS = Number(process.env.HISTORY_SECONDS ?? 30) * 1_000;
const EMBEDDED_RUN_MS = RUN_MS / 2;
const SEED = Number(process.env.HISTORY_SEED ?? Date.now() % 1_000_000);
/** For what is before and after the run: starts, writers that end, the verdict over all reads. */
const AROUND_MS = 150_000;

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

  it('has no read older than S and no client error while shards and broker fail', {
    timeout: RUN_MS + AROUND_MS,
  }, async () => {
    const running = await startHistory(deployment, { seed: SEED });
    await Promise.all([faultsFor(RUN_MS, deployment), sleep(RUN_MS)]);
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

  it('has no read older than S and no client error', { timeout: RUN_MS + AROUND_MS }, async () => {
    const running = await startHistory(deployment, { seed: SEED });
    await sleep(EMBEDDED_RUN_MS);
    const report = reportOn(`embedded, seed ${SEED}`, await running.stop(), BOUND_MS);
    console.log(report.line);
    expect(report.faults).toEqual([]);
    expect(report.verdict.insideCount).toBeGreaterThan(500);
  });
});

/** All faults, again and again; the last ones end in time. */
async function faultsFor(ms: number, deployment: KafkaDeployment): Promise<void> {
  for (let begunMs = 0; begunMs + FAULTS_MS <= ms; begunMs += FAULTS_MS)
    await Promise.all([letHappen(faultsOf(deployment), console.log), sleep(FAULTS_MS)]);
}
