// Holds the Kafka harness to its faults: death, freeze, topics that go and come.
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { within } from '../../support/eventually.ts';
import { type KafkaBroker, startKafka } from '../../support/kafka-broker.ts';
import { isRunning } from '../../support/process-tree.ts';
import { requireService } from '../../support/service-gate.ts';

requireService('kafka')('startKafka', () => {
  let broker: KafkaBroker;
  beforeAll(async () => {
    broker = await startKafka();
    await broker.createTopic('kept');
  });
  afterAll(() => broker.stop());

  it('keeps acknowledged records over kill -9 and a restart on the same port', async () => {
    await expect(produce(broker, 'kept', 'before')).resolves.toBe('0');
    const { pid } = broker;
    await broker.kill();
    expect(isRunning(pid)).toBe(false);
    await broker.restart();
    expect(broker.pid).not.toBe(pid);
    await expect(endOffset(broker, 'kept')).resolves.toBe('1');
    await expect(produce(broker, 'kept', 'after')).resolves.toBe('1');
  });

  it('answers nothing while frozen and goes on when thawed', async () => {
    const before = await endOffset(broker, 'kept');
    await broker.freeze();
    const sent = produce(broker, 'kept', 'held');
    await expect(within(500, 'an acknowledgement', sent)).rejects.toThrow('Expected an acknowledgement within');
    broker.thaw();
    await expect(sent).resolves.toBe(before);
  });

  it('loses the end of a topic and gives its offsets anew', async () => {
    await broker.createTopic('torn');
    for (const value of ['a', 'b', 'c', 'd']) await produce(broker, 'torn', value);
    await broker.loseTail('torn', 2);
    await expect(endOffset(broker, 'torn')).resolves.toBe('2');
    await expect(produce(broker, 'torn', 'e')).resolves.toBe('2');
    await expect(broker.loseTail('torn', 3)).rejects.toThrow('Expected a batch that begins at offset 3, found none');
    await broker.restart();
  });

  it('makes topics with settings, refuses a second of the same name, and starts again at 0 after a delete', async () => {
    await broker.createTopic('short', { partitionCount: 2, config: { 'retention.ms': '1234' } });
    const [topic] = (await broker.withAdmin((admin) => admin.fetchTopicMetadata({ topics: ['short'] }))).topics;
    expect(topic?.partitions).toHaveLength(2);
    await expect(broker.createTopic('short')).rejects.toThrow('it exists');
    await produce(broker, 'short', 'x');
    await broker.deleteTopic('short');
    await broker.createTopic('short');
    await expect(endOffset(broker, 'short')).resolves.toBe('0');
  });

  it('is a cluster of its own, and leaves no process when stopped frozen', async () => {
    const other = await startKafka({ properties: { 'message.max.bytes': '2000' } });
    const described = await other.withAdmin((admin) => admin.describeCluster());
    expect(described.clusterId).toBe(other.clusterId);
    expect(other.clusterId).not.toBe(broker.clusterId);
    await other.createTopic('small');
    await expect(produce(other, 'small', 'x'.repeat(5_000))).rejects.toThrow(/larger than the max/);
    await other.freeze();
    await other.stop();
    expect(isRunning(other.pid)).toBe(false);
  });
});

async function produce(broker: KafkaBroker, topic: string, value: string): Promise<string | undefined> {
  const kafka = new Kafka({ clientId: 'test', brokers: broker.brokers, logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
  await producer.connect();
  try {
    const [acknowledged] = await producer.send({ topic, acks: -1, messages: [{ value, partition: 0 }] });
    return acknowledged?.baseOffset;
  } finally {
    await producer.disconnect();
  }
}

async function endOffset(broker: KafkaBroker, topic: string): Promise<string | undefined> {
  const offsets = await broker.withAdmin((admin) => admin.fetchTopicOffsets(topic));
  return offsets.find((row) => row.partition === 0)?.high;
}
