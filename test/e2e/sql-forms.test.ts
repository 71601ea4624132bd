// Whatever statement changes rows around the application, every gateway shows the new state within S and never the old one again.
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Deployment, startKafkaDeployment } from '../support/deployment.ts';
import { startEmbeddedDeployment } from '../support/embedded-deployment.ts';
import { requireService } from '../support/service-gate.ts';
import { PRECISE_EVERYWHERE } from './precise-rules.ts';
import { describeTimes, seeChange, staysSo } from './sql-change.ts';
import { reviewStatements, STATEMENTS } from './sql-statements.ts';

/** 100,000 rows thrice, on a machine with other work. */
const REVIEWS_TIMEOUT_MS = 240_000;

describe('a change that is made in plain SQL', () => {
  // Declared precise: each event must name the very entities and lists, since "any change" purges nothing there.
  const precise = { cache: { subgraphs: PRECISE_EVERYWHERE } };
  requireService(
    'postgres',
    'redis',
    'kafka',
  )('on PostgreSQL, Redis and Kafka, with two gateways and everything declared precise', () =>
    reachesEveryGateway(() => startKafkaDeployment({ gateways: [precise, precise] })),
  );
  describe('on the embedded parts, with one gateway of the usual config', () =>
    reachesEveryGateway(() => startEmbeddedDeployment()));
});

function reachesEveryGateway(start: () => Promise<Deployment>): void {
  let deployment: Deployment;
  const timesMs: number[] = [];

  beforeAll(async () => {
    deployment = await start();
  });
  afterAll(async () => {
    console.log(describeTimes(`plain SQL, gateways: ${deployment?.gatewayCount}`, timesMs));
    await deployment?.stop();
  });

  it.each(STATEMENTS)('$name reaches every gateway', async (statement) => {
    timesMs.push(...(await seeChange(deployment, statement)));
  });

  it('none of them comes back', async () => {
    for (const statement of STATEMENTS) await staysSo(deployment, statement);
  });

  it('INSERT straight into a partition, TRUNCATE, and 100,000 rows in one statement reach every gateway', {
    timeout: REVIEWS_TIMEOUT_MS,
  }, async () => {
    for (const statement of await reviewStatements(deployment))
      timesMs.push(...(await seeChange(deployment, statement)));
  });
}
