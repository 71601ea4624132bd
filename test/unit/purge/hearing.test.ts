// A gateway is ready when every source of its bounded subgraphs was heard, so that the first clients find the cache open.
import { describe, expect, it } from 'vitest';
import { listenForSources } from '../../../gateway/purge/hearing.ts';
import { createRelay, createWorld, NOW_AT, type WorldOptions } from './purge-world.ts';
import { createHandTimers } from './timers-by-hand.ts';

const TWO = [
  { name: 'catalog', sources: ['catalog'] },
  { name: 'reviews', sources: ['reviews'] },
  { name: 'search', sources: [] },
];

function listen(options: WorldOptions = {}) {
  const world = createWorld({ subgraphs: TWO, ...options });
  const timers = createHandTimers();
  const hearing = listenForSources({
    ledger: world.ledger,
    clock: { nowAt: () => world.clock.nowAt },
    timer: timers.timer,
    boundMs: 5_000,
    timeoutMs: 30_000,
    logger: world.logger,
  });
  let outcome: string | null = null;
  void hearing.done.then((how) => {
    outcome = how;
  });
  let offset = -1;
  const relays = { catalog: createRelay('catalog'), reviews: createRelay('reviews') };
  return {
    ...world,
    timers,
    hearing,
    beat(name: 'catalog' | 'reviews', asOfAt = world.clock.nowAt) {
      offset += 1;
      hearing.ledger.apply(offset, relays[name].beat({ asOfAt }));
    },
    purge(name: 'catalog' | 'reviews') {
      offset += 1;
      hearing.ledger.apply(offset, relays[name].purge());
    },
    /** How it ended, so far. */
    async outcome() {
      await Promise.resolve();
      return outcome;
    },
  };
}

describe('the sources of bounded subgraphs', () => {
  it('are heard when each has sent a heartbeat that is believed', async () => {
    const { beat, outcome, timers, ledger, clock } = listen();
    for (const _ of [1, 2]) beat('catalog');
    beat('reviews');
    expect(await outcome()).toBeNull();
    beat('reviews');
    expect(await outcome()).toBe('heard');
    expect(timers.delaysMs()).toEqual([]);
    for (const name of ['catalog', 'reviews']) expect(ledger.asOfAgeMs(name, clock.nowAt)).toBe(0);
  });

  it('are not heard by heartbeats of long ago, read again at a start', async () => {
    const { beat, outcome, clock } = listen();
    for (const name of ['catalog', 'reviews'] as const) {
      for (const _ of [1, 2]) beat(name, NOW_AT - 3_600_000);
    }
    expect(await outcome()).toBeNull();
    clock.nowAt += 250;
    for (const _ of [1, 2]) beat('reviews');
    expect(await outcome()).toBeNull();
    for (const _ of [1, 2]) beat('catalog');
    expect(await outcome()).toBe('heard');
  });

  it('are not waited for any longer than the timeout, and who is missing is named', async () => {
    const { beat, outcome, timers, logger } = listen();
    for (const _ of [1, 2]) beat('catalog');
    expect(timers.delaysMs()).toEqual([30_000]);
    timers.goOff();
    expect(await outcome()).toBe('timed-out');
    expect(logger.lines.filter((line) => line.includes('not heard in time'))).toEqual([
      expect.stringContaining('"subgraphs":["reviews"]'),
    ]);
  });

  it('are none where no subgraph is bounded', async () => {
    const { outcome, timers } = listen({ subgraphs: [{ name: 'search', sources: [] }] });
    expect(await outcome()).toBe('heard');
    expect(timers.delaysMs()).toEqual([]);
  });

  it('are told to the ledger as if nobody listened', () => {
    const { beat, purge, ledger, metrics } = listen();
    beat('catalog');
    purge('catalog');
    expect(ledger.status(NOW_AT).position).toBe(1);
    expect(metrics.events).toEqual(['catalog applied']);
  });

  it('are not listened for after a stop', async () => {
    const { hearing, timers, outcome, beat } = listen({ subgraphs: [{ name: 'catalog', sources: ['catalog'] }] });
    hearing.stop();
    expect(timers.delaysMs()).toEqual([]);
    for (const _ of [1, 2]) beat('catalog');
    expect(await outcome()).toBeNull();
  });
});
