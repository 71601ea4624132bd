// The whole system in this process, as `npm start` has it, for tests: PostgreSQL, memory shards, in-process purge log, one gateway.
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresFolder } from '../../subgraphs/embedded/data-folder.ts';
import { type RunningSystem, startSystem } from '../../subgraphs/embedded/system.ts';
import { databaseUrls, type SubgraphName } from '../../subgraphs/graph.ts';
import { startEmbeddedPostgres } from '../../subgraphs/kit/embedded-postgres.ts';
import type { LogLevel } from '../../subgraphs/kit/log.ts';
import { type AnswerHolder, startAnswerHolder } from './deployment/answer-holder.ts';
import { type Closers, createClosers } from './deployment/closers.ts';
import { type Databases, openDatabases } from './deployment/databases.ts';
import { embeddedSettings } from './deployment/embedded-settings.ts';
import { scrape } from './deployment/gateway-process.ts';
import type { GatewayOverrides } from './deployment/gateway-settings.ts';
import { type GraphQLClient, openGraphQLClient } from './deployment/graphql-client.ts';
import { DEFAULT_SCALE, type Deployment, holderOf } from './deployment.ts';
import { noteOpen } from './open-resources.ts';
import { forget, reapWithUs } from './reaper.ts';

export interface EmbeddedDeployment extends Deployment {
  /** The one that runs now. */
  readonly system: RunningSystem;
  /**
   * Stops all of it and starts it again over the same data: what was in memory is gone.
   * @param meanwhile runs with PostgreSQL alone: no subgraph, no relay, no gateway
   */
  restart(meanwhile?: (sql: Databases['sql']) => Promise<unknown>): Promise<void>;
}

export interface EmbeddedDeploymentOptions {
  readonly scale?: number;
  readonly gateway?: GatewayOverrides;
  /** Default: error, which tells of trouble that no test expects. */
  readonly logLevel?: LogLevel;
  /** Subgraphs whose answers the test wants to hold back. */
  readonly holders?: readonly SubgraphName[];
}

/** Resolves when the gateway serves. @throws {Error} with nothing left running */
export async function startEmbeddedDeployment(options: EmbeddedDeploymentOptions = {}): Promise<EmbeddedDeployment> {
  const closers = createClosers();
  try {
    const folder = await mkdtemp(join(tmpdir(), 'freshet-embedded-'));
    void closers.kept(Promise.resolve({ stop: () => rm(folder, { recursive: true, force: true }) }));
    // The account `nobody` must be able to enter it.
    await chmod(folder, 0o755);
    closers.layer();
    const secret = randomUUID();
    let run = await startRun(folder, secret, options);
    void closers.kept(Promise.resolve({ stop: () => run.stop() }));
    return {
      get system() {
        return run.system;
      },
      gatewayCount: 1,
      get shardCount() {
        return run.shardCount;
      },
      ask: (_index, ...question) => run.client.ask(...question),
      sql: (...statement) => run.databases.sql(...statement),
      metrics: () => scrape(run.system.gateway.managementOrigin),
      managementOrigin: () => run.system.gateway.managementOrigin,
      subgraphUrl: (subgraph) => subgraphOf(run.system, subgraph),
      secret,
      holder: (subgraph) => holderOf(run.holders, subgraph),
      async restart(meanwhile) {
        await run.stop();
        if (meanwhile !== undefined) await withPostgresAlone(folder, meanwhile);
        run = await startRun(folder, secret, options);
      },
      stop: closers.stop,
    };
  } catch (cause) {
    await closers.stop().catch(() => undefined);
    throw cause;
  }
}

/** From one start of the system to its stop. */
interface Run {
  readonly system: RunningSystem;
  readonly client: GraphQLClient;
  readonly databases: Databases;
  readonly holders: ReadonlyMap<SubgraphName, AnswerHolder>;
  readonly shardCount: number;
  stop(): Promise<void>;
}

async function startRun(folder: string, secret: string, options: EmbeddedDeploymentOptions): Promise<Run> {
  const closers = createClosers();
  try {
    return await openRun(folder, secret, options, closers);
  } catch (cause) {
    await closers.stop().catch(() => undefined);
    throw cause;
  }
}

async function openRun(
  folder: string,
  secret: string,
  options: EmbeddedDeploymentOptions,
  closers: Closers,
): Promise<Run> {
  const { kept } = closers;
  const holders = new Map<SubgraphName, AnswerHolder>();
  const hold = async (name: SubgraphName, url: string): Promise<string> => {
    const holder = await kept(startAnswerHolder(url));
    holders.set(name, holder);
    return holder.url;
  };
  let shardCount = 0;
  const system = await kept(
    startSystem({
      env: { SUBGRAPH_SECRET: secret },
      dataFolder: folder,
      scale: options.scale ?? DEFAULT_SCALE,
      port: '0',
      managementPort: '0',
      logLevel: options.logLevel ?? 'error',
      say: () => undefined,
      onSeed: () => undefined,
      gatewayConfig(usual) {
        const { text, shardCount: count } = embeddedSettings(usual, options.gateway ?? {});
        shardCount = count;
        return text;
      },
      placeOf: (name, url) => (options.holders?.includes(name) ? hold(name, url) : Promise.resolve(url)),
    }),
  );
  const postmasterPid = Number.parseInt(await readFile(join(postgresFolder(folder), 'postmaster.pid'), 'utf8'), 10);
  reapWithUs(postmasterPid);
  const closed = noteOpen('the embedded system');
  closers.layer();
  const client = openGraphQLClient(system.gateway.publicOrigin);
  const databases = openDatabases(system.databaseUrls);
  void kept(Promise.resolve({ stop: client.close }));
  void kept(Promise.resolve({ stop: databases.close }));
  return {
    system,
    client,
    databases,
    holders,
    shardCount,
    async stop() {
      await closers.stop();
      forget(postmasterPid);
      closed();
    },
  };
}

function subgraphOf({ subgraphs }: RunningSystem, subgraph: SubgraphName): string {
  const found = subgraphs.find(({ name }) => name === subgraph);
  if (found === undefined) throw new Error(`Expected ${subgraph} among the subgraphs of the system`);
  return found.url;
}

async function withPostgresAlone(folder: string, use: (sql: Databases['sql']) => Promise<unknown>): Promise<void> {
  const postgres = await startEmbeddedPostgres({ dataDir: postgresFolder(folder), log: () => undefined });
  const databases = openDatabases(databaseUrls(postgres.url));
  try {
    await use(databases.sql);
  } finally {
    await databases.close();
    await postgres.stop();
  }
}
