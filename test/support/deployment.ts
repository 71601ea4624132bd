// Starts the whole system as real processes for a test file: PostgreSQL, Kafka, Redis shards, subgraphs with their relays, gateways.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DatabaseUrls,
  databaseUrls,
  migrateSubgraph,
  SUBGRAPH_NAMES,
  type SubgraphName,
} from '../../subgraphs/graph.ts';
import { openLog } from '../../subgraphs/kit/log.ts';
import { seedGraph } from '../../subgraphs/seed.ts';
import { type AnswerHolder, startAnswerHolder } from './deployment/answer-holder.ts';
import { type Closers, createClosers } from './deployment/closers.ts';
import { type Databases, openDatabases } from './deployment/databases.ts';
import { type GatewayProcess, startGatewayProcess } from './deployment/gateway-process.ts';
import { type GatewayOverrides, gatewaySettings } from './deployment/gateway-settings.ts';
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
  /** Such as `http://127.0.0.1:4001`. */
  managementOrigin(gatewayIndex: number): string;
  readonly shardCount: number;
  /** GraphQL of a subgraph, around gateways and holders. */
  subgraphUrl(subgraph: SubgraphName): string;
  /** What subgraphs want to be told in the header `freshet-secret`. */
  readonly secret: string;
  /** Those that were asked for. @throws {Error} for one that was not */
  holder(subgraph: SubgraphName): AnswerHolder;
  /** Leaves no process. */
  stop(): Promise<void>;
}

export interface KafkaDeployment extends Deployment {
  readonly postgres: PostgresServer;
  readonly kafka: KafkaBroker;
  readonly shards: readonly RedisServer[];
  readonly subgraphs: Readonly<Record<SubgraphName, SubgraphProcess>>;
  readonly gateways: readonly GatewayProcess[];
}

export interface KafkaDeploymentOptions {
  /** Of the sample data. Default 0.01: 100 products, 200 users, 1,000 reviews. */
  readonly scale?: number;
  /** One for each gateway. Default: two of the usual config. */
  readonly gateways?: readonly GatewayOverrides[];
  /** Subgraphs whose answers the test wants to hold back. */
  readonly holders?: readonly SubgraphName[];
}

export const PURGE_TOPIC = 'freshet.purge';
export const DEAD_LETTER_TOPIC = `${PURGE_TOPIC}.dead-letter`;
export const DEFAULT_SCALE = 0.01;
const SHARD_COUNT = 2;

/** Resolves when all gateways serve, 5 to 15 s. @throws {Error} with nothing left running */
export async function startKafkaDeployment(options: KafkaDeploymentOptions = {}): Promise<KafkaDeployment> {
  const closers = createClosers();
  try {
    return await start(options, closers);
  } catch (cause) {
    await closers.stop().catch(() => undefined);
    throw cause;
  }
}

async function start(options: KafkaDeploymentOptions, closers: Closers): Promise<KafkaDeployment> {
  const { kept } = closers;
  const secret = randomUUID();
  const folder = await mkdtemp(join(tmpdir(), 'freshet-deployment-'));
  void kept(Promise.resolve({ stop: () => rm(folder, { recursive: true, force: true }) }));
  const [{ postgres, urls }, kafka, ...shards] = await Promise.all([
    startFilled(kept(startPostgres()), options.scale ?? DEFAULT_SCALE),
    startWithTopics(kept(startKafka())),
    ...Array.from({ length: SHARD_COUNT }, () => kept(startRedis())),
  ]);

  closers.layer();
  const databases = openDatabases(urls);
  void kept(Promise.resolve({ stop: databases.close }));
  const common = { brokers: kafka.brokers, topic: PURGE_TOPIC, secret };
  const begin = (name: SubgraphName): Promise<SubgraphProcess> =>
    kept(startSubgraphProcess({ name, databaseUrl: urls[name], ...common }));
  const [accounts, catalog, inventory, reviews] = await Promise.all([
    begin('accounts'),
    begin('catalog'),
    begin('inventory'),
    begin('reviews'),
  ]);
  const subgraphs = { accounts, catalog, inventory, reviews };
  const holders = new Map<SubgraphName, AnswerHolder>();
  for (const name of options.holders ?? []) holders.set(name, await kept(startAnswerHolder(subgraphs[name].url)));

  closers.layer();
  const base = {
    urls: Object.fromEntries(SUBGRAPH_NAMES.map((name) => [name, (holders.get(name) ?? subgraphs[name]).url])),
    shards: shards.map(({ url }) => url),
    ...common,
  };
  const gateways = await Promise.all(
    (options.gateways ?? [{}, {}]).map((overrides, index) =>
      kept(startGatewayProcess({ index, config: gatewaySettings(base, overrides), secret, folder })),
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
    shards,
    subgraphs,
    gateways,
    managementOrigin: (index) => gateway(index).managementOrigin,
    shardCount: shards.length,
    subgraphUrl: (name) => subgraphs[name].url,
    secret,
    holder: (subgraph) => holderOf(holders, subgraph),
    ask: (index, ...question) => gateway(index).ask(...question),
    sql: databases.sql,
    metrics: (index) => gateway(index).metrics(),
    stop: closers.stop,
  };
}

export function holderOf(holders: ReadonlyMap<SubgraphName, AnswerHolder>, subgraph: SubgraphName): AnswerHolder {
  const found = holders.get(subgraph);
  if (found === undefined) throw new Error(`Expected ${subgraph} among the holders of this deployment`);
  return found;
}

async function startFilled(
  starting: Promise<PostgresServer>,
  scale: number,
): Promise<{ readonly postgres: PostgresServer; readonly urls: DatabaseUrls }> {
  const postgres = await starting;
  const urls = databaseUrls(postgres.url);
  for (const name of SUBGRAPH_NAMES) await migrateSubgraph(name, urls[name], openLog(name, 'error'));
  const log = openLog('seed', 'error');
  await seedGraph({ databaseUrls: urls, scale, whenFilled: 'keep', log, onProgress: () => undefined });
  return { postgres, urls };
}

async function startWithTopics(starting: Promise<KafkaBroker>): Promise<KafkaBroker> {
  const kafka = await starting;
  await kafka.createTopic(PURGE_TOPIC);
  await kafka.createTopic(DEAD_LETTER_TOPIC);
  return kafka;
}
