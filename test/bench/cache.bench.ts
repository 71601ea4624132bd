// What does the cache itself cost: an entity in memory, a look at L1, a record as text, 25 entities from a Redis?
// Budget: 600 bytes for an entity of 5 fields; L1 by the parts of an address beside lru-cache by its whole text, in one run.
//
// node --expose-gc test/bench/cache.bench.ts

import { LRUCache } from 'lru-cache';
import { silentCacheMetrics } from '../../gateway/cache/cache-metrics.ts';
import { decodeRecord, encodeRecord } from '../../gateway/cache/codec.ts';
import { createFieldShapes } from '../../gateway/cache/field-shape.ts';
import { tableKeyOf } from '../../gateway/cache/record-address.ts';
import { createRecordTable } from '../../gateway/cache/record-table.ts';
import { openShard } from '../../gateway/cache/shard.ts';
import { systemClock } from '../../gateway/clock.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis } from '../support/redis-server.ts';
import { shardAt } from '../support/shard-at.ts';
import { bytesEach, createCacheGround } from './cache-ground.ts';

/** As many as one large answer touches. */
const HOT_COUNT = 500;
const HELD_COUNT = 100_000;
const ROUND_COUNT = 40;
const clock = systemClock();
const { openStore, address, entity } = createCacheGround(HELD_COUNT);

const report = (what: string, value: number, unit: string): void =>
  console.log(`${what.padEnd(84)} ${value.toFixed(value < 100 ? 1 : 0).padStart(8)} ${unit}`);

/** The best of many short rounds: the machine may be busy with other things. */
function nsEach(count: number, run: (n: number) => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUND_COUNT; round += 1) {
    const began = process.hrtime.bigint();
    for (let n = 0; n < count; n += 1) run(n);
    best = Math.min(best, Number(process.hrtime.bigint() - began) / count);
  }
  return best;
}

const store = openStore([]);
const nowAt = clock.nowAt();
report(
  'L1: an entity of 5 fields takes',
  bytesEach(HELD_COUNT, () => {
    for (let n = 0; n < HELD_COUNT; n += 1) store.write(address(n), entity(n));
    return store;
  }),
  'bytes',
);
report('L1: it is counted as', store.status().l1Bytes / HELD_COUNT, 'bytes');
report('L1: a write', nsEach(HOT_COUNT, (n) => store.write(address(n), entity(n))) / 1_000, 'µs');
report(
  'L1: make the address, look up, judge by the ledger',
  nsEach(HOT_COUNT, (n) => void store.peek(address(n), nowAt)),
  'ns',
);

const table = createRecordTable<number>(1e12, 1);
const lru = new LRUCache<string, number>({ maxSize: 1e12 });
report(
  'a place in the table of records, by the parts of the address',
  bytesEach(HELD_COUNT, () => {
    for (let n = 0; n < HELD_COUNT; n += 1) table.insert(tableKeyOf(address(n)), address(n).keyText, n, 1);
    return table;
  }),
  'bytes',
);
report(
  'a place in lru-cache, by the whole text of the address',
  bytesEach(HELD_COUNT, () => {
    for (let n = 0; n < HELD_COUNT; n += 1) lru.set(address(n).text, n, { size: 1 });
    return lru;
  }),
  'bytes',
);
const touch = (n: number): void => {
  const record = table.find(tableKeyOf(address(n)));
  if (record >= 0) table.use(record);
};
report('find and touch in the table of records', nsEach(HOT_COUNT, touch), 'ns');
report(
  'find and touch in lru-cache',
  nsEach(HOT_COUNT, (n) => void lru.get(address(n).text)),
  'ns',
);

const shapes = createFieldShapes();
for (const fieldCount of [5, 25]) {
  const slices = [entity(7, fieldCount)];
  const text = encodeRecord(shapes, { text: 'address', keyText: '' }, slices);
  report(`a record of ${fieldCount} fields as text`, text.length, 'characters');
  report(
    `  encode`,
    nsEach(500, () => void encodeRecord(shapes, { text: 'address', keyText: '' }, slices)) / 1_000,
    'µs',
  );
  report(`  decode`, nsEach(500, () => void decodeRecord(shapes, 'address', text)) / 1_000, 'µs');
  report(`  JSON.parse alone`, nsEach(500, () => void JSON.parse(text)) / 1_000, 'µs');
}

const redis = await startRedis();
const shard = openShard(shardAt(redis.url), {
  metrics: silentCacheMetrics,
  clock,
  monotonicMs: () => performance.now(),
  random: Math.random,
  deadlineMs: 5_000,
});
await eventually(() => shard.status().state === 'up');
const writer = openStore([shard]);
for (let n = 0; n < 2_000; n += 1) writer.write(address(n), entity(n));
await writer.idle();
const batch = (from: number) => Array.from({ length: 25 }, (_, n) => address(from + n));
for (const together of [1, 20]) {
  let wallUs = Number.POSITIVE_INFINITY;
  let cpuUs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUND_COUNT; round += 1) {
    const reader = openStore([shard]);
    const cpu = process.cpuUsage();
    const began = performance.now();
    for (let from = 0; from < 2_000; from += 25 * together) {
      const reads = Array.from({ length: together }, (_, n) => reader.readMany(batch(from + 25 * n), nowAt));
      const found = (await Promise.all(reads)).flat();
      if (found.some((record) => typeof record === 'string' || record.tier !== 'l2'))
        throw new Error('Expected hits of L2');
    }
    wallUs = Math.min(wallUs, ((performance.now() - began) * 1_000) / 80);
    const { user, system } = process.cpuUsage(cpu);
    cpuUs = Math.min(cpuUs, (user + system) / 80);
  }
  report(`25 entities from one Redis into L1, ${together} such reads at once: from first to last`, wallUs, 'µs each');
  report('  time of this process', cpuUs, 'µs each');
}
await shard.close();
await redis.stop();
