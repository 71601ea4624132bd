// A shard that dies, freezes, falls silent, loses or brings back what it held: one deadline at most, no error, nothing stale.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storageKey } from '../../../gateway/cache/record-address.ts';
import { eventually } from '../../support/eventually.ts';
import { type RedisServer, startRedis } from '../../support/redis-server.ts';
import { requireService } from '../../support/service-gate.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import { DEADLINE_MS, type GatewayOnShard, gatewayOn, rawGet } from './shard-world.ts';

// The machine is shared: what takes longer than this has hung.
const HUNG_MS = 1_000;
/** Longer than a silent connection is borne with. */
const BUSY_MS = 2_000;

let redis: RedisServer;
const gateways: GatewayOnShard[] = [];
const open: typeof gatewayOn = (url, options) => {
  const gateway = gatewayOn(url, options);
  gateways.push(gateway);
  return gateway;
};

beforeEach(async () => {
  redis = await startRedis();
});
afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.close()));
  await redis.stop();
});

async function timed<Value>(promise: Promise<Value>): Promise<{ readonly value: Value; readonly tookMs: number }> {
  const startMs = performance.now();
  const value = await promise;
  return { value, tookMs: performance.now() - startMs };
}

/** Many readers at once, again and again, until told to stop. @returns how long each read took, in ms, the slowest last */
function underLoad(gateway: GatewayOnShard): {
  readonly stop: () => Promise<{ readonly tookMs: number[]; readonly results: Set<string> }>;
} {
  const tookMs: number[] = [];
  const results = new Set<string>();
  let running = true;
  const reader = async (id: number): Promise<void> => {
    for (let upc = id; running; upc += 1) {
      const { value, tookMs: took } = await timed(gateway.read(upc % 20));
      tookMs.push(took);
      results.add(value);
      if (upc % 7 === 0) gateway.fill(upc % 20, 'Table');
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const readers = Array.from({ length: 10 }, (_, id) => reader(id));
  return {
    async stop() {
      running = false;
      await Promise.all(readers);
      return { tookMs: tookMs.sort((left, right) => left - right), results };
    },
  };
}

const percentile = (sorted: readonly number[], share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;

requireService('redis')('a shard that is killed', () => {
  it('costs its readers no error and no wait, and serves again when it is back', async () => {
    const gateway = open(redis.url);
    await gateway.up();
    gateway.fill(1, 'Table');
    await gateway.store.idle();
    expect(await gateway.read(1)).toBe('Table');
    const load = underLoad(gateway);
    await redis.kill();
    await eventually(() => gateway.shard.status().state === 'away');
    const away = await timed(gateway.read(1));
    expect(away.value).toBe('error');
    await redis.restart();
    await gateway.up();
    await eventually(async () => (await gateway.read(1)) === 'miss' || (await gateway.read(1)) === 'Table');
    const { tookMs, results } = await load.stop();
    expect([...results].filter((result) => !['Table', 'miss', 'error'].includes(result))).toEqual([]);
    expect(percentile(tookMs, 0.99)).toBeLessThan(2 * DEADLINE_MS);
    expect(tookMs.at(-1)).toBeLessThan(HUNG_MS);
  });

  it('is told of when it goes and when it comes back', async () => {
    const gateway = open(redis.url);
    await gateway.up();
    await redis.kill();
    await eventually(() => gateway.statuses.at(-1)?.state === 'away');
    expect(gateway.statuses.at(-1)?.lastTrouble).toMatch(/Socket closed|ECONN/);
    await redis.restart();
    await eventually(() => gateway.statuses.at(-1)?.state === 'up');
    expect(gateway.statuses.map(({ state }) => state)).toEqual(['up', 'away', 'up']);
  });

  it('takes nothing that was written while it was away, and no write waits for it', async () => {
    const gateway = open(redis.url);
    await gateway.up();
    await redis.kill();
    await eventually(() => gateway.shard.status().state === 'away');
    gateway.fill(1, 'Table');
    expect((await timed(gateway.store.idle())).tookMs).toBeLessThan(HUNG_MS);
    expect(gateway.metrics.lines.get('write catalog l2 error')).toBe(1);
    await redis.restart();
    await gateway.up();
    expect(await rawGet(redis.url, storageKey(gateway.product(1)))).toBe(null);
  });
});

requireService('redis')('a shard that freezes and is killed', () => {
  it('takes nothing, when it is back, of what still waited to be sent', async () => {
    const gateway = open(redis.url, { l1MaxBytes: 64 * 1024 * 1024 });
    await gateway.up();
    await redis.freeze();
    // More than the sockets take: the rest waits in this process.
    for (let upc = 0; upc < 100; upc += 1) gateway.fill(upc, 'x'.repeat(60_000));
    await gateway.store.idle();
    await redis.kill();
    await eventually(() => gateway.shard.status().state === 'away');
    await redis.restart();
    await gateway.up();
    const held = await Promise.all(
      Array.from({ length: 100 }, (_, upc) => rawGet(redis.url, storageKey(gateway.product(upc)))),
    );
    expect(held.filter((text) => text !== null)).toEqual([]);
  });
});

requireService('redis')('a shard that is not there at the start', () => {
  it('joins later', async () => {
    await redis.kill();
    const gateway = open(redis.url);
    expect((await timed(gateway.read(1))).value).toBe('error');
    await redis.restart();
    await gateway.up();
    gateway.fill(1, 'Table');
    await gateway.store.idle();
    expect(await gateway.read(1)).toBe('Table');
  });
});

requireService('redis')('a shard that freezes', () => {
  it('costs a few readers one deadline each, then nobody anything, and serves again when it thaws', async () => {
    const gateway = open(redis.url);
    await gateway.up();
    gateway.fill(1, 'Table');
    await gateway.store.idle();
    await redis.freeze();
    const waits: number[] = [];
    while (gateway.shard.status().state === 'up') {
      const { value, tookMs } = await timed(gateway.read(1));
      expect(value).toBe('error');
      waits.push(tookMs);
      expect(waits.length).toBeLessThanOrEqual(5);
    }
    expect(Math.min(...waits)).toBeGreaterThan(DEADLINE_MS - 5);
    expect(Math.max(...waits)).toBeLessThan(HUNG_MS);
    const quick = await timed(Promise.all(Array.from({ length: 100 }, () => gateway.read(1))));
    expect(new Set(quick.value)).toEqual(new Set(['error']));
    expect(quick.tookMs).toBeLessThan(DEADLINE_MS);
    redis.thaw();
    await gateway.up();
    expect(await gateway.read(1)).toBe('Table');
  });

  it('raises the slowest hundredth of reads by one deadline at most, under load, however long it lasts', async () => {
    const gateway = open(redis.url);
    await gateway.up();
    for (let upc = 0; upc < 20; upc += 1) gateway.fill(upc, 'Table');
    await gateway.store.idle();
    const load = underLoad(gateway);
    await redis.freeze();
    // Long enough for several probes and for the silent connection to be given up.
    await eventually(() => gateway.statuses.some(({ state }) => state === 'away'), { timeoutMs: 20_000 });
    redis.thaw();
    await gateway.up();
    await eventually(async () => (await gateway.read(1)) === 'Table');
    const { tookMs, results } = await load.stop();
    expect([...results].sort()).toEqual(['Table', 'error']);
    expect(percentile(tookMs, 0.99)).toBeLessThan(2 * DEADLINE_MS);
    expect(tookMs.at(-1)).toBeLessThan(HUNG_MS);
  });

  it('never serves a purged value that a write brought to it late', async () => {
    const gateway = open(redis.url);
    await gateway.up();
    await redis.freeze();
    gateway.fill(1, 'old name');
    await gateway.store.idle();
    gateway.purge(1);
    redis.thaw();
    const key = storageKey(gateway.product(1));
    // It lies in the server's socket while it is frozen: nobody can take it back.
    await eventually(async () => (await rawGet(redis.url, key))?.includes('old name'));
    await gateway.up();
    expect(await eventually(async () => (await gateway.read(1)) !== 'error' && gateway.read(1))).toBe('stale');
    gateway.fill(1, 'new name');
    await gateway.store.idle();
    expect(await gateway.read(1)).toBe('new name');
  });
});

requireService('redis')('a connection that is half-open', () => {
  it('is noticed within 1.5 s and made anew when the way is clear', async () => {
    const proxy = await startTcpProxy({ port: redis.port });
    const gateway = open(`redis://127.0.0.1:${proxy.port}`);
    try {
      await gateway.up();
      gateway.fill(1, 'Table');
      await gateway.store.idle();
      proxy.silence();
      const startMs = performance.now();
      await eventually(() => gateway.shard.status().state !== 'up', { timeoutMs: 5_000, everyMs: 5 });
      // Nobody asked anything: only the pings and the silence tell.
      expect(performance.now() - startMs).toBeLessThan(1_500 + HUNG_MS);
      await proxy.heal();
      await gateway.up();
      expect(await gateway.read(1)).toBe('Table');
    } finally {
      await proxy.stop();
    }
  });

  it('is given up soon although a request now and then keeps it from looking idle', async () => {
    const proxy = await startTcpProxy({ port: redis.port });
    const gateway = open(`redis://127.0.0.1:${proxy.port}`);
    try {
      await gateway.up();
      proxy.silence('to-client');
      const startMs = performance.now();
      // A request every 400 ms: less than the watch's patience, more than the breaker needs to open soon.
      const trickle = setInterval(() => void gateway.read(1), 400);
      await eventually(() => proxy.acceptedCount > 1, { what: 'a new connection', everyMs: 5 });
      clearInterval(trickle);
      expect(performance.now() - startMs).toBeLessThan(1_500 + HUNG_MS);
      await proxy.heal();
      await gateway.up();
    } finally {
      await proxy.stop();
    }
  });

  it('is not seen in a connection on which nobody asks anything', async () => {
    const proxy = await startTcpProxy({ port: redis.port });
    const gateway = open(`redis://127.0.0.1:${proxy.port}`);
    try {
      await gateway.up();
      const { toServerBytes } = proxy.passed;
      // PING is 14 bytes; six of them take longer than the watch's patience.
      await eventually(() => proxy.passed.toServerBytes >= toServerBytes + 6 * 14 || proxy.acceptedCount > 1);
      expect(proxy.acceptedCount).toBe(1);
      expect(gateway.statuses.map(({ state }) => state)).toEqual(['up']);
    } finally {
      await proxy.stop();
    }
  });

  it('is not seen in a good connection while this process was too busy to read from it', async () => {
    const gateway = open(redis.url, { deadlineMs: 10_000 });
    await gateway.up();
    gateway.fill(1, 'Table');
    await gateway.store.idle();
    for (let turn = 0; turn < 3; turn += 1) {
      const untilMs = performance.now() + BUSY_MS;
      while (performance.now() < untilMs);
      // Asked at once, as the request does whose planning took so long.
      expect(await gateway.read(1)).toBe('Table');
    }
    expect(gateway.statuses.map(({ state }) => state)).toEqual(['up']);
  });

  it('is given up although requests keep it busy', async () => {
    const proxy = await startTcpProxy({ port: redis.port });
    const gateway = open(`redis://127.0.0.1:${proxy.port}`);
    try {
      await gateway.up();
      const load = underLoad(gateway);
      const accepted = proxy.acceptedCount;
      proxy.silence('to-client');
      await eventually(() => proxy.acceptedCount > accepted, { what: 'a new connection', timeoutMs: 20_000 });
      await proxy.heal();
      await gateway.up();
      const { tookMs } = await load.stop();
      expect(tookMs.at(-1)).toBeLessThan(HUNG_MS);
    } finally {
      await proxy.stop();
    }
  });
});

requireService('redis')('a shard that loses or brings back what it held', () => {
  it('is no more than cold after FLUSHALL', async () => {
    const [gateway, other] = [open(redis.url), open(redis.url)];
    await Promise.all([gateway.up(), other.up()]);
    gateway.fill(1, 'Table');
    await gateway.store.idle();
    expect(await other.read(1)).toBe('Table');
    await redis.kill();
    await redis.restart();
    await other.up();
    expect(await other.read(1)).toBe('miss');
  });

  it('never serves a purged value out of an old dump, and serves out of it what nobody purged', async () => {
    const gateway = open(redis.url, { deadlineMs: 1_000 });
    await gateway.up();
    gateway.fill(1, 'old name');
    gateway.fill(2, 'Chair');
    await gateway.store.idle();
    const dump = await redis.dump();
    gateway.purge(1);
    gateway.fill(1, 'new name');
    await gateway.store.idle();
    expect(await gateway.read(1)).toBe('new name');
    await redis.restore(dump);
    await gateway.up();
    expect(await rawGet(redis.url, storageKey(gateway.product(1)))).toContain('old name');
    expect(await gateway.read(1)).toBe('stale');
    expect(await gateway.read(2)).toBe('Chair');
  });

  it('tells the janitor that it could not remove, and can later', async () => {
    const gateway = open(redis.url, { deadlineMs: 1_000 });
    await gateway.up();
    gateway.fill(1, 'Table');
    await gateway.store.idle();
    await redis.freeze();
    await expect(gateway.store.remove('catalog', 'Product', '{"upc":"1"}')).rejects.toMatchObject({ code: /^SHARD_/ });
    redis.thaw();
    await gateway.up();
    await eventually(() => gateway.store.remove('catalog', 'Product', '{"upc":"1"}').then(() => true));
    expect(await rawGet(redis.url, storageKey(gateway.product(1)))).toBe(null);
  });
});

requireService('redis')('a shard that refuses', () => {
  it('is counted and still read: an answer is an answer', async () => {
    await redis.stop();
    redis = await startRedis({ args: ['--maxmemory', '1mb', '--maxmemory-policy', 'noeviction'] });
    const gateway = open(redis.url, { deadlineMs: 1_000 });
    await gateway.up();
    for (let upc = 0; upc < 50; upc += 1) gateway.fill(upc, 'x'.repeat(50_000));
    await gateway.store.idle();
    expect(gateway.metrics.lines.get('write catalog l2 error')).toBeGreaterThan(10);
    expect(gateway.shard.status()).toMatchObject({ state: 'up', lastTrouble: expect.stringContaining('OOM') });
    expect(['miss', 'x'.repeat(50_000)]).toContain(await gateway.read(1));
  });
});

describe('a shard that is closed while it is away', () => {
  it('leaves nothing behind that keeps the process', async () => {
    const gateway = open('redis://127.0.0.1:1');
    expect(await gateway.read(1)).toBe('error');
    await gateway.close();
    // leak-check.ts fails the file if a connection is left.
  });
});
