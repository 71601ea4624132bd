// The log on a real Kafka keeps the contract of purge logs.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll } from 'vitest';
import { createKafkaLog } from '../../gateway/purge/kafka-log.ts';
import type { PurgeLog } from '../../gateway/purge/log.ts';
import { eventually } from '../support/eventually.ts';
import { type KafkaBroker, startKafka } from '../support/kafka-broker.ts';
import { requireService } from '../support/service-gate.ts';
import { purgeLogContract } from './purge-log.ts';

requireService('kafka')('the purge log on Kafka', () => {
  let broker: KafkaBroker;
  beforeAll(async () => {
    broker = await startKafka();
  });
  afterAll(() => broker.stop());

  purgeLogContract(async () => {
    const topic = `purge-${randomUUID()}`;
    // On a busy machine the broker may make a topic and answer that it does not have it yet.
    await broker.createTopic(topic).catch(() => undefined);
    await eventually(async () => (await broker.withAdmin((admin) => admin.listTopics())).includes(topic));
    const logs: PurgeLog[] = [];
    const open = (): PurgeLog => {
      const log = createKafkaLog({ brokers: broker.brokers, topic, randomId: randomUUID });
      logs.push(log);
      return log;
    };
    const log = open();
    const otherLog = open();
    return {
      log,
      other: () => otherLog,
      nowAt: () => Date.now(),
      pass: () => sleep(5),
      async dispose() {
        await Promise.all(logs.map((each) => each.close()));
      },
    };
  });
});
