// The purge logs that a relay can write to, all held to one suite.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe } from 'vitest';
import { systemClock } from '../../gateway/clock.ts';
import { createMemoryLog } from '../../gateway/purge/memory-log.ts';
import { kafkaPurgeLog } from '../../subgraphs/kit/kafka-log.ts';
import { type KafkaBroker, startKafka } from '../support/kafka-broker.ts';
import { requireService } from '../support/service-gate.ts';
import { purgeLogProducerContract } from './purge-log-producer.ts';

describe('the log in process', () => {
  purgeLogProducerContract(async () => createMemoryLog({ clock: systemClock(), name: randomUUID() }));
});

requireService('kafka')('the log on Kafka', () => {
  let broker: KafkaBroker;
  beforeAll(async () => {
    broker = await startKafka();
  });
  afterAll(() => broker.stop());

  purgeLogProducerContract(async () => {
    const topic = `purge-${randomUUID()}`;
    await broker.createTopic(topic);
    return kafkaPurgeLog({ brokers: broker.brokers, topic });
  });
});
