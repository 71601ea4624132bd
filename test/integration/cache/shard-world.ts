// Gateways over one real Redis, with the real ledger and a relay that says what a test wants.
import { createClient } from '@redis/client';
import type { Policy } from '../../../gateway/cache/judge.ts';
import type { LiveRecord, NoRecord, RecordAddress } from '../../../gateway/cache/record.ts';
import { openShard } from '../../../gateway/cache/shard.ts';
import type { Shard, ShardStatus } from '../../../gateway/cache/shard-guard.ts';
import { type CacheStore, createEntityStore } from '../../../gateway/cache/store.ts';
import { createLedger, type Ledger } from '../../../gateway/purge/ledger.ts';
import { eventually } from '../../support/eventually.ts';
import { shardAt } from '../../support/shard-at.ts';
import { listedMetrics, productFamily, productKey, slice, testAddressing } from '../../unit/gateway/cache/samples.ts';
import { collectingLogger, countingMetrics, createRelay, entityEvent, facts } from '../../unit/purge/purge-world.ts';

export const DEADLINE_MS = 50;
/** Judged by purges and expiry: these tests are not about the as-of. */
const TTL: Policy = { kind: 'ttl' };

export interface GatewayOnShard {
  readonly shard: Shard;
  readonly store: CacheStore;
  readonly ledger: Ledger;
  readonly statuses: ShardStatus[];
  readonly metrics: ReturnType<typeof listedMetrics>;
  product(upc: number | string): RecordAddress;
  /** Stores what a fetch that began now brought. */
  fill(upc: number | string, name: string): void;
  /** The name as the cache serves it, or why not. Not from L1, unless it was read before. */
  read(upc: number | string): Promise<string>;
  /** A change of the product's row arrives. */
  purge(upc: number | string): void;
  up(): Promise<void>;
  close(): Promise<void>;
}

/** @param l1MaxBytes 0: nothing is kept, where reads must reach the shard */
export function gatewayOn(url: string, { l1MaxBytes = 0, deadlineMs = DEADLINE_MS } = {}): GatewayOnShard {
  const clock = { nowAt: () => Date.now() };
  const metrics = listedMetrics();
  const statuses: ShardStatus[] = [];
  const shard = openShard(shardAt(url), {
    deadlineMs,
    metrics,
    clock,
    monotonicMs: () => performance.now(),
    random: Math.random,
    onChange: (status) => void statuses.push(status),
  });
  let seed = 1;
  const randomUint32 = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0);
  const ledger = createLedger({
    clock,
    metrics: countingMetrics(),
    logger: collectingLogger(),
    subgraphs: [{ name: 'catalog', sources: ['catalog'] }],
    facts,
    randomUint32,
  });
  const relay = createRelay('catalog');
  let offset = -1;
  const apply = (record: Parameters<Ledger['apply']>[1]): void => {
    offset += 1;
    ledger.apply(offset, record);
  };
  ledger.begin({ name: 'log', numbering: 'offsets', position: -1, endPosition: -1 });
  apply(relay.beat({ asOfAt: Date.now() }));
  const addressing = testAddressing();
  const family = productFamily(addressing, TTL);
  const product = (upc: number | string): RecordAddress => family(productKey(upc), '');
  const store = createEntityStore({ judge: ledger, addressing, l1MaxBytes, shards: [shard], clock, metrics });
  return {
    shard,
    store,
    ledger,
    statuses,
    metrics,
    product,
    fill(upc, name) {
      const stamp = ledger.stamp('catalog');
      if (stamp === null) throw new Error('Expected a stamp');
      const fields = { name: JSON.stringify(name) };
      store.write(product(upc), { ...slice({ fields, tags: [], storedAt: Date.now(), lifetimeMs: 600_000 }), stamp });
    },
    async read(upc) {
      const [found] = await store.readMany([product(upc)], Date.now());
      return nameIn(found!);
    },
    purge(upc) {
      const key = { upc: String(upc), sku: String(upc), brand: { name: 'b' } };
      apply(relay.event(entityEvent({ keys: [key] })));
    },
    up: async () => void (await eventually(() => shard.status().state === 'up', { what: 'the shard to be up' })),
    close: () => shard.close(),
  };
}

function nameIn(found: LiveRecord | NoRecord): string {
  if (typeof found === 'string') return found;
  return JSON.parse(String(found.slices[0]?.fields?.get('name')));
}

/** What the server itself holds under a key, asked past everything of ours. */
export async function rawGet(url: string, key: string): Promise<string | null> {
  const client = createClient({ url, socket: { connectTimeout: 5_000, reconnectStrategy: false } });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.get(key);
  } finally {
    client.destroy();
  }
}
