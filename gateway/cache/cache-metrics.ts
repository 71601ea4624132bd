// What the cache tells about itself. The telemetry room turns it into metrics; labels are bounded by the schema and the config.

export type Tier = 'l1' | 'l2';

/** An error is not a miss, a miss is not an error. */
export type ReadResult = 'hit' | 'stale' | 'miss' | 'bypass' | 'error';

/**
 * `refused`: the judge would not serve it, or its type is never cached. `oversize`: larger than a record or the shard takes.
 * `dropped`: the queue was full. `error`: the shard did not take it.
 */
export type WriteResult = 'stored' | 'refused' | 'oversize' | 'dropped' | 'error';

export type ShardOperation = 'get' | 'set' | 'delete';

/**
 * `away`: not connected. `open`: the breaker is open, nothing was sent. `late`: past the deadline.
 * `broken`: the connection failed under it. `refused`: the shard answered with an error.
 */
export type ShardTrouble = 'away' | 'open' | 'late' | 'broken' | 'refused';

/** Why a stored text is not the record that was asked for. */
export type UnreadableReason = 'malformed' | 'version' | 'other-record';

export interface CacheMetrics {
  /** `freshet_cache_reads_total`. Comes at most once per turn of the event loop for each series. */
  reads(subgraph: string, typename: string, tier: Tier, result: ReadResult, count: number): void;
  /** `freshet_cache_writes_total` */
  write(subgraph: string, tier: Tier, result: WriteResult): void;
  /** `freshet_evictions_total`: records that left L1 for room. */
  evicted(): void;
  /** `freshet_shard_seconds`; `tookMs` is 0 where nothing was sent. */
  shardCall(shard: string, operation: ShardOperation, result: 'ok' | ShardTrouble, tookMs: number): void;
  /** A shard held something else than the record that was asked for. */
  unreadable(shard: string, reason: UnreadableReason): void;
  /** `freshet_coalesced_total`: fetches that another's flight spared. */
  coalesced(subgraph: string, count: number): void;
}

/** For tools and tests that look at no metrics. */
export const silentCacheMetrics: CacheMetrics = {
  reads: () => undefined,
  write: () => undefined,
  evicted: () => undefined,
  shardCall: () => undefined,
  unreadable: () => undefined,
  coalesced: () => undefined,
};
