// The janitor: removes twice, tries again, gives up, and never piles up.

import { expect, it } from 'vitest';
import { createJanitor, type JanitorOptions } from '../../../gateway/purge/janitor.ts';
import { collectingLogger, countingMetrics } from './purge-world.ts';
import { createHandTimers } from './timers-by-hand.ts';

function setUp(options: Partial<JanitorOptions> = {}) {
  const timers = createHandTimers();
  const metrics = countingMetrics();
  const logger = collectingLogger();
  const removed: string[] = [];
  const janitor = createJanitor({
    remove: async (subgraph, typename, key) => void removed.push(`${subgraph} ${typename} ${JSON.stringify(key)}`),
    fetchDeadlineMs: 700,
    timer: timers.timer,
    logger,
    metrics,
    ...options,
  });
  const settle = (): Promise<void> => new Promise((done) => setImmediate(done));
  return { timers, metrics, logger, removed, janitor, settle };
}

it('removes an entity at once, and once more when the longest fetch is over', async () => {
  const { janitor, removed, timers, settle } = setUp();
  janitor.removeTwice('catalog', 'Product', { upc: '1' });
  expect(removed).toEqual(['catalog Product {"upc":"1"}']);
  expect(timers.delaysMs()).toEqual([700]);
  timers.goOff();
  await settle();
  expect(removed).toHaveLength(2);
  expect(janitor.waitingCount).toBe(0);
});

it('tries a shard again that is away, and leaves the entity to expire in the end', async () => {
  let tries = 0;
  const { janitor, timers, logger, settle } = setUp({
    fetchDeadlineMs: 100_000,
    remove: async () => {
      tries += 1;
      throw new Error('away');
    },
  });
  janitor.removeTwice('catalog', 'Product', { upc: '1' });
  for (const delayMs of [1_000, 5_000, 25_000]) {
    await settle();
    expect(timers.delaysMs()).toEqual([delayMs, 100_000]);
    timers.goOff();
  }
  await settle();
  expect(tries).toBe(4);
  expect(timers.delaysMs()).toEqual([100_000]);
  expect(logger.lines).toHaveLength(1);
  expect(logger.lines[0]).toMatch(/left in its shard to expire.*away/);
});

it('removes a few at the same time, the rest in turn', async () => {
  const ends: (() => void)[] = [];
  const { janitor, settle } = setUp({ concurrency: 2, remove: () => new Promise<void>((done) => ends.push(done)) });
  for (let n = 0; n < 5; n += 1) janitor.removeTwice('catalog', 'Product', { upc: String(n) });
  expect(ends).toHaveLength(2);
  while (ends.length > 0) {
    expect(ends.length).toBeLessThanOrEqual(2);
    ends.shift()?.();
    await settle();
  }
  expect(janitor.waitingCount).toBe(5);
});

it('drops what comes when too much waits, and counts it', () => {
  const { janitor, metrics } = setUp({ maxWaiting: 4, remove: () => new Promise(() => undefined) });
  for (let n = 0; n < 100; n += 1) janitor.removeTwice('catalog', 'Product', { upc: String(n) });
  expect(janitor.waitingCount).toBe(4);
  expect(metrics.drops.length).toBeGreaterThanOrEqual(98);
});

it('does nothing more after it was stopped', async () => {
  const { janitor, timers, removed, settle } = setUp();
  janitor.removeTwice('catalog', 'Product', { upc: '1' });
  janitor.stop();
  janitor.removeTwice('catalog', 'Product', { upc: '2' });
  await settle();
  expect(timers.delaysMs()).toEqual([]);
  expect(removed).toHaveLength(1);
});
