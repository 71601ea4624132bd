// Starts a real Kafka (one node, KRaft) for a test: on free ports that survive a restart, in a folder of its own.
import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import { correctIdleTimers } from '../../gateway/purge/kafka-idle.ts';
import { type Child, spawnServer } from './child.ts';
import { eventually } from './eventually.ts';
import { freePorts } from './free-port.ts';
import { cutTail } from './kafka-cut-tail.ts';
import { kafkaProperties, kafkaServerArguments, kafkaTemplateDir } from './kafka-properties.ts';
import { findProgram, findService, howToGet } from './service-paths.ts';

export interface KafkaBrokerOptions {
  /** Broker settings that beat the harness's own, such as `{ 'log.retention.check.interval.ms': '1000' }`. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Puts something between the broker and its clients: gets the broker's port, gives the one that clients are told. */
  readonly through?: (brokerPort: number) => Promise<number>;
}

export interface TopicOptions {
  /** Default 1. */
  readonly partitionCount?: number;
  /** Topic settings, such as `{ 'retention.ms': '1000' }`. */
  readonly config?: Readonly<Record<string, string>>;
}

export interface KafkaBroker {
  /** `['127.0.0.1:PORT']`, for kafkajs. */
  readonly brokers: string[];
  readonly port: number;
  /** The broker's JVM. */
  readonly pid: number;
  /** Random, so that two brokers are two clusters. */
  readonly clusterId: string;
  /** @throws {Error} when it exists. */
  createTopic(topic: string, options?: TopicOptions): Promise<void>;
  deleteTopic(topic: string): Promise<void>;
  /** Lends a connected kafkajs admin client and disconnects it afterwards. */
  withAdmin<Result>(use: (admin: Admin) => Promise<Result>): Promise<Result>;
  /** What the broker wrote to its log. */
  output(): string;
  /** SIGKILL. What it had acknowledged is kept for restart(). */
  kill(): Promise<void>;
  freeze(): Promise<void>;
  thaw(): void;
  /** Starts it again on the same ports and data, killed first when it runs (2 to 3 s). */
  restart(): Promise<void>;
  /** Kills it and starts it again without the records of a topic of one partition from this offset on. */
  loseTail(topic: string, fromOffset: number): Promise<void>;
  /** Ends it and removes its folder. Fine when it is dead or frozen. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 120_000;
const TOPIC_TIMEOUT_MS = 30_000;

/** Starts a broker; resolves when it takes connections (2 to 3 s). @throws {Error} when Kafka is not installed or does not start. */
export async function startKafka(options: KafkaBrokerOptions = {}): Promise<KafkaBroker> {
  const java = findProgram('java');
  if (java === undefined || findService('kafka') === undefined) {
    throw new Error(`Expected Kafka on this machine. Get it: ${howToGet('kafka')}`);
  }
  const [brokerPort = 0, controllerPort = 0] = await freePorts(2);
  const dir = await mkdtemp(join(tmpdir(), 'freshet-kafka-'));
  const logDir = join(dir, 'data');
  const propertiesFile = join(dir, 'server.properties');
  const clusterId = await copyTemplate(logDir);
  const port = (await options.through?.(brokerPort)) ?? brokerPort;
  const advertised = { 'advertised.listeners': `BROKER://127.0.0.1:${port}` };
  const properties = kafkaProperties({ brokerPort, controllerPort }, logDir, { ...advertised, ...options.properties });
  await writeFile(propertiesFile, properties);
  const brokers = [`127.0.0.1:${port}`];
  const launch = (): Promise<Child> =>
    spawnServer({ name: `kafka ${brokerPort}`, command: java, args: kafkaServerArguments(propertiesFile) }, (started) =>
      started.waitForLine(/Kafka Server started/, START_TIMEOUT_MS),
    );
  let child = await launch();

  const withAdmin = <Result>(use: (admin: Admin) => Promise<Result>): Promise<Result> => lendAdmin(brokers, use);
  return {
    brokers,
    port,
    clusterId,
    get pid() {
      return child.pid;
    },
    withAdmin,
    async createTopic(topic, topicOptions = {}) {
      const configEntries = Object.entries(topicOptions.config ?? {}).map(([name, value]) => ({ name, value }));
      const topics = [{ topic, numPartitions: topicOptions.partitionCount ?? 1, replicationFactor: 1, configEntries }];
      // Not `waitForLeaders`: on a slow machine it gives up while the broker still takes the partition over.
      const created = await withAdmin((admin) => admin.createTopics({ topics, waitForLeaders: false }));
      if (!created) throw new Error(`Expected to create topic ${topic}, it exists`);
      await eventually(() => withAdmin((admin) => admin.fetchTopicOffsets(topic)), {
        timeoutMs: TOPIC_TIMEOUT_MS,
        what: `a leader of topic ${topic}`,
      });
    },
    deleteTopic: (topic) => withAdmin((admin) => admin.deleteTopics({ topics: [topic] })),
    output: () => child.output(),
    kill: async () => void (await child.kill()),
    freeze: () => child.freeze(),
    thaw: () => child.thaw(),
    async restart() {
      await child.kill();
      child = await launch();
    },
    async loseTail(topic, fromOffset) {
      await child.kill();
      await cutTail(join(logDir, `${topic}-0`), fromOffset);
      child = await launch();
    },
    async stop() {
      await child.kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** The formatted folder says which cluster it belongs to; nothing else in it depends on that. */
async function copyTemplate(logDir: string): Promise<string> {
  await cp(kafkaTemplateDir(), logDir, { recursive: true });
  const clusterId = randomBytes(16).toString('base64url');
  const metaFile = join(logDir, 'meta.properties');
  const meta = await readFile(metaFile, 'utf8');
  const changed = meta.replace(/^cluster\.id=.*$/m, `cluster.id=${clusterId}`);
  if (changed === meta) throw new Error(`Expected a line cluster.id=… in ${metaFile}, found:\n${meta}`);
  await writeFile(metaFile, changed);
  return clusterId;
}

async function lendAdmin<Result>(brokers: string[], use: (admin: Admin) => Promise<Result>): Promise<Result> {
  // Else kafkajs arms a timer with a negative span and Node warns of it in every test's output.
  correctIdleTimers();
  const retry = { initialRetryTime: 50, maxRetryTime: 300, retries: 100 };
  const kafka = new Kafka({ clientId: 'test-support', brokers, logLevel: logLevel.NOTHING, retry });
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}
