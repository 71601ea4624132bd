// The config as the gateway's rooms see it: everything decided, spans in ms, sizes in bytes.

import type { ShardUrl } from './shard-url.ts';
import type { LOG_LEVELS } from './vocabulary.ts';

export interface Config {
  /** NODE_ENV is production. */
  readonly production: boolean;
  readonly graph: string;
  readonly supergraph: { readonly kind: 'file'; readonly path: string } | { readonly kind: 'uplink' };
  /** Where both are given, Apollo Server reports usage, and so must see every request. */
  readonly apollo: { readonly key: string; readonly graphRef: string } | null;
  readonly listen: {
    /** Null: all addresses of the machine. */
    readonly host: string | null;
    readonly port: number;
    readonly managementHost: string;
    readonly managementPort: number;
    readonly drainDelayMs: number;
    readonly drainTimeoutMs: number;
  };
  readonly origin: {
    readonly secret: string | null;
    readonly timeoutMs: number;
    readonly maxBytes: number;
    readonly maxConnections: number;
    readonly maxWaitingCount: number;
    readonly waitTimeoutMs: number;
  };
  /** What differs for one subgraph; null: as in `origin`. */
  readonly subgraphs: ReadonlyMap<
    string,
    { readonly url: string | null; readonly timeoutMs: number | null; readonly maxBytes: number | null }
  >;
  readonly cache: CacheConfig;
  readonly purge: PurgeConfig;
  readonly headers: readonly HeaderRule[];
  readonly jwt: JwtConfig | null;
  readonly authorization: 'refuse' | 'ignore';
  readonly introspection: boolean;
  readonly cors: { readonly origins: readonly string[]; readonly credentials: boolean };
  readonly compression: { readonly answers: 'cached' | 'always' | 'never'; readonly minBytes: number };
  readonly limits: {
    readonly bodyBytes: number;
    readonly tokensCount: number;
    readonly depth: number;
    readonly waitingCount: number;
    readonly unreadTimeoutMs: number;
    readonly unreadBytes: number;
  };
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

export interface CacheConfig {
  /** With their credentials: only the names may be shown. */
  readonly shards: readonly ShardUrl[];
  readonly shardDeadlineMs: number;
  /** S. */
  readonly boundMs: number;
  readonly default: Lifetime;
  readonly subgraphs: ReadonlyMap<string, SubgraphCacheConfig>;
  readonly l1MaxBytes: number;
}

/** Null: said further out, or nowhere. */
export interface Lifetime {
  readonly policy: 'bounded' | 'ttl' | 'never' | null;
  readonly ttlMs: number | null;
  readonly negativeTtlMs: number | null;
}

export interface Declared extends Lifetime {
  readonly precise: boolean;
}

export interface SubgraphCacheConfig extends Lifetime {
  /** Null: one source, named as the subgraph. */
  readonly sources: readonly string[] | null;
  readonly types: ReadonlyMap<string, Declared>;
  /** By `Type.field`. */
  readonly fields: ReadonlyMap<string, Declared>;
  /** `Type.field`. */
  readonly inline: ReadonlySet<string>;
}

export interface PurgeConfig {
  readonly log:
    | { readonly kind: 'kafka'; readonly brokers: readonly string[]; readonly topic: string }
    | { readonly kind: 'in-process' }
    | { readonly kind: 'none' };
  readonly replayWindowMs: number;
  readonly readyTimeoutMs: number;
  readonly ledgerMaxTagsCount: number;
  /** Null: POST /invalidation is off. */
  readonly invalidationKey: string | null;
}

export interface HeaderRule {
  /** Lower case. */
  readonly name: string;
  readonly forward: 'all' | ReadonlySet<string>;
  readonly key: 'subject' | 'value' | 'none';
}

export interface JwtConfig {
  readonly keys:
    | { readonly kind: 'secret'; readonly secret: string }
    | { readonly kind: 'jwks-file'; readonly path: string }
    | { readonly kind: 'jwks-url'; readonly url: string };
  readonly algorithms: readonly string[];
  readonly issuer: string | null;
  readonly audience: string | null;
}
