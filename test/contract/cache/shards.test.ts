// Every kind of shard keeps the same contract: in memory and on a real Redis.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentCacheMetrics } from '../../../gateway/cache/cache-metrics.ts';
import { openShard, type ShardOptions } from '../../../gateway/cache/shard.ts';
import { type RedisServer, startRedis } from '../../support/redis-server.ts';
import { requireService } from '../../support/service-gate.ts';
import { shardAt } from '../../support/shard-at.ts';
import { handClock } from '../../unit/gateway/cache/samples.ts';
import { describeShard } from './shard-contract.ts';

const clock = handClock();
const options: ShardOptions = {
  // Generous: what is tested here is not speed, and the machine may be busy.
  deadlineMs: 5_000,
  metrics: silentCacheMetrics,
  clock,
  monotonicMs: () => performance.now(),
  random: Math.random,
};

describe('a shard in memory', () => {
  describeShard(async () => {
    const shard = openShard(shardAt('memory:contract?max=16MiB'), options);
    return {
      shard,
      pass: async (ms) => {
        clock.at += ms;
      },
      close: () => shard.close(),
    };
  });

  it('stays within its bytes by dropping what was used least recently', async () => {
    const shard = openShard(shardAt('memory:small?max=1MiB'), options);
    for (let id = 0; id < 100; id += 1) {
      await shard.set(`key-${id}`, 'x'.repeat(20_000), 60_000);
      await shard.getMany(['key-0']);
    }
    const found = await shard.getMany(Array.from({ length: 100 }, (_, id) => `key-${id}`));
    const kept = found.kind === 'ok' ? found.value.map((text) => text !== undefined) : [];
    expect(kept[0]).toBe(true);
    expect(kept[1]).toBe(false);
    expect(kept.filter(Boolean).length).toBeLessThanOrEqual((1024 * 1024) / 20_000);
    expect(kept.filter(Boolean).length).toBeGreaterThan(45);
    await shard.close();
  });
});

requireService('redis')('a shard on a real Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    await redis.stop();
  });
  describeShard(async () => {
    const shard = openShard(shardAt(redis.url), options);
    // Redis has a clock of its own.
    return { shard, pass: (ms) => sleep(ms), close: () => shard.close() };
  });

  it('takes the database of its URL', async () => {
    const [zero, one] = [openShard(shardAt(redis.url), options), openShard(shardAt(`${redis.url}/1`), options)];
    const { eventually } = await import('../../support/eventually.ts');
    await eventually(() => zero.status().state === 'up' && one.status().state === 'up');
    await one.set('here', 'yes', 60_000);
    expect(await zero.getMany(['here'])).toEqual({ kind: 'ok', value: [undefined] });
    expect(await one.getMany(['here'])).toEqual({ kind: 'ok', value: ['yes'] });
    await Promise.all([zero.close(), one.close()]);
  });
});
