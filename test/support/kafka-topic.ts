// Reads all that a Kafka topic of one partition holds, from offset 0 to where it ends now.
import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import type { WireRecord } from '../../schema/purge-event.ts';
import { within } from './eventually.ts';
import type { KafkaBroker } from './kafka-broker.ts';

const TIMEOUT_MS = 60_000;

export async function readTopic(broker: KafkaBroker, topic: string): Promise<readonly WireRecord[]> {
  const [partition] = await broker.withAdmin((admin) => admin.fetchTopicOffsets(topic));
  const lastOffset = Number(partition?.high ?? 0) - 1;
  const records: WireRecord[] = [];
  if (lastOffset < 0) return records;
  const retry = { initialRetryTime: 50, maxRetryTime: 300, retries: 100 };
  const kafka = new Kafka({ clientId: 'test-topic', brokers: broker.brokers, logLevel: logLevel.NOTHING, retry });
  const consumer = kafka.consumer({ groupId: `test-topic-${randomUUID()}`, allowAutoTopicCreation: false });
  const { promise: end, resolve } = Promise.withResolvers<void>();
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      async eachMessage({ message: { offset, key, value, headers = {} } }) {
        if (Number(offset) <= lastOffset)
          records.push({
            key: key?.toString() ?? null,
            headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, String(text)])),
            value: value?.toString() ?? '',
          });
        if (Number(offset) >= lastOffset) resolve();
      },
    });
    await within(TIMEOUT_MS, `all records of ${topic} up to ${lastOffset}`, end);
    return records;
  } finally {
    await consumer.disconnect();
  }
}
