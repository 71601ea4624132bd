// The purge log on Kafka: the gateway's one door to kafkajs.
//
// kafkajs has no `assign` and hides what matters here: it jumps without an error when an offset is out of range, and after
// every join of its group it begins where the group committed, which is nowhere. So each process is alone in a group of
// its own that commits nothing, seeks at every join and break, and the feed compares every offset with the one it expects.

// As a whole: of the names of this CommonJS module, Node finds only the first few.
import kafkajs, { type Admin, type EachBatchPayload, type Kafka, type Producer } from 'kafkajs';
import type { WireRecord } from '../../schema/purge-event.ts';
import { GatewayError, wordsOf } from '../errors.ts';
import { createPlace, type Place } from './kafka-breaks.ts';
import { correctIdleTimers } from './kafka-idle.ts';
import { entryOf, messageOf } from './kafka-record.ts';
import type { LogReader, LogWorker, OpenedLog, PurgeLog } from './log.ts';
import { assertFit } from './purge-topic.ts';
import { tryForEver, within } from './waiting.ts';

export interface KafkaLogOptions {
  readonly brokers: readonly string[];
  readonly topic: string;
  /** Unguessable and never the same twice: names the groups of this process. */
  readonly randomId: () => string;
}

/** How a consumer begins, and what it does with what it reads. */
interface Consumption {
  readonly groupId: string;
  readonly commits: 'offsets' | 'nothing';
  /** The offset to begin at after every join and break. Null: where the group was. */
  readonly resumeFrom: (() => number) | null;
  readonly handle: (payload: EachBatchPayload) => Promise<void>;
}

const CLIENT_RETRY = { initialRetryTime: 50, maxRetryTime: 300, retries: 8 };
const CONNECTION_TIMEOUT_MS = 1_000;
/** A broker that is frozen is left after this; longer than it takes to answer a produce with all its replicas. */
const REQUEST_TIMEOUT_MS = 5_000;
const CALL_TIMEOUT_MS = 5_000;
const CLOSE_TIMEOUT_MS = 3_000;
/** kafkajs says that it stops before it says why. */
const CRASH_WORD_MS = 500;
/** How long a missing dead-letter topic is believed to be missing. */
const NO_TOPIC_MS = 60_000;

