// Puts the rooms together: opens everything that a gateway needs, in order, and closes it again.

import { createCacheRules } from './assembly/cache-rules.ts';
import { closeInReverse } from './assembly/close-in-reverse.ts';
import {
  createSupergraphExecutor,
  ledgerSchemaOf,
  longestFetchMs,
  originSubgraphsOf,
} from './assembly/load-supergraph.ts';
import { observe, openManagement } from './assembly/open-management.ts';
import { openPurge } from './assembly/open-purge.ts';
import type { GatewayPhase } from './assembly/readiness.ts';
import { createRetired } from './assembly/retired.ts';
import { loadFirst, reload } from './assembly/supergraph-source.ts';
import { FORMAT_VERSION } from './cache/codec.ts';
import { createFlights } from './cache/flights.ts';
import { createAddressing } from './cache/record-address.ts';
import { openShard } from './cache/shard.ts';
import { createEntityStore } from './cache/store.ts';
import { systemClock, systemTimer } from './clock.ts';
import { configWarnings, type KnownTypes } from './config/warnings.ts';
import type { Config } from './config.ts';
import { canonicalJson } from './execution/canonical-name.ts';
import { createCurrentExecutor } from './execution/current-executor.ts';
import type { Delivered } from './execution/run.ts';
import { createWaits } from './execution/waits.ts';
import { prepareSupergraph, type Supergraph } from './federation/supergraph.ts';
import { watchSupergraphFile } from './federation/supergraph-file.ts';
import { buildApolloServer } from './http/apollo-server.ts';
import { createFrontDoor } from './http/front-door.ts';
import { createGatewayExecutor } from './http/gateway-executor.ts';
import { createSchemaGateway } from './http/gateway-interface.ts';
import { openServer } from './http/open-server.ts';
import { createPersistedTexts } from './http/persisted-texts.ts';
import { createSubjects } from './http/subject.ts';
import { createUnreadAnswers } from './http/unread-answers.ts';
import { createOrigin } from './origin/origin.ts';
import type { PurgeLog } from './purge/log.ts';
import type { Logger } from './telemetry/logs.ts';
import { createMetrics } from './telemetry/metrics.ts';

export interface RunningGateway {
  /** Such as `http://127.0.0.1:4000`. */
  readonly publicOrigin: string;
  readonly managementOrigin: string;
  /** Rejects when the gateway cannot go on: the process ends, to be started anew. Never resolves. */
  readonly failed: Promise<never>;
  /** Drains and closes everything within the limits of the config. */
  stop(): Promise<void>;
}

/**
 * Starts a gateway. Resolves when it serves: the purge log is read and its sources were heard, or were waited for long enough.
 * @param inProcessLog the log that relays in this process write to
 * @throws {GatewayError} with nothing left running
 */
export async function startGateway(
  config: Config,
  log: Logger,
  inProcessLog: PurgeLog | null = null,
): Promise<RunningGateway> {
  const closers: (() => Promise<void> | void)[] = [];
  const closeAll = (): Promise<void> => closeInReverse(closers);
  try {
    return await open(config, log, inProcessLog, closers, closeAll);
  } catch (error) {
    // What went wrong first is what has to be told.
    await closeAll().catch((failure: unknown) => log.error({ err: failure }, 'closing after a failed start failed'));
    throw error;
  }
}

