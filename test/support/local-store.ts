// The real entity store of one gateway, for tests that run without servers.
import { silentCacheMetrics } from '../../gateway/cache/cache-metrics.ts';
import { createAddressing } from '../../gateway/cache/record-address.ts';
import { type CacheStore, createEntityStore, type StoreOptions } from '../../gateway/cache/store.ts';

const L1_MAX_BYTES = 64 * 1024 * 1024;

/** Without options L1 alone, by the machine's clock. */
export const createLocalStore = (options: Pick<StoreOptions, 'judge'> & Partial<StoreOptions>): CacheStore =>
  createEntityStore({
    addressing: createAddressing({ graph: 'local', formatVersion: 1 }),
    l1MaxBytes: L1_MAX_BYTES,
    shards: [],
    clock: { nowAt: () => Date.now() },
    metrics: silentCacheMetrics,
    ...options,
  });