/** Connects to nothing before it is used. */
export function createKafkaLog({ brokers, topic, randomId }: KafkaLogOptions): PurgeLog {
  correctIdleTimers();
  const clientOver = (socketFactory?: Place['socketFactory']): Kafka =>
    new kafkajs.Kafka({
      clientId: 'freshet-gateway',
      brokers: [...brokers],
      socketFactory,
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      retry: { ...CLIENT_RETRY, restartOnFailure: async () => false },
      // What goes wrong reaches us as an error and is reported once, by whoever asked.
      logLevel: kafkajs.logLevel.NOTHING,
    });
  const kafka = clientOver();
  const closing = new AbortController();
  const running: Promise<void>[] = [];
  const groups: string[] = [];
  const deadLetterTopic = `${topic}.dead-letter`;
  let producer: Promise<Producer> | null = null;
  let noDeadLetterTopicUntil = 0;

  const unreachable = (cause: unknown): GatewayError => {
    if (cause instanceof GatewayError) return cause;
    const words = wordsOf(cause);
    const message = `Expected the purge log at ${brokers.join(', ')}, topic ${topic}: ${words}`;
    return new GatewayError('PURGE_LOG_UNREACHABLE', message, { cause });
  };
  const call = async <Result>(ask: () => Promise<Result>): Promise<Result> => {
    try {
      closing.signal.throwIfAborted();
      return await within(CALL_TIMEOUT_MS, ask());
    } catch (error) {
      throw unreachable(error);
    }
  };
  const withAdmin = async <Result>(ask: (admin: Admin) => Promise<Result>): Promise<Result> => {
    const admin = kafka.admin();
    try {
      await admin.connect();
      return await ask(admin);
    } finally {
      // Not waited for: its answer is there.
      void admin.disconnect().catch(() => undefined);
    }
  };
  const endPosition = async (admin: Admin): Promise<number> => {
    const [partition] = await admin.fetchTopicOffsets(topic);
    return Number(partition?.high ?? 0) - 1;
  };
  const open = (fromAt: number): Promise<OpenedLog> =>
    withAdmin(async (admin) => {
      const { clusterId } = await admin.describeCluster();
      await assertTopic(admin, topic);
      const [from] = await admin.fetchTopicOffsetsByTimestamp(topic, Math.max(0, Math.floor(fromAt)));
      const end = await endPosition(admin);
      const position = Math.min(Number(from?.offset ?? 0) - 1, end);
      return { name: `${clusterId}/${topic}`, numbering: 'offsets', position, endPosition: end };
    });

  /** Reads until the consumer fails or the log is closed. */
  const consume = async ({ groupId, commits, resumeFrom, handle }: Consumption): Promise<void> => {
    // Closed while it was opened: nobody would end this.
    closing.signal.throwIfAborted();
    // One that does not stop in time must not go on beside its successor.
    let isOver = false;
    const goTo = (offset: number): void =>
      isOver ? undefined : consumer.seek({ topic, partition: 0, offset: String(offset) });
    const place = resumeFrom === null ? null : createPlace(resumeFrom, goTo);
    const consumer = clientOver(place?.socketFactory).consumer({
      groupId,
      sessionTimeout: 10_000,
      heartbeatInterval: 2_000,
      maxWaitTimeInMs: 50,
      maxBytesPerPartition: 256 * 1024,
      allowAutoTopicCreation: false,
    });
    const { promise: over, resolve: end, reject: crash } = Promise.withResolvers<void>();
    over.catch(() => undefined);
    const { GROUP_JOIN, FETCH_START, FETCH, CRASH, STOP } = consumer.events;
    consumer.on(GROUP_JOIN, () => place?.joined());
    consumer.on(FETCH_START, ({ payload }) => place?.fetchBegins(payload.nodeId));
    consumer.on(FETCH, ({ payload }) => place?.fetchEnded(payload.nodeId));
    consumer.on(CRASH, ({ payload }) => crash(payload.error));
    consumer.on(STOP, () => void setTimeout(() => crash(new Error('the consumer stopped')), CRASH_WORD_MS).unref());
    const onClosing = (): void => end();
    closing.signal.addEventListener('abort', onClosing);
    try {
      await Promise.race([over, consumer.connect()]);
      // Out of range means: the log was trimmed, or is another one. Both show at its beginning, neither at its end.
      await Promise.race([over, consumer.subscribe({ topics: [topic], fromBeginning: true })]);
      await Promise.race([
        over,
        consumer.run({
          autoCommit: commits === 'offsets',
          eachBatchAutoResolve: commits === 'nothing',
          eachBatch: async (payload) => (isOver ? undefined : handle(payload)),
        }),
      ]);
      await over;
    } finally {
      isOver = true;
      closing.signal.removeEventListener('abort', onClosing);
      await within(CLOSE_TIMEOUT_MS, consumer.disconnect()).catch(() => undefined);
    }
  };
  const persist = (attempt: () => Promise<void>, failing: (error: GatewayError) => void): void => {
    running.push(tryForEver(attempt, (error) => failing(unreachable(error)), closing.signal));
  };
  const send = async (to: string, records: readonly WireRecord[]): Promise<number> => {
    producer ??= connectProducer(kafka);
    const mine = producer;
    try {
      const [sent] = await (await mine).send({ topic: to, acks: -1, messages: records.map(messageOf) });
      return Number(sent?.baseOffset ?? -1);
    } catch (error) {
      // Its sequence numbers may be behind what the broker has.
      if (producer === mine) producer = null;
      void mine.then((failed) => failed.disconnect()).catch(() => undefined);
      throw error;
    }
  };

  return {
    read(fromAt: number, reader: LogReader) {
      let opened = false;
      const attempt = async (): Promise<void> => {
        if (!opened) {
          reader.opened(await call(() => open(fromAt)));
          opened = true;
        }
        const groupId = `freshet.feed.${randomId()}`;
        groups.push(groupId);
        await consume({
          groupId,
          commits: 'nothing',
          resumeFrom: reader.resumeFrom,
          async handle({ batch }) {
            for (const message of batch.messages) reader.read(entryOf(message));
          },
        });
      };
      persist(attempt, (error) => reader.failing(error));
    },
    share(group: string, worker: LogWorker, onFailing) {
      const attempt = (): Promise<void> =>
        consume({
          groupId: group,
          commits: 'offsets',
          resumeFrom: null,
          async handle({ batch, resolveOffset, heartbeat, isRunning, isStale }) {
            for (const message of batch.messages) {
              if (!isRunning() || isStale()) return;
              await worker(entryOf(message)).catch(() => undefined);
              resolveOffset(message.offset);
              await heartbeat();
            }
          },
        });
      persist(attempt, onFailing);
    },
    append: (records) => call(async () => ({ baseOffset: await send(topic, records) })),
    setAside: (records) =>
      call(async () => {
        if (performance.now() < noDeadLetterTopicUntil) return 'no-topic';
        const topics = await withAdmin((admin) => admin.listTopics());
        if (!topics.includes(deadLetterTopic)) {
          noDeadLetterTopicUntil = performance.now() + NO_TOPIC_MS;
          return 'no-topic';
        }
        await send(deadLetterTopic, records);
        return 'kept';
      }),
    endPosition: () => call(() => withAdmin(endPosition)),
    async close() {
      closing.abort();
      await Promise.all(running);
      const leave = producer?.then((connected) => connected.disconnect()).catch(() => undefined);
      // A group without members and offsets goes by itself; one that kafkajs gave an offset would stay a week.
      const forget = withAdmin((admin) => admin.deleteGroups(groups)).catch(() => undefined);
      await within(CLOSE_TIMEOUT_MS, Promise.all([leave, forget])).catch(() => undefined);
    },
  };
}

/** @throws {GatewayError} PURGE_TOPIC_INVALID */
async function assertTopic(admin: Admin, topic: string): Promise<void> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: ['cleanup.policy'] }],
  });
  const policy = resources[0]?.configEntries.find(({ configName }) => configName === 'cleanup.policy')?.configValue;
  assertFit({ topic, partitionCount: topics[0]?.partitions.length ?? 0, cleanupPolicy: policy ?? '(unknown)' });
}

async function connectProducer(kafka: Kafka): Promise<Producer> {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  return producer;
}