async function open(
  config: Config,
  log: Logger,
  inProcessLog: PurgeLog | null,
  closers: (() => Promise<void> | void)[],
  closeAll: () => Promise<void>,
): Promise<RunningGateway> {
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  failed.catch(() => undefined);
  const logDefect = (error: unknown): void => log.error({ err: error }, 'a defect');
  const clock = systemClock();
  const metrics = createMetrics();
  const prepare = (sdl: string): Promise<Supergraph> =>
    prepareSupergraph(sdl, {
      authorization: config.authorization,
      onFallback: (document, reason) =>
        log.warn({ document, reason }, 'the planner that is asked first gave no usable plan, the other one did'),
      onRefusal: (document, reason) => log.warn({ document, reason }, 'no planner gave a usable plan for an operation'),
    });
  const { path, first } = await loadFirst(config, prepare);

  const purge = openPurge({
    config,
    clock,
    logger: log,
    metrics: metrics.purge,
    schema: ledgerSchemaOf(first, config),
    inProcessLog,
    onFatal: fail,
  });
  closers.push(() => purge.close());
  const monotonicMs = (): number => performance.now();
  const shards = config.cache.shards.map((address) =>
    openShard(address, {
      deadlineMs: config.cache.shardDeadlineMs,
      metrics: metrics.cache,
      clock,
      monotonicMs,
      random: Math.random,
      onChange: (status) => log.info({ ...status }, 'a shard changed'),
    }),
  );
  closers.push(async () => void (await Promise.all(shards.map((shard) => shard.close()))));
  const addressing = createAddressing({ graph: config.graph, formatVersion: FORMAT_VERSION });
  const store = createEntityStore({
    judge: purge.ledger,
    addressing,
    l1MaxBytes: config.cache.l1MaxBytes,
    shards,
    clock,
    metrics: metrics.cache,
  });
  closers.push(() => store.idle());
  const flights = createFlights<Delivered>({
    judge: purge.ledger,
    clock,
    metrics: metrics.cache,
    longestFetchMs: longestFetchMs(config),
  });
  const origin = createOrigin({
    subgraphs: originSubgraphsOf(first, config),
    turns: {
      runningCount: config.origin.maxConnections,
      waitingCount: config.origin.maxWaitingCount,
      waitMs: config.origin.waitTimeoutMs,
    },
    metrics: metrics.origin,
    monotonicMs,
  });
  closers.push(() => origin.close());
  const rules = createCacheRules(config);
  const waits = createWaits(config.limits.waitingCount);
  const tools = { config, clock, rules, ledger: purge.ledger, store, flights, addressing, origin, waits };

  const executor = createCurrentExecutor();
  const schemaGateway = createSchemaGateway(
    { apiSchema: first.apiSchema, coreSupergraphSdl: first.sdl },
    createGatewayExecutor(executor.of, logDefect),
  );
  let inForce = first;
  const retired = createRetired(systemTimer);
  closers.push(() => {
    inForce.close();
    retired.close();
  });
  const use = (supergraph: Supergraph): void => {
    const made = createSupergraphExecutor(supergraph, tools);
    // First: Apollo Server may refuse it, and nothing is replaced then.
    schemaGateway.update({ apiSchema: supergraph.apiSchema, coreSupergraphSdl: supergraph.sdl });
    metrics.know(knownTypes(supergraph));
    origin.setSubgraphs(originSubgraphsOf(supergraph, config));
    purge.setSchema(ledgerSchemaOf(supergraph, config));
    executor.replace(supergraph.apiSchema, made);
    if (inForce !== supergraph) retired.add(inForce);
    inForce = supergraph;
    for (const warning of configWarnings(config, knownFields(supergraph))) log.warn(warning);
  };
  use(first);
  const ready = purge.start();
  purge.startChores(store, canonicalJson);
  const persisted = createPersistedTexts();
  const apollo = buildApolloServer(schemaGateway, config, persisted, {
    debug: (message) => log.debug(message),
    info: (message) => log.debug(message),
    warn: (message) => log.warn(message),
    error: (message) => log.error(message),
  });
  await apollo.start();
  closers.push(() => apollo.stop());

  let phase: GatewayPhase = 'starting';
  const watched = { config, clock, metrics, purge, store, phase: () => phase };
  observe(watched);
  const management = await openManagement(watched, logDefect);
  const limits = { delayMs: config.listen.drainDelayMs, timeoutMs: config.listen.drainTimeoutMs };
  closers.push(() => management.drain({ delayMs: 0, timeoutMs: limits.timeoutMs }));
  const subjects = await createSubjects(config.jwt, clock.nowAt);
  await ready;
  const publicServer = await openServer(
    { name: 'public', host: config.listen.host, port: config.listen.port, setting: '--port' },
    createFrontDoor({
      executor,
      apollo,
      persisted,
      waits,
      subjects,
      unread: createUnreadAnswers(config.limits, systemTimer),
      metrics,
      config,
      shortRoad: config.apollo === null ? 'on' : 'off',
      logDefect,
    }),
    logDefect,
  );
  closers.push(() => publicServer.drain(limits));
  closers.push(
    watchSupergraphFile(
      path,
      () => void reload(path, async (sdl) => use(await prepare(sdl)), log),
      (error) => log.warn({ err: error }, 'the supergraph is not watched for changes'),
    ),
  );
  phase = 'serving';
  return {
    publicOrigin: publicServer.origin,
    managementOrigin: management.origin,
    failed,
    async stop() {
      phase = 'draining';
      await closeAll();
    },
  };
}

function knownTypes({ facts }: Supergraph): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map([...facts.subgraphs.values()].map(({ name, types }) => [name, new Set(types.keys())]));
}

function knownFields({ facts }: Supergraph): KnownTypes {
  return new Map(
    [...facts.subgraphs.values()].map(({ name, types }) => [
      name,
      new Map([...types].map(([typename, { fields }]) => [typename, new Set(fields.keys())])),
    ]),
  );
}
