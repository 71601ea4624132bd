// The feed on a real Kafka through what goes wrong there: away, killed, recreated, wrong, full of nonsense.

import { createHook } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createChores } from '../../../gateway/purge/chores.ts';
import { createDeadLetters } from '../../../gateway/purge/dead-letters.ts';
import type { WireRecord } from '../../../schema/purge-event.ts';
import { eventually, within } from '../../support/eventually.ts';
import { type KafkaBroker, startKafka, type TopicOptions } from '../../support/kafka-broker.ts';
import { requireService } from '../../support/service-gate.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import { collectingLogger, facts } from '../../unit/purge/purge-world.ts';
import {
  type GatewaySide,
  type GatewaySideOptions,
  productEvent,
  startGatewaySide,
  subgraphs,
  TTL,
} from './gateway-side.ts';
import { type Sender, startSender } from './sender.ts';

const WAIT = { timeoutMs: 60_000 };

requireService('kafka')('the feed on Kafka', () => {
  let broker: KafkaBroker;
  let stops: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    broker = await startKafka();
  });
  afterEach(async () => {
    for (const stop of stops.reverse()) await stop();
    stops = [];
  });
  afterAll(() => broker.stop());

  /** On a busy machine the broker may make a topic and answer that it does not have it yet. */
  const createTopic = async (topic: string, options?: TopicOptions): Promise<string> => {
    await broker.createTopic(topic, options).catch(() => undefined);
    await eventually(async () => (await broker.withAdmin((admin) => admin.listTopics())).includes(topic), WAIT);
    return topic;
  };
  const newTopic = (options?: TopicOptions): Promise<string> => createTopic(`purge-${randomUUID()}`, options);
  const gateway = (topic: string, options?: GatewaySideOptions): GatewaySide => {
    const side = startGatewaySide(broker.brokers, topic, options);
    stops.push(side.stop);
    return side;
  };
  const sender = (side: GatewaySide, source = 'catalog'): Sender => {
    const started = startSender(side.log, source);
    stops.push(started.stop);
    return started;
  };
  const serves = (side: GatewaySide) => eventually(() => side.judge(side.product('0')) === 'fresh', WAIT);
  const isPurged = (side: GatewaySide, entry: ReturnType<GatewaySide['product']>) =>
    eventually(() => side.judge(entry, TTL) === 'purged', WAIT);
  const losses = ({ metrics }: GatewaySide) => metrics.horizons.filter((each) => /gap|jump|offsets-reused/.test(each));

  it('purges within moments, on every gateway', async () => {
    const topic = await newTopic();
    const [one, two] = [gateway(topic), gateway(topic)];
    const relay = sender(one);
    await Promise.all([serves(one), serves(two)]);
    const entries = [one.product('1'), two.product('1')] as const;
    await relay.purge(productEvent('1'));
    await isPurged(one, entries[0]);
    await isPurged(two, entries[1]);
    expect(one.judge(one.product('1'))).toBe('fresh');
    expect(losses(one)).toEqual([]);
  });

  it('shares entries between gateways, and a gateway that starts later knows what was purged in its window', async () => {
    const topic = await newTopic();
    const one = gateway(topic);
    const relay = sender(one);
    await serves(one);
    const [kept, purged] = [one.product('1'), one.product('2')];
    await relay.purge(productEvent('2'));
    await isPurged(one, purged);
    const two = gateway(topic);
    await serves(two);
    const asTwoHasIt = (upc: string, { stamp, expiresAt }: typeof kept) => ({
      stamp,
      expiresAt,
      tags: two.product(upc).tags,
    });
    expect(two.judge(asTwoHasIt('1', kept))).toBe('fresh');
    expect(two.judge(asTwoHasIt('2', purged))).toBe('purged');
  });

  it('starts while Kafka is away, degraded, and joins later', async () => {
    const topic = await newTopic();
    await broker.kill();
    const side = gateway(topic, { readyTimeoutMs: 500 });
    await expect(side.feed.ready).resolves.toBe('degraded');
    await eventually(() => side.feed.status().degraded?.includes('Expected the purge log at') === true, WAIT);
    expect(side.ledger.stamp('catalog')).toBeNull();
    expect(side.ledger.asOfAgeMs('catalog', Date.now())).toBe(Number.POSITIVE_INFINITY);
    await broker.restart();
    sender(side);
    await serves(side);
    expect(side.feed.status()).toMatchObject({ phase: 'caught-up', degraded: null });
  });

  it('bypasses when Kafka has been away for longer than the bound, resumes, and has lost nothing', async () => {
    const topic = await newTopic();
    const side = gateway(topic);
    const relay = sender(side);
    await serves(side);
    const [touched, untouched] = [side.product('1'), side.product('2')];
    await broker.kill();
    const sent = relay.purge(productEvent('1'));
    await eventually(() => side.judge(untouched) === 'bypass', WAIT);
    await broker.restart();
    await within(60_000, 'the purge to be sent', sent);
    await isPurged(side, touched);
    await serves(side);
    expect(side.judge(untouched)).toBe('fresh');
    expect(losses(side)).toEqual([]);
  });

  it('goes on over a broker that is killed again and again, without taking a redelivery for a loss', async () => {
    const topic = await newTopic();
    const side = gateway(topic);
    const relay = sender(side);
    await serves(side);
    for (let round = 0; round < 3; round += 1) {
      await broker.kill();
      await broker.restart();
      const entry = side.product(String(round));
      await within(60_000, 'the purge to be sent', relay.purge(productEvent(String(round))));
      await isPurged(side, entry);
    }
    await serves(side);
    expect(losses(side)).toEqual([]);
    expect(side.fatal).toEqual([]);
  });

  it('goes on where it was when its group was taken from it', async () => {
    const topic = await newTopic();
    const side = gateway(topic);
    const relay = sender(side);
    await serves(side);
    for (let n = 0; n < 100; n += 1) await relay.purge(productEvent('other'));
    const { groups } = await broker.withAdmin((admin) => admin.listGroups());
    const groupId = groups.find((group) => group.groupId.startsWith('freshet.feed.'))?.groupId ?? 'no group of a feed';
    const intruder = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING }).consumer({ groupId });
    const { promise: joined, resolve } = Promise.withResolvers<void>();
    intruder.on(intruder.events.GROUP_JOIN, () => resolve());
    await intruder.connect();
    await intruder.subscribe({ topics: [topic] });
    await intruder.run({ autoCommit: false, eachBatch: async () => undefined });
    await within(60_000, 'the intruder to join', joined);
    const entry = side.product('1');
    await intruder.disconnect();
    await relay.purge(productEvent('1'));
    await isPurged(side, entry);
    await serves(side);
    expect(losses(side)).toEqual([]);
  });

  it('begins where its window begins, and takes nothing from before for a loss', async () => {
    const topic = await newTopic();
    const one = gateway(topic);
    const relay = sender(one);
    await serves(one);
    const { baseOffset } = await one.log.append([{ key: null, headers: {}, value: '' }]);
    const late = gateway(topic, { replayWindowMs: 0 });
    await serves(late);
    await relay.purge(productEvent('1'));
    const status = late.ledger.status(Date.now()).subgraphs.find(({ name }) => name === 'search');
    expect(status?.horizon).toBeGreaterThanOrEqual(baseOffset);
    expect(losses(late)).toEqual([]);
  });

  it('serves nothing stale when the topic is deleted and created again', async () => {
    const topic = await newTopic();
    const side = gateway(topic);
    const relay = sender(side);
    await serves(side);
    for (let n = 0; n < 50; n += 1) await relay.purge(productEvent('other'));
    const before = side.product('1');
    const searchBefore = side.ledger.stamp('search');
    await broker.deleteTopic(topic);
    await createTopic(topic);
    await within(60_000, 'the purge to be sent', relay.purge(productEvent('1')));
    await isPurged(side, before);
    await serves(side);
    expect(relay.logIds.length).toBeGreaterThan(1);
    expect(side.metrics.horizons).toContain('catalog new-log');
    expect(side.ledger.stamp('search')?.logId).not.toBe(searchBefore?.logId);
    const after = side.product('3');
    await relay.purge(productEvent('3'));
    await isPurged(side, after);
  });

  it('sees by its records that the log is another, where no relay says so and the new one is longer at once', async () => {
    const topic = await newTopic();
    // Each meets the change at another moment of its reading.
    const sides = Array.from({ length: 4 }, () => gateway(topic));
    const relay = sender(sides[0]!);
    await Promise.all(sides.map(serves));
    await relay.stop();
    const logIds = sides.map((side) => side.ledger.stamp('search')?.logId);
    const length = Math.max(...sides.map((side) => side.feed.status().position)) + 20;
    const { log } = gateway(topic);
    await broker.deleteTopic(topic);
    // Filled before it can be seen empty, so that the readers find it where they were.
    const anew = { topic, numPartitions: 1, replicationFactor: 1 };
    await broker.withAdmin((admin) => admin.createTopics({ topics: [anew], waitForLeaders: false }));
    await eventually(() => log.append(otherRecords(length)), WAIT);
    for (const [index, side] of sides.entries()) {
      await eventually(() => side.ledger.stamp('search')?.logId !== logIds[index], WAIT);
      expect(losses(side)).toContain('catalog offsets-reused');
    }
  });

  it('sees by its records that another cluster answers at the address, though only a connection ended', async () => {
    const target = { port: 0 };
    const proxy = await startTcpProxy(target);
    const startBehind = async (): Promise<KafkaBroker> => {
      const started = await startKafka({
        async through(port) {
          target.port = port;
          return proxy.port;
        },
      });
      stops.push(started.stop);
      return started;
    };
    stops.push(proxy.stop);
    const second = await startBehind();
    const secondPort = target.port;
    await second.createTopic('purge');
    const filler = startGatewaySide(second.brokers, 'purge');
    await filler.log.append(otherRecords(50));
    await filler.stop();
    const first = await startBehind();
    await first.createTopic('purge');
    const side = startGatewaySide(first.brokers, 'purge');
    stops.push(side.stop);
    await side.feed.ready;
    await side.log.append(otherRecords(20).reverse());
    await eventually(() => side.feed.status().position === 19, WAIT);
    const before = side.ledger.stamp('search');
    target.port = secondPort;
    proxy.reset();
    await eventually(() => side.ledger.stamp('search')?.logId !== before?.logId, WAIT);
    expect(side.metrics.horizons).toContain('search offsets-reused');
  });

  it('applies the good ones among a thousand records that cannot be read, and sets each of those aside', async () => {
    const topic = await newTopic();
    await createTopic(`${topic}.dead-letter`);
    const side = gateway(topic);
    const relay = sender(side);
    await serves(side);
    const logger = collectingLogger();
    const deadLetters = createDeadLetters({ log: side.log, logger, metrics: side.metrics, maxWaiting: 2_000 });
    createChores({
      log: side.log,
      subgraphs,
      facts,
      logger,
      janitor: { removeTwice: () => undefined },
      deadLetters,
    }).start();
    const goods = Array.from({ length: 10 }, (_, n) => side.product(String(n)));
    const bads = nonsense();
    for (let n = 0; n < 10; n += 1) {
      await side.log.append(bads.slice(n * 100, n * 100 + 100));
      await relay.purge(productEvent(String(n)));
    }
    const counts = (result: string) => side.metrics.events.filter((event) => event === result).length;
    const malformed = (): number => counts('catalog malformed') + counts('other malformed');
    await eventually(() => malformed() === 1_000 && counts('catalog applied') === 10, WAIT);
    for (const good of goods) expect(side.judge(good, TTL)).toBe('purged');
    await serves(side);
    const letters = await eventually(async () => {
      const read = await countRecords(broker, `${topic}.dead-letter`);
      return read >= 1_000 && read;
    }, WAIT);
    expect(letters).toBe(1_000);
  });

  it.each([
    ['two partitions', { partitionCount: 2 }, /one partition, it has 2/],
    ['compaction', { config: { 'cleanup.policy': 'compact' } }, /cleanup.policy=delete, it has compact/],
  ])('does not read a topic with %s, and says why', async (_, options, words) => {
    const topic = await newTopic(options);
    const side = gateway(topic, { readyTimeoutMs: 200 });
    await expect(side.feed.ready).resolves.toBe('degraded');
    await eventually(() => words.test(side.feed.status().degraded ?? ''), WAIT);
  });

  it('waits for a topic that is not there yet', async () => {
    const topic = `purge-${randomUUID()}`;
    const side = gateway(topic, { readyTimeoutMs: 200 });
    await expect(side.feed.ready).resolves.toBe('degraded');
    await createTopic(topic);
    sender(side);
    await serves(side);
  });

  it('wakes up seldom while nothing happens', async () => {
    const topic = await newTopic();
    const side = gateway(topic);
    await side.feed.ready;
    await side.log.append([{ key: null, headers: {}, value: '' }]);
    await eventually(() => side.feed.status().position === 0, WAIT);
    let timerCount = 0;
    const hook = createHook({
      init(_, type) {
        if (type === 'Timeout') timerCount += 1;
      },
    });
    hook.enable();
    await sleep(2_000);
    hook.disable();
    // Uncorrected, each idle connection of kafkajs makes 900 a second: more than 1,800 here.
    expect(timerCount).toBeLessThan(600);
  });

  it('closes within seconds though Kafka is away', async () => {
    const topic = await newTopic();
    const side = gateway(topic);
    sender(side);
    await serves(side);
    await broker.kill();
    await within(15_000, 'the log to close', side.stop());
    await broker.restart();
  });
});

