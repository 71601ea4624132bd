// What measurements of the cache itself stand on: a ledger that is open, addresses, entities of a few fields, the heap after a collection.

import { silentCacheMetrics } from '../../gateway/cache/cache-metrics.ts';
import { FORMAT_VERSION } from '../../gateway/cache/codec.ts';
import type { RecordAddress, Slice } from '../../gateway/cache/record.ts';
import { createAddressing } from '../../gateway/cache/record-address.ts';
import type { openShard } from '../../gateway/cache/shard.ts';
import { type CacheStore, createEntityStore } from '../../gateway/cache/store.ts';
import { systemClock } from '../../gateway/clock.ts';
import { createLedger } from '../../gateway/purge/ledger.ts';
import { anyTag } from '../../schema/tag.ts';

export interface CacheGround {
  openStore(shards: readonly ReturnType<typeof openShard>[]): CacheStore;
  /** Of the n-th product. */
  address(n: number): RecordAddress;
  /** Of the n-th product, 5 fields unless more are asked for. */
  entity(n: number, fieldCount?: number): Slice;
}

const SUBGRAPH = 'catalog';
const nothing = (): void => undefined;

/** @param count products that have an address */
export function createCacheGround(count: number): CacheGround {
  const clock = systemClock();
  const ledger = createLedger({
    clock,
    subgraphs: [{ name: SUBGRAPH, sources: [SUBGRAPH] }],
    facts: { keysOf: () => [new Map([['upc', null]])], interfacesOf: () => [], versionOf: () => '1' },
    metrics: {
      event: nothing,
      horizonRaised: nothing,
      distrusted: nothing,
      purgeToInvisible: nothing,
      dropped: nothing,
    },
    logger: { info: nothing, warn: nothing, error: nothing },
    randomUint32: () => Math.floor(Math.random() * 2 ** 32),
  });
  ledger.begin({ name: 'log', numbering: 'offsets', position: -1, endPosition: -1 });
  const origin = { logId: 'log', number: 0 };
  const heartbeat = { asOfAt: clock.nowAt(), system: 's', timeline: 1 };
  ledger.apply(0, { kind: 'heartbeat', source: SUBGRAPH, origin, heartbeat });
  const stamp = ledger.stamp(SUBGRAPH);
  if (stamp === null) throw new Error('Expected the ledger to be open');
  const addressing = createAddressing({ graph: 'bench', formatVersion: FORMAT_VERSION });
  const product = addressing.family({
    subgraph: SUBGRAPH,
    shapeDigest: '0123456789abcdef',
    typename: 'Product',
    kind: 'entity',
    policy: { kind: 'ttl' },
  });
  /** Flat texts of their own, as references in entries have them. */
  const keyTexts: readonly string[] = JSON.parse(
    JSON.stringify(Array.from({ length: count }, (_, n) => `{"upc":"${n}"}`)),
  );
  return {
    openStore: (shards) =>
      createEntityStore({ judge: ledger, addressing, l1MaxBytes: 2 ** 30, shards, clock, metrics: silentCacheMetrics }),
    address: (n) => product(keyTexts[n] ?? '', ''),
    entity(n, fieldCount = 5) {
      const fields = new Map([
        ['upc', `"${n}"`],
        ['name', `"Product number ${n}"`],
        ['price', String(n * 7)],
        ['description', `"A table made of wood, in the colour ${n}"`],
        ['inStock', 'true'],
      ]);
      for (let more = 5; more < fieldCount; more += 1) fields.set(`field${more}`, `"value ${more} of ${n}"`);
      const storedAt = clock.nowAt();
      const expiresAt = storedAt + 3_600_000;
      return { stamp, tags: [anyTag(SUBGRAPH)], storedAt, expiresAt, typename: 'Product', fields };
    },
  };
}

/** What each of `count` things takes that `fill` keeps. @throws {Error} without `node --expose-gc` */
export function bytesEach(count: number, fill: () => unknown): number {
  const before = heapBytes();
  const kept = fill();
  const bytes = heapBytes() - before;
  if (kept === null) throw new Error('Expected something to be kept');
  return bytes / count;
}

function heapBytes(): number {
  if (globalThis.gc === undefined) throw new Error('Expected node --expose-gc');
  for (let round = 0; round < 3; round += 1) globalThis.gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
