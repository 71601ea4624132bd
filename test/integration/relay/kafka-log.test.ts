// The kit's purge log on a real Kafka: what it refuses, and what it does when the broker dies, freezes or comes late.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { WireRecord } from '../../../schema/purge-event.ts';
import { kafkaPurgeLog } from '../../../subgraphs/kit/kafka-log.ts';
import type { PurgeLogProducer } from '../../../subgraphs/kit/purge-log.ts';
import { eventually } from '../../support/eventually.ts';
import { type KafkaBroker, startKafka } from '../../support/kafka-broker.ts';
import { requireService } from '../../support/service-gate.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';

const record = (value: string): WireRecord => ({ key: null, headers: {}, value });

requireService('kafka')('the purge log on Kafka', () => {
  let broker: KafkaBroker;
  const logs: PurgeLogProducer[] = [];
  const open = (topic: string): PurgeLogProducer => {
    const log = kafkaPurgeLog({ brokers: broker.brokers, topic });
    logs.push(log);
    return log;
  };
  const newTopic = async (options?: Parameters<KafkaBroker['createTopic']>[1]): Promise<string> => {
    const topic = `purge-${randomUUID()}`;
    await broker.createTopic(topic, options);
    return topic;
  };
  beforeAll(async () => {
    broker = await startKafka();
  });
  afterAll(async () => {
    for (const log of logs) await log.close();
    await broker.stop();
  });

  it.each([
    ['that is not there', undefined, 'there is no such topic'],
    ['of several partitions', { partitionCount: 3 }, 'it has 3 partitions'],
    ['that is compacted', { config: { 'cleanup.policy': 'compact' } }, 'it has cleanup.policy=compact'],
    [
      'that is also compacted',
      { config: { 'cleanup.policy': 'compact,delete' } },
      'it has cleanup.policy=compact,delete',
    ],
  ])('refuses a topic %s', async (_, options, message) => {
    const topic = options === undefined ? 'nowhere' : await newTopic(options);
    const log = open(topic);
    const refusal = {
      fault: 'misconfigured',
      message: `expected Kafka topic ${topic} with one partition and cleanup.policy=delete, ${message}`,
    };
    await expect(log.append([record('a')])).rejects.toMatchObject(refusal);
  });

  it('says that a batch is too large, appends nothing of it, and takes a smaller one at the next offset', async () => {
    const log = open(await newTopic({ config: { 'max.message.bytes': '5000' } }));
    const { baseOffset } = await log.append([record('a')]);
    await expect(log.append([record('x'.repeat(3_000)), record('y'.repeat(3_000))])).rejects.toMatchObject({
      fault: 'too-large',
    });
    await expect(log.append([record('x'.repeat(3_000))])).resolves.toEqual({ baseOffset: baseOffset + 1 });
  });

  it('works from the time when the broker is there, though it was asked before', async () => {
    const late = await startKafka();
    await late.createTopic('purge');
    await late.kill();
    const log = kafkaPurgeLog({ brokers: late.brokers, topic: 'purge' });
    logs.push(log);
    await expect(log.append([record('a')])).rejects.toMatchObject({ fault: 'unreachable' });
    await late.restart();
    await expect(eventually(() => log.append([record('a')]), { timeoutMs: 30_000 })).resolves.toBeDefined();
    await log.close();
    await late.stop();
  });

  it('rejects within its deadline while the broker is frozen or dead, and goes on after', async () => {
    const log = open(await newTopic());
    const appends = async (): Promise<number> => (await log.append([record('x')])).baseOffset;
    let last = await appends();
    for (const fault of ['freeze', 'kill'] as const) {
      await broker[fault]();
      const beganMs = performance.now();
      await expect(log.append([record('x')])).rejects.toMatchObject({ fault: 'unreachable' });
      expect(performance.now() - beganMs).toBeLessThan(7_000);
      if (fault === 'freeze') broker.thaw();
      else await broker.restart();
      const next = await eventually(appends, { timeoutMs: 30_000 });
      expect(next).toBeGreaterThan(last);
      last = next;
    }
  });

  it('sends nothing again by itself when the answer does not come: who sent it must hear of that', async () => {
    let proxy: TcpProxy | undefined;
    const behind = await startKafka({
      async through(port) {
        proxy = await startTcpProxy({ port });
        return proxy.port;
      },
    });
    await behind.createTopic('purge');
    const log = kafkaPurgeLog({ brokers: behind.brokers, topic: 'purge' });
    logs.push(log);
    await expect(log.append([record('first')])).resolves.toEqual({ baseOffset: 0 });
    proxy?.silence('to-client');
    await expect(log.append([record('unanswered')])).rejects.toMatchObject({ fault: 'unreachable' });
    await proxy?.heal();
    await expect(log.append([record('last')])).resolves.toEqual({ baseOffset: 2 });
    await log.close();
    await behind.stop();
    await proxy?.stop();
  });

  it('is closed within a second though the broker is frozen', async () => {
    const log = open(await newTopic());
    await log.append([record('a')]);
    await broker.freeze();
    const pending = log.append([record('b')]).catch(() => 'rejected');
    const beganMs = performance.now();
    await log.close();
    expect(performance.now() - beganMs).toBeLessThan(1_000);
    await expect(pending).resolves.toBe('rejected');
    broker.thaw();
  });

  it('is closed within a second though the broker is away and it is connecting', async () => {
    const log = kafkaPurgeLog({ brokers: ['192.0.2.1:9092'], topic: 'purge' });
    const pending = log.append([record('b')]).catch(() => 'rejected');
    const beganMs = performance.now();
    await log.close();
    expect(performance.now() - beganMs).toBeLessThan(1_000);
    await expect(pending).resolves.toBe('rejected');
  });

  it('does not keep the process busy while nothing is sent', async () => {
    const log = open(await newTopic());
    await log.append([record('a')]);
    // Two connections look for late answers ten times a second each; uncorrected there are about 900 wake-ups more for each.
    expect(await countTimerRuns(1_000)).toBeLessThan(100);
  });
});

/** How many timers run in this time. */
async function countTimerRuns(spanMs: number): Promise<number> {
  const { createHook } = await import('node:async_hooks');
  const timers = new Set<number>();
  let runs = 0;
  const hook = createHook({
    init: (id, type) => void (type === 'Timeout' && timers.add(id)),
    before(id) {
      if (timers.has(id)) runs += 1;
    },
  }).enable();
  await new Promise((resolve) => setTimeout(resolve, spanMs));
  hook.disable();
  return runs;
}