/** Of no source: what counts is that they are others. */
function otherRecords(count: number): WireRecord[] {
  return Array.from({ length: count }, (_, n) => ({ key: null, headers: { ce_id: String(n) }, value: '' }));
}

/** Of a known source and of none: no JSON, no key, wrong types, too large, another version, no headers. */
function nonsense(): WireRecord[] {
  const headers = { ce_source: 'catalog', ce_type: 'dev.freshet.purge.v1', ce_specversion: '1.0' };
  const kinds: WireRecord[] = [
    { key: null, headers, value: '{"type":"Product"' },
    { key: null, headers, value: '{"op":"update"}' },
    { key: null, headers, value: '{"type":7,"key":{"upc":"1"}}' },
    { key: null, headers, value: '{"type":"Prodct","key":{"upc":"1"}}' },
    { key: null, headers: { ...headers, ce_type: 'dev.freshet.purge.v9' }, value: '{}' },
    { key: null, headers: {}, value: '{"type":"Product","key":{"upc":"1"}}' },
    { key: null, headers: { ...headers, ce_source: 'stranger' }, value: '[]' },
  ];
  return Array.from({ length: 1_000 }, (_, n) => {
    const kind = n % 500 === 499 ? { key: null, headers, value: 'x'.repeat(900_000) } : kinds[n % kinds.length]!;
    return { ...kind, headers: { ...kind.headers, ce_id: String(n) } };
  });
}

async function countRecords(broker: KafkaBroker, topic: string): Promise<number> {
  const kafka = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const [partition] = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  return Number(partition?.high ?? 0);
}
