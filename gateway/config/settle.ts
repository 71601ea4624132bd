// From the file's shape to the config: defaults that depend on other settings, paths, names.

import { resolve } from 'node:path';
import type { Environment } from './overlay.ts';
import type { FileConfig } from './schema.ts';
import type {
  CacheConfig,
  Config,
  Declared,
  HeaderRule,
  JwtConfig,
  Lifetime,
  PurgeConfig,
  SubgraphCacheConfig,
} from './settled.ts';
import { EVERY } from './vocabulary.ts';

export interface Folders {
  /** What `supergraph.path` is relative to: the file's folder, or for a flag the working folder. */
  readonly supergraphFolder: string;
  /** What other paths of the file are relative to. */
  readonly fileFolder: string;
}

const STUDIO = 'https://studio.apollographql.com';
/** Ms. Entries live longer than the file's ttl where the subgraph says so; older ones than the window are cold at start. */
const LEAST_REPLAY_WINDOW_MS = 3_600_000;

/** @param file checked, also across fields */
export function settle(file: FileConfig, env: Environment, folders: Folders): Config {
  const production = env.NODE_ENV === 'production';
  const { listen, origin } = file;
  const { APOLLO_KEY: key = '', APOLLO_GRAPH_REF: graphRef = '' } = env;
  return {
    production,
    graph: file.graph ?? (graphRef === '' ? 'freshet' : graphRef),
    supergraph:
      file.supergraph.path === undefined
        ? { kind: 'uplink' }
        : { kind: 'file', path: resolve(folders.supergraphFolder, file.supergraph.path) },
    apollo: key === '' || graphRef === '' ? null : { key, graphRef },
    listen: {
      host: listen.host ?? null,
      port: listen.port,
      managementHost: listen.managementHost,
      managementPort: listen.managementPort,
      drainDelayMs: listen.drainDelay,
      drainTimeoutMs: listen.drainTimeout,
    },
    origin: {
      secret: origin.secret ?? null,
      timeoutMs: origin.timeout,
      maxBytes: origin.maxBytes,
      maxConnections: origin.maxConnections,
      maxWaitingCount: origin.maxWaiting,
      waitTimeoutMs: origin.waitTimeout,
    },
    subgraphs: mapped(file.subgraphs, ({ url, timeout, maxBytes }) => ({
      url: url ?? null,
      timeoutMs: timeout ?? null,
      maxBytes: maxBytes ?? null,
    })),
    cache: settleCache(file.cache),
    purge: settlePurge(file),
    headers: Object.entries(file.headers).map(settleHeader),
    jwt: settleJwt(file.auth.jwt, folders.fileFolder),
    authorization: file.authorization,
    introspection: file.introspection ?? !production,
    cors: { origins: file.cors.origins ?? (production ? [] : [STUDIO]), credentials: file.cors.credentials },
    compression: file.compression,
    limits: {
      bodyBytes: file.limits.bodyBytes,
      tokensCount: file.limits.tokens,
      depth: file.limits.depth,
      waitingCount: file.limits.waiting,
      unreadTimeoutMs: file.limits.unreadTimeout,
      unreadBytes: file.limits.unreadBytes,
    },
    logLevel: file.log.level,
  };
}

function settleCache(cache: FileConfig['cache']): CacheConfig {
  return {
    shards: cache.shards,
    shardDeadlineMs: cache.shardDeadline,
    boundMs: cache.bound,
    default: settleLifetime(cache.default),
    subgraphs: mapped(cache.subgraphs, settleSubgraph),
    l1MaxBytes: cache.l1.maxBytes,
  };
}

function settleSubgraph(subgraph: FileConfig['cache']['subgraphs'][string]): SubgraphCacheConfig {
  return {
    ...settleLifetime(subgraph),
    sources: subgraph.sources ?? null,
    types: mapped(subgraph.types, settleDeclared),
    fields: mapped(subgraph.fields, settleDeclared),
    inline: new Set(subgraph.inline),
  };
}

function settleDeclared(declared: FileConfig['cache']['subgraphs'][string]['types'][string]): Declared {
  return { ...settleLifetime(declared), precise: declared.precise ?? false };
}

function settleLifetime({ policy, ttl, negativeTtl }: FileConfig['cache']['default']): Lifetime {
  return { policy: policy ?? null, ttlMs: ttl ?? null, negativeTtlMs: negativeTtl ?? null };
}

function settlePurge({ cache, purge }: FileConfig): PurgeConfig {
  const { kafka, inProcess, replayWindow, readyTimeout, ledger, invalidationKey } = purge;
  return {
    log:
      kafka !== undefined
        ? { kind: 'kafka', brokers: kafka.brokers, topic: kafka.topic }
        : { kind: inProcess ? 'in-process' : 'none' },
    replayWindowMs: replayWindow ?? Math.max(LEAST_REPLAY_WINDOW_MS, ...ttlsOf(cache)),
    readyTimeoutMs: readyTimeout,
    ledgerMaxTagsCount: ledger.maxTags,
    invalidationKey: invalidationKey ?? null,
  };
}

function ttlsOf(cache: FileConfig['cache']): readonly number[] {
  const lifetimes = Object.values(cache.subgraphs).flatMap((subgraph) => [
    subgraph,
    ...Object.values(subgraph.types),
    ...Object.values(subgraph.fields),
  ]);
  return [cache.default, ...lifetimes].flatMap(({ ttl, negativeTtl }) => [ttl ?? 0, negativeTtl ?? 0]);
}

function settleHeader([name, { forward, key }]: [string, FileConfig['headers'][string]]): HeaderRule {
  return { name: name.toLowerCase(), forward: forward.includes(EVERY) ? 'all' : new Set(forward), key };
}

function settleJwt(jwt: FileConfig['auth']['jwt'], folder: string): JwtConfig | null {
  if (jwt === undefined) return null;
  const { secret, jwks, algorithms, issuer = null, audience = null } = jwt;
  if (secret !== undefined) {
    return { keys: { kind: 'secret', secret }, algorithms: algorithms ?? ['HS256'], issuer, audience };
  }
  const keys: JwtConfig['keys'] =
    jwks?.path === undefined
      ? { kind: 'jwks-url', url: jwks?.url ?? '' }
      : { kind: 'jwks-file', path: resolve(folder, jwks.path) };
  return { keys, algorithms: algorithms ?? ['RS256', 'ES256', 'EdDSA'], issuer, audience };
}

function mapped<In, Out>(record: Readonly<Record<string, In>>, map: (value: In) => Out): ReadonlyMap<string, Out> {
  return new Map(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
