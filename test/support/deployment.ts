// Starts the whole system as real processes for a test file: PostgreSQL, Kafka, Redis shards, subgraphs with their relays, gateways.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DatabaseUrls, databaseUrls, migrateSubgraph, SUBGRAPH_NAMES, type SubgraphName } from '../../subgraphs/graph.ts';
import { openLog } from '../../subgraphs/kit/log.ts';
import { seedGraph } from '../../subgraphs/seed.ts';
import { type AnswerHolder, startAnswerHolder } from './deployment/answer-holder.ts';
import { type Databases, openDatabases } from './deployment/databases.ts';
import { type GatewayProcess, startGatewayProcess } from './deployment/gateway-process.ts';
import type { GraphQLClient } from './deployment/graphql-client.ts';
import type { Metrics } from './deployment/metrics-text.ts';
import { type SubgraphProcess, startSubgraphProcess } from './deployment/subgraph-process.ts';
import { type KafkaBroker, startKafka } from './kafka-broker.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

/** What tests ask of any form of the system. */
export interface Deployment {
  readonly gatewayCount: number;
  ask(gatewayIndex: number, ...question: Parameters<GraphQLClient['ask']>): ReturnType<GraphQLClient['ask']>;
  /** Plain SQL, around the application. */
  readonly sql: Databases['sql'];
  metrics(gatewayIndex: number): Promise<Metrics>;
  /** Leaves no process. */
  stop(): Promise<void>;
}

export interface KafkaDeployment extends Deployment {
  readonly postgres: PostgresServer;
  readonly kafka: KafkaBroker;
  readonly topic: string;
  readonly shards: readonly RedisServer[];
  readonly subgraphs: Readonly<Record<SubgraphName, SubgraphProcess>>;
  readonly gateways: readonly GatewayProcess[];
  /** Those that were asked for. @throws {Error} for one that was not */
  holder(subgraph: SubgraphName): AnswerHolder;
  createTopic(): Promise<void>;
}

export interface KafkaDeploymentOptions {
  /** Of the sample data. Default 0.01: 100 products, 200 users, 1,000 reviews. */
  readonly scale?: number;
  /** One for each gateway, laid over the config's sections. Default: two of the usual config. */
  readonly gateways?: readonly GatewayOverrides[];
  /** Subgraphs whose answers the test wants to hold back. */
  readonly holders?: readonly SubgraphName[];
}

/** Settings of freshet.yaml, in place of the usual ones of their section. */
export interface GatewayOverrides {
  readonly cache?: object;
  readonly purge?: object;
  readonly graph?: string;
}

export const PURGE_TOPIC = 'freshet.purge';
const DEFAULT_SCALE = 0.01;
const SHARD_COUNT = 2;
/** A gateway that starts without Kafka serves after this. */
const READY_TIMEOUT = '5s';
const SUPERGRAPH = fileURLToPath(new URL('../../schema/supergraph.graphql', import.meta.url));

type Close = () => Promise<unknown>;

/** Resolves when both gateways serve, 5 to 15 s. @throws {Error} with nothing left running */
export async function startKafkaDeployment(options: KafkaDeploymentOptions = {}): Promise<KafkaDeployment> {
  const layers: Close[][] = [];
  try {
    return await start(options, layers);
  } catch (cause) {
    await stopLayers(layers).catch(() => undefined);
    throw cause;
  }
}

