// The whole system in one process: PostgreSQL, subgraphs, relays, purge log, gateway. Each part gives way to a real one by environment.

import { randomUUID } from 'node:crypto';
import { closeInReverse } from '../../gateway/assembly/close-in-reverse.ts';
import { systemClock } from '../../gateway/clock.ts';
import { type RunningGateway, startGateway } from '../../gateway/gateway.ts';
import { createMemoryLog } from '../../gateway/purge/memory-log.ts';
import { createLog } from '../../gateway/telemetry/logs.ts';
import {
  type DatabaseUrls,
  databaseUrls,
  migrateSubgraph,
  SUBGRAPH_NAMES,
  type SubgraphName,
  serveSubgraph,
} from '../graph.ts';
import { startEmbeddedPostgres } from '../kit/embedded-postgres.ts';
import { kafkaPurgeLog } from '../kit/kafka-log.ts';
import { type LogLevel, openLog } from '../kit/log.ts';
import type { PurgeLogProducer } from '../kit/purge-log.ts';
import type { Subgraph } from '../kit/subgraph.ts';
import { startRelays } from '../relays.ts';
import { type SeedProgress, seedGraph } from '../seed.ts';
import { postgresFolder, removeData } from './data-folder.ts';
import { embeddedConfig, withSubgraphsAt } from './gateway-config.ts';

export interface SystemOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly dataFolder: string;
  /** Of earlier starts. Default: kept. */
  readonly earlierData?: 'keep' | 'forget';
  /** Of the sample data. */
  readonly scale: number;
  readonly port?: string | undefined;
  readonly managementPort?: string | undefined;
  readonly logLevel: LogLevel;
  readonly say: (step: string) => void;
  readonly onSeed: (progress: SeedProgress) => void;
  /** Changes the gateway's config, given and returned as YAML. Default: as it is. */
  readonly gatewayConfig?: (text: string) => string;
  /** Where the gateway finds a subgraph. Default: where it listens. */
  readonly placeOf?: (name: SubgraphName, url: string) => Promise<string>;
  /** Gives up the start: what runs by then is stopped. */
  readonly signal?: AbortSignal;
}

export interface RunningSystem {
  readonly gateway: RunningGateway;
  readonly databaseUrls: DatabaseUrls;
  readonly subgraphs: readonly Subgraph[];
  /** What runs for PostgreSQL, cache shards and purge log, in words. */
  readonly parts: readonly SystemPart[];
  /** Stops all of it and leaves no process. */
  stop(): Promise<void>;
}

export interface SystemPart {
  readonly name: string;
  readonly what: string;
  /** The variable that puts a real one in its place; null where one is already. */
  readonly replacedBy: string | null;
}

const DEFAULT_TOPIC = 'freshet.purge';

/** @throws {Error} saying what is in the way, with nothing left running; a wrong setting is told before anything is started or removed */
export async function startSystem(options: SystemOptions): Promise<RunningSystem> {
  const closers: (() => Promise<unknown>)[] = [];
  const stop = (): Promise<void> => closeInReverse(closers);
  try {
    return await open(options, closers, stop);
  } catch (error) {
    // What went wrong first is what has to be told.
    await stop().catch(() => undefined);
    throw error;
  }
}

async function open(
  options: SystemOptions,
  closers: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<RunningSystem> {
  const { env, say, scale, port, managementPort, logLevel, signal, gatewayConfig } = options;
  const secret = env.SUBGRAPH_SECRET || randomUUID();
  const config = embeddedConfig(
    { ...env, SUBGRAPH_SECRET: secret, LOG_LEVEL: logLevel },
    { port, managementPort },
    gatewayConfig,
  );
  if (options.earlierData === 'forget') await removeData(options.dataFolder);
  const database = await openDatabaseServer(options, closers);
  const urls = databaseUrls(database.url, env);
  signal?.throwIfAborted();
  say('bringing the databases up to date');
  for (const name of SUBGRAPH_NAMES) await migrateSubgraph(name, urls[name], openLog(name, logLevel));
  await seedGraph({
    databaseUrls: urls,
    scale,
    whenFilled: 'keep',
    log: openLog('seed', logLevel),
    onProgress: options.onSeed,
  });

  signal?.throwIfAborted();
  const subgraphs: Subgraph[] = [];
  const places = new Map<string, string>();
  for (const name of SUBGRAPH_NAMES) {
    const subgraph = await serveSubgraph(name, {
      databaseUrl: urls[name],
      port: 0,
      secret,
      log: openLog(name, logLevel),
    });
    closers.push(() => subgraph.stop());
    subgraphs.push(subgraph);
    places.set(name, (await options.placeOf?.(name, subgraph.url)) ?? subgraph.url);
  }
  const memoryLog = env.KAFKA_BROKERS ? null : createMemoryLog({ clock: systemClock(), name: randomUUID() });
  const producer = memoryLog ?? kafkaProducer(env.KAFKA_BROKERS ?? '');
  closers.push(() => producer.close());
  closers.push(
    startRelays({ databaseUrls: urls, log: producer, logger: (name) => openLog(`relay ${name}`, logLevel) }),
  );

  const log = createLog({ level: logLevel, stream: process.stderr, colours: env.NO_COLOR ? 'off' : 'on' });
  const opening = startGateway(withSubgraphsAt(config, places), log, memoryLog);
  closers.push(() =>
    opening.then(
      (gateway) => gateway.stop(),
      () => undefined,
    ),
  );
  const gateway = await unlessAborted(opening, signal);
  return { gateway, databaseUrls: urls, subgraphs, parts: partsOf(env, database.what), stop };
}

/** @throws the signal's reason, without waiting for what is under way: whoever closes it does */
function unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return work;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return Promise.race([work, aborted]);
}

async function openDatabaseServer(
  { env, say, dataFolder }: SystemOptions,
  closers: (() => Promise<unknown>)[],
): Promise<{ readonly url: string; readonly what: string }> {
  if (env.DATABASE_URL) return { url: env.DATABASE_URL, what: 'the server of DATABASE_URL' };
  say('starting PostgreSQL');
  const lines: string[] = [];
  const postgres = await startEmbeddedPostgres({
    dataDir: postgresFolder(dataFolder),
    log: (line) => void lines.push(line),
  });
  closers.push(() => postgres.stop());
  return {
    url: postgres.url,
    what: `PostgreSQL ${postgres.version} of our own, data in ${postgresFolder(dataFolder)}`,
  };
}

const kafkaProducer = (brokers: string): PurgeLogProducer =>
  kafkaPurgeLog({
    brokers: brokers.split(',').map((broker) => broker.trim()),
    topic: DEFAULT_TOPIC,
    clientId: 'freshet-relay',
  });

function partsOf(env: SystemOptions['env'], database: string): readonly SystemPart[] {
  return [
    { name: 'database', what: database, replacedBy: env.DATABASE_URL ? null : 'DATABASE_URL' },
    {
      name: 'cache shards',
      what: env.SHARD_URLS ? 'those of SHARD_URLS' : 'three in memory, 32 MiB each',
      replacedBy: env.SHARD_URLS ? null : 'SHARD_URLS',
    },
    {
      name: 'purge log',
      what: env.KAFKA_BROKERS ? `topic ${DEFAULT_TOPIC} of KAFKA_BROKERS` : 'in this process',
      replacedBy: env.KAFKA_BROKERS ? null : 'KAFKA_BROKERS',
    },
  ];
}
