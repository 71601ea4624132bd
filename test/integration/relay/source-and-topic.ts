// For tests of a relay that writes to Kafka: both servers for a file, and for each of its tests a database with watched tables and a topic.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { kafkaPurgeLog } from '../../../subgraphs/kit/kafka-log.ts';
import type { PurgeLogProducer } from '../../../subgraphs/kit/purge-log.ts';
import { type KafkaBroker, startKafka, type TopicOptions } from '../../support/kafka-broker.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { type RunningRelay, runRelay } from './running-relay.ts';
import { openSource, type Source } from './source.ts';

export interface SourceAndTopic {
  readonly broker: KafkaBroker;
  /** Of the test that runs. */
  readonly source: Source;
  readonly topic: string;
  /** What the topic is written through, closed after the test. */
  openLog(): PurgeLogProducer;
  /** A relay from the source to a log, stopped after the test. */
  relay(log: PurgeLogProducer): RunningRelay;
  /** Stops after the test what it has started: the last first, before the source is closed. */
  stopAfter(stop: () => Promise<void>): void;
}

/** Once in a suite, whose hooks it registers. @param tables as of openSource */
export function useSourceAndTopic(tables: string, topicOptions?: TopicOptions): SourceAndTopic {
  let server: PostgresServer;
  let broker: KafkaBroker;
  let source: Source;
  let topic: string;
  const stops: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    [server, broker] = await Promise.all([startPostgres(), startKafka()]);
  });
  afterAll(async () => {
    await server.stop();
    await broker.stop();
  });
  beforeEach(async () => {
    source = await openSource(server, tables);
    topic = `purge-${randomUUID()}`;
    await broker.createTopic(topic, topicOptions);
    return async () => {
      for (const stop of stops.splice(0).reverse()) await stop();
      await source.close();
    };
  });
  return {
    get broker() {
      return broker;
    },
    get source() {
      return source;
    },
    get topic() {
      return topic;
    },
    openLog() {
      const log = kafkaPurgeLog({ brokers: broker.brokers, topic });
      stops.push(log.close);
      return log;
    },
    relay(log) {
      const relay = runRelay({ url: source.url, log });
      stops.push(relay.stop);
      return relay;
    },
    stopAfter: (stop) => void stops.push(stop),
  };
}