async function start(options: KafkaDeploymentOptions, layers: Close[][]): Promise<KafkaDeployment> {
  const secret = randomUUID();
  const servers: Close[] = [];
  layers.push(servers);
  const folder = await mkdtemp(join(tmpdir(), 'freshet-deployment-'));
  servers.push(() => rm(folder, { recursive: true, force: true }));
  const [{ postgres, urls }, kafka, ...shards] = await Promise.all([
    kept(servers, startPostgres()).then(async (started) => ({
      postgres: started,
      urls: await fillDatabases(started.url, options.scale ?? DEFAULT_SCALE),
    })),
    kept(servers, startKafka()).then(async (started) => {
      await createTopics(started);
      return started;
    }),
    ...Array.from({ length: SHARD_COUNT }, () => kept(servers, startRedis())),
  ]);
  const databases = openDatabases(urls);
  servers.push(() => databases.close());

  const relays: Close[] = [];
  layers.push(relays);
  const begin = (name: SubgraphName): Promise<SubgraphProcess> =>
    kept(
      relays,
      startSubgraphProcess({ name, databaseUrl: urls[name], brokers: kafka.brokers, topic: PURGE_TOPIC, secret }),
    );
  const [accounts, catalog, inventory, reviews] = await Promise.all([
    begin('accounts'),
    begin('catalog'),
    begin('inventory'),
    begin('reviews'),
  ]);
  const subgraphs = { accounts, catalog, inventory, reviews };
  const holders = new Map<SubgraphName, AnswerHolder>();
  for (const name of options.holders ?? []) {
    holders.set(name, await kept(relays, startAnswerHolder(subgraphs[name].url)));
  }

  const doors: Close[] = [];
  layers.push(doors);
  const base = {
    urls: Object.fromEntries(SUBGRAPH_NAMES.map((name) => [name, holders.get(name)?.url ?? subgraphs[name].url])),
    shards: shards.map(({ url }) => url),
    brokers: kafka.brokers,
  };
  const gateways = await Promise.all(
    (options.gateways ?? [{}, {}]).map((overrides, index) =>
      kept(doors, startGatewayProcess({ index, config: gatewayConfig(base, overrides), secret, folder })),
    ),
  );
  const gateway = (index: number): GatewayProcess => {
    const found = gateways[index];
    if (found === undefined) throw new Error(`Expected a gateway from 0 to ${gateways.length - 1}, got ${index}`);
    return found;
  };
  return {
    gatewayCount: gateways.length,
    postgres,
    kafka,
    topic: PURGE_TOPIC,
    shards,
    subgraphs,
    gateways,
    holder(subgraph) {
      const found = holders.get(subgraph);
      if (found === undefined) throw new Error(`Expected ${subgraph} among the holders of this deployment`);
      return found;
    },
    createTopic: () => kafka.createTopic(PURGE_TOPIC),
    ask: (index, ...question) => gateway(index).ask(...question),
    sql: databases.sql,
    metrics: (index) => gateway(index).metrics(),
    stop: () => stopLayers(layers),
  };
}

async function fillDatabases(serverUrl: string, scale: number): Promise<DatabaseUrls> {
  const urls = databaseUrls(serverUrl);
  for (const name of SUBGRAPH_NAMES) await migrateSubgraph(name, urls[name], openLog(name, 'error'));
  const log = openLog('seed', 'error');
  await seedGraph({ databaseUrls: urls, scale, whenFilled: 'keep', log, onProgress: () => undefined });
  return urls;
}

async function createTopics(kafka: KafkaBroker): Promise<void> {
  await kafka.createTopic(PURGE_TOPIC);
  await kafka.createTopic(`${PURGE_TOPIC}.dead-letter`);
}

interface ConfigBase {
  readonly urls: Readonly<Record<string, string>>;
  readonly shards: readonly string[];
  readonly brokers: readonly string[];
}

function gatewayConfig({ urls, shards, brokers }: ConfigBase, overrides: GatewayOverrides): object {
  return {
    supergraph: { path: SUPERGRAPH },
    ...(overrides.graph === undefined ? {} : { graph: overrides.graph }),
    subgraphs: Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, { url }])),
    cache: {
      shards,
      bound: '5s',
      default: { ttl: '60s', negativeTtl: '10s' },
      subgraphs: {
        accounts: { types: { User: { precise: true } } },
        catalog: { types: { Product: { precise: true }, Brand: { precise: true } } },
      },
      ...overrides.cache,
    },
    purge: { kafka: { brokers, topic: PURGE_TOPIC }, readyTimeout: READY_TIMEOUT, ...overrides.purge },
    headers: { authorization: { forward: ['accounts'], key: 'subject' } },
    auth: { jwt: { secret: TOKEN_SECRET } },
  };
}

/** Of the tokens that name a subject: HS256. */
export const TOKEN_SECRET = 'a secret of the tests, long enough';

/** Notes how to stop what is being started, as soon as it is there: also when what starts beside it fails. */
async function kept<Server extends { stop(): Promise<unknown> }>(
  closers: Close[],
  starting: Promise<Server>,
): Promise<Server> {
  const settled = starting.then((server) => {
    closers.push(() => server.stop());
    return server;
  });
  // Whoever stops the layer waits for it to have started.
  const index = closers.push(() => settled.catch(() => undefined)) - 1;
  void index;
  return settled;
}

/** The latest layer first; all of it is stopped, whatever fails. @throws {Error} the first failure */
async function stopLayers(layers: Close[][]): Promise<void> {
  const failures: unknown[] = [];
  for (const layer of layers.splice(0).reverse()) {
    const results = await Promise.allSettled(layer.map((close) => close()));
    for (const result of results) if (result.status === 'rejected') failures.push(result.reason);
  }
  if (failures.length > 0) throw failures[0];
}
