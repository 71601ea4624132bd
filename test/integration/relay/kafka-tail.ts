// For tests: reads a whole Kafka topic as it grows.
import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { type Seen, seenOf } from './running-relay.ts';

export interface KafkaTail {
  readonly seen: readonly Seen[];
  stop(): Promise<void>;
}

export async function tailTopic(brokers: readonly string[], topic: string): Promise<KafkaTail> {
  const kafka = new Kafka({
    clientId: 'tail',
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 50, maxRetryTime: 300, retries: 200 },
  });
  const consumer = kafka.consumer({
    groupId: `tail-${randomUUID()}`,
    maxWaitTimeInMs: 50,
    sessionTimeout: 10_000,
    heartbeatInterval: 2_000,
    allowAutoTopicCreation: false,
  });
  const seen: Seen[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    async eachMessage({ message: { offset, key, value, headers = {} } }) {
      const record = {
        key: key?.toString() ?? null,
        headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, String(text)])),
        value: value?.toString() ?? '',
      };
      // A broker's death may hand records over again.
      if (!seen.some((before) => before.offset === Number(offset))) seen.push(seenOf(Number(offset), record));
    },
  });
  return { seen, stop: () => consumer.disconnect() };
}
