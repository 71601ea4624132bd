// Who goes when there is no more room: those who are asked for once, before those who are asked for again.
import { LRUCache } from 'lru-cache';
import { describe, expect, it } from 'vitest';
import { silentCacheMetrics } from '../../../../gateway/cache/cache-metrics.ts';
import { createEvictionQueues } from '../../../../gateway/cache/eviction-queues.ts';
import { createFinishedResponses } from '../../../../gateway/cache/finished.ts';
import { createL1, type L1 } from '../../../../gateway/cache/l1.ts';
import { createSlicePacker } from '../../../../gateway/cache/slice-packer.ts';

import { NOTHING_IS_PURGED } from '../../execution/both-executors.ts';
import { createRandom } from '../../execution/expect-same.ts';
import { product, productFamily, productKey, START_AT, slice } from './samples.ts';

const HOT_COUNT = 10_000;
const ONE_OFF_COUNT = 1_000_000;
/** One-offs for each that comes again. */
const SCAN_FACTOR = 10;
/** Room for the hot ones and little more. */
const MAX_BYTES = 4 * 1024 * 1024;

function openL1(maxBytes: number): L1 {
  return createL1({ maxBytes, hashSeed: 1, packer: createSlicePacker(NOTHING_IS_PURGED), metrics: silentCacheMetrics });
}

/** Ranks from 0 up, the first asked for most: Zipf with exponent 1, by the harmonic numbers. */
function zipf(count: number, random: () => number): () => number {
  const sums: number[] = [];
  let sum = 0;
  for (let rank = 1; rank <= count; rank += 1) {
    sum += 1 / rank;
    sums.push(sum);
  }
  return () => {
    const at = random() * sum;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! < at) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** A cache as this test asks it: was it there? It is afterwards. */
type Ask = (upc: number) => boolean;

function askL1(l1: L1): Ask {
  const family = productFamily();
  const given = slice();
  return (upc) => {
    const address = family(productKey(upc), '');
    if (typeof l1.peek(address, START_AT) !== 'string') return true;
    l1.add(address, [given], START_AT);
    return false;
  };
}

/** @returns the share of hits of those who come again, once they are known, while others come once */
function hotHitRatio(ask: Ask): number {
  const rank = zipf(HOT_COUNT, createRandom(5));
  for (let count = 0; count < 20 * HOT_COUNT; count += 1) ask(rank());
  let [hitCount, askCount] = [0, 0];
  for (let oneOff = 0; oneOff < ONE_OFF_COUNT; oneOff += 1) {
    ask(HOT_COUNT + oneOff);
    if (oneOff % SCAN_FACTOR !== 0) continue;
    askCount += 1;
    if (ask(rank())) hitCount += 1;
  }
  return hitCount / askCount;
}

describe('L1, full', () => {
  it('keeps the hot ones while a million ids that nobody asks for again stream through', { timeout: 60_000 }, () => {
    const l1 = openL1(MAX_BYTES);
    const ratio = hotHitRatio(askL1(l1));
    const lru = new LRUCache<number, true>({ max: l1.recordCount() });
    const lruRatio = hotHitRatio((upc) => {
      if (lru.get(upc)) return true;
      lru.set(upc, true);
      return false;
    });
    expect(ratio).toBeGreaterThan(0.98);
    // Whoever keeps what was used last keeps the scan.
    expect(lruRatio).toBeLessThan(0.7);
    expect(l1.bytes()).toBeLessThanOrEqual(MAX_BYTES);
  });

  it('takes up what is asked for anew, when what was hot is asked for no more', () => {
    const l1 = openL1(200_000);
    const ask = askL1(l1);
    const readAll = (from: number, count: number, rounds: number): number => {
      let hitCount = 0;
      for (let round = 0; round < rounds; round += 1)
        for (let upc = from; upc < from + count; upc += 1) if (ask(upc)) hitCount += 1;
      return hitCount / (count * rounds);
    };
    readAll(0, 300, 10);
    expect(readAll(0, 300, 1)).toBeGreaterThan(0.9);
    readAll(1_000, 300, 10);
    expect(readAll(1_000, 300, 1)).toBeGreaterThan(0.9);
  });

  it('gives room in short steps: where all that was kept is hot, who came last goes', () => {
    const queues = createEvictionQueues(1_000);
    queues.grow(1_000);
    for (let record = 0; record < 999; record += 1) {
      queues.add(record, 1, record + 1);
      for (let use = 0; use < 3; use += 1) queues.use(record);
    }
    // The first hundred stand in the small queue: from here on the main one holds all.
    for (let record = 0; record < 100; record += 1) queues.evict(record, record + 1);
    queues.add(999, 1, 1_000);
    expect(queues.next()).toBe(999);
    // Each step takes some of their uses away: in the end one of them has to go.
    let stepCount = 1;
    while (queues.next() === 999) stepCount += 1;
    expect(stepCount).toBeGreaterThan(10);
  });
});

describe('finished responses, full', () => {
  const MAX = 1024 * 1024;
  const TEXT = `"${'x'.repeat(1_000)}"`;

  it('keep the hot ones while a million operations that nobody sends again stream through', { timeout: 60_000 }, () => {
    const judge = NOTHING_IS_PURGED;
    const finished = createFinishedResponses(judge, MAX, 1);
    const packer = createSlicePacker(judge);
    const packed = packer.pack(product(1), { ...slice(), expiresAt: START_AT + 1e9 }, undefined)!;
    const ask = (key: string): boolean => {
      const found = finished.find(key, START_AT);
      if (found === null) return false;
      if ('bytes' in found) return true;
      found.derivation.enter('catalog');
      found.derivation.take(product(1), [packed]);
      finished.keep(key, TEXT, null, found);
      return false;
    };
    const hot = Array.from({ length: 400 }, (_, n) => `operation {"id":"hot ${n}"}`);
    for (let round = 0; round < 5; round += 1) for (const key of hot) ask(key);
    let hitCount = 0;
    for (let oneOff = 0; oneOff < 1_000_000; oneOff += 1) {
      ask(`operation {"id":"${oneOff}"}`);
      if (oneOff % 100 === 0 && ask(hot[(oneOff / 100) % hot.length]!)) hitCount += 1;
    }
    expect(hitCount / 10_000).toBeGreaterThan(0.95);
    expect(finished.bytes()).toBeLessThanOrEqual(MAX);
  });
});
