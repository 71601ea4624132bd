// Registers the same tests twice: on real servers with two gateway processes, and on the embedded parts with one.
import { afterAll, beforeAll, describe } from 'vitest';
import type { SubgraphName } from '../../subgraphs/graph.ts';
import type { GatewayOverrides } from '../support/deployment/gateway-settings.ts';
import { DEFAULT_SCALE, type Deployment, type KafkaDeployment, startKafkaDeployment } from '../support/deployment.ts';
import { type EmbeddedDeployment, startEmbeddedDeployment } from '../support/embedded-deployment.ts';
import { requireService } from '../support/service-gate.ts';
import { cacheInForce } from './cache-in-force.ts';

/** What the tests of one form are given. */
export type Form = KafkaForm | EmbeddedForm;

export interface KafkaForm {
  readonly kind: 'kafka';
  readonly gatewayIndexes: readonly [0, 1];
  deployment(): KafkaDeployment;
}

export interface EmbeddedForm {
  readonly kind: 'embedded';
  readonly gatewayIndexes: readonly [0];
  deployment(): EmbeddedDeployment;
}

export interface FormOptions {
  /** Of every gateway of both forms. */
  readonly gateway?: GatewayOverrides;
  /** Of the sample data, in both forms. */
  readonly scale?: number;
  /** Subgraphs whose answers the test wants to hold back. */
  readonly holders?: readonly SubgraphName[];
}

/** Each form has a deployment of its own; the tests begin when all its gateways read from their caches. */
export function inEveryForm(options: FormOptions, body: (form: Form) => void): void {
  const { gateway = {}, holders = [], scale = DEFAULT_SCALE } = options;
  requireService(
    'postgres',
    'redis',
    'kafka',
  )('on PostgreSQL, Redis and Kafka, with two gateways', () => {
    const deployment = inForce(() => startKafkaDeployment({ gateways: [gateway, gateway], holders, scale }));
    body({ kind: 'kafka', gatewayIndexes: [0, 1], deployment });
  });
  describe('on the embedded parts, with one gateway', () => {
    const deployment = inForce(() => startEmbeddedDeployment({ gateway, holders, scale }));
    body({ kind: 'embedded', gatewayIndexes: [0], deployment });
  });
}

function inForce<Started extends Deployment>(start: () => Promise<Started>): () => Started {
  let deployment: Started;
  beforeAll(async () => {
    deployment = await start();
    for (let index = 0; index < deployment.gatewayCount; index += 1) await cacheInForce(deployment, index);
  });
  afterAll(() => deployment?.stop());
  return () => deployment;
}
