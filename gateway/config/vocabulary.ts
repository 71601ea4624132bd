// Closed lists of words that settings choose from, where both the file's shape and the settled config name them.

/** Kinds of shard that `cache.shards` may name. */
export const SHARD_SCHEMES = ['memory:', 'redis:', 'rediss:'] as const;

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

/** Names that a `forward` or `origins` list may hold for "all". */
export const EVERY = '*';
