// The purge log on Kafka, for who writes to it: the kit's only door to kafkajs.

import { type Socket, connect as tcpConnect } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { Kafka, type KafkaConfig, logLevel, Partitioners } from 'kafkajs';
import type { WireRecord } from '../../schema/purge-event.ts';
import { quietIdleConnections } from './kafka-idle.ts';
import { PurgeLogError, type PurgeLogProducer } from './purge-log.ts';

export interface KafkaLogOptions {
  /** `host:port` of one or more. */
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly clientId?: string;
  readonly ssl?: KafkaConfig['ssl'];
  readonly sasl?: KafkaConfig['sasl'];
}

const DEADLINE_MS = 5_000;
const CONNECT_TIMEOUT_MS = 2_000;
// An answer takes 2 ms; a broker that was frozen for this long is not waited for.
const REQUEST_TIMEOUT_MS = 3_000;
// To connect and to look. kafkajs tries a little; who calls tries on, with a new connection.
const RETRY = { initialRetryTime: 50, maxRetryTime: 300, retries: 3 };
// What was sent and not answered may have been read, and lost: only who sent it knows what must follow from that.
const NO_RETRY = { retries: 0 };
const GOODBYE_MS = 500;
const KEEP_ALIVE_AFTER_MS = 30_000;
// kafkajs.ConfigResourceTypes.TOPIC, which an ES module cannot import by name.
const TOPIC_RESOURCE = 2;

/**
 * Connects at the first call, which also checks the topic: it exists, has one partition and `cleanup.policy=delete`.
 * After a failure the connection is cut and the next call connects anew: a batch that was under way may still arrive, late.
 */
export function kafkaPurgeLog(options: KafkaLogOptions): PurgeLogProducer {
  quietIdleConnections();
  let link: Link | undefined;
  let closed = false;

  const use = async <Value>(work: (link: Link) => Promise<Value>): Promise<Value> => {
    if (closed) throw new PurgeLogError('unreachable', 'the purge log was closed');
    link ??= openLink(options);
    const current = link;
    try {
      return await within(
        DEADLINE_MS,
        current.ready.then(() => work(current)),
      );
    } catch (error) {
      const fault = faultOf(error, options);
      if (fault.fault !== 'too-large') {
        current.cut();
        if (link === current) link = undefined;
      }
      throw fault;
    }
  };
  return {
    append: (records) => use(({ append }) => append(records)),
    async close() {
      closed = true;
      await link?.end();
      link = undefined;
    },
  };
}

/** What is connected at once and given up at once. */
interface Link {
  /** Connected, and the topic is as it must be. */
  readonly ready: Promise<void>;
  append(records: readonly WireRecord[]): Promise<{ readonly baseOffset: number }>;
  end(): Promise<void>;
  /** At once: sockets are gone, what waits rejects, nothing is tried again. */
  cut(): void;
}

function openLink({ brokers, topic, clientId = 'freshet-relay', ssl, sasl }: KafkaLogOptions): Link {
  const sockets = new Set<Socket>();
  const givenUp = new AbortController();
  const socketFactory: KafkaConfig['socketFactory'] = ({ host, port, ssl: tls, onConnect }) => {
    // kafkajs would go on trying for a while; this ends it.
    givenUp.signal.throwIfAborted();
    const socket = tls ? tlsConnect({ host, port, ...tls }, onConnect) : tcpConnect({ host, port }, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_AFTER_MS);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };
  const kafka = new Kafka({
    clientId,
    brokers: [...brokers],
    ssl,
    sasl,
    socketFactory,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: RETRY,
    logLevel: logLevel.NOTHING,
  });
  const admin = kafka.admin();
  const producer = kafka.producer({
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: NO_RETRY,
  });
  const ready = (async () => {
    await admin.connect();
    await checkTopic(admin, topic);
    await producer.connect();
  })();
  ready.catch(() => undefined);

  const cut = (): void => {
    const reason = new Error('the connection was given up');
    givenUp.abort(reason);
    for (const socket of sockets) socket.destroy(reason);
  };
  return {
    ready,
    cut,
    async append(records) {
      const messages = records.map(({ key, headers, value }) => ({
        key,
        headers: { ...headers },
        value,
        partition: 0,
      }));
      const [metadata] = await producer.send({ topic, messages, acks: -1, timeout: REQUEST_TIMEOUT_MS });
      const baseOffset = Number(metadata?.baseOffset);
      if (Number.isSafeInteger(baseOffset) && baseOffset >= 0) return { baseOffset };
      throw new PurgeLogError('unreachable', `expected an offset from the broker, got ${metadata?.baseOffset}`);
    },
    async end() {
      await within(GOODBYE_MS, Promise.all([producer.disconnect(), admin.disconnect()])).catch(() => undefined);
      cut();
    },
  };
}

async function checkTopic(admin: ReturnType<Kafka['admin']>, topic: string): Promise<void> {
  const expected = `expected Kafka topic ${topic} with one partition and cleanup.policy=delete`;
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] }).catch((cause: unknown) => {
    if (typeOf(cause) !== 'UNKNOWN_TOPIC_OR_PARTITION') throw cause;
    throw new PurgeLogError('misconfigured', `${expected}, there is no such topic`, cause);
  });
  const partitionCount = topics[0]?.partitions.length ?? 0;
  if (partitionCount !== 1)
    throw new PurgeLogError('misconfigured', `${expected}, it has ${partitionCount} partitions`);
  const resource = { type: TOPIC_RESOURCE, name: topic, configNames: ['cleanup.policy'] };
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [resource] });
  const policy = resources[0]?.configEntries.find((entry) => entry.configName === 'cleanup.policy')?.configValue;
  if (policy !== 'delete') throw new PurgeLogError('misconfigured', `${expected}, it has cleanup.policy=${policy}`);
}

function faultOf(error: unknown, { brokers, topic }: KafkaLogOptions): PurgeLogError {
  if (error instanceof PurgeLogError) return error;
  if (typeOf(error) === 'MESSAGE_TOO_LARGE' || typeOf(error) === 'RECORD_LIST_TOO_LARGE') {
    return new PurgeLogError('too-large', `topic ${topic} takes no batch of this size (max.message.bytes)`, error);
  }
  const message = error instanceof Error ? error.message : String(error);
  return new PurgeLogError('unreachable', `Kafka at ${brokers.join(', ')}, topic ${topic}: ${message}`, error);
}

/** The protocol's name of an error, such as MESSAGE_TOO_LARGE; kafkajs wraps errors in errors. */
function typeOf(error: unknown): string | undefined {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if ('type' in inner && typeof inner.type === 'string') return inner.type;
  }
  return undefined;
}

async function within<Value>(timeoutMs: number, work: Promise<Value>): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
