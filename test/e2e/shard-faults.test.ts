// What a Redis shard can do to the whole system under load: come back old, be emptied, die, freeze. No client is told of it, and nothing old is
// served.
import { afterAll, beforeAll, it } from 'vitest';
import { type KafkaDeployment, startKafkaDeployment } from '../support/deployment.ts';
import { eventually } from '../support/eventually.ts';
import { requireService } from '../support/service-gate.ts';
import { cacheInForce } from './cache-in-force.ts';
import { flushAll } from './history/faults.ts';
import { endSpotless, startNameLoad } from './name-load.ts';
import { PRECISE_EVERYWHERE } from './precise-rules.ts';

const WAIT = { timeoutMs: 30_000 };
/** Longer than S. */
const OLD_MS = 6_000;
const LOADED_COUNT = 8;
/** Products of loads, none of which two loads share. */
const LOADS = { flushed: 1, killed: 2, frozen: 3, restored: 4 };

requireService(
  'postgres',
  'redis',
  'kafka',
)('faults of Redis shards under two gateways', () => {
  let deployment: KafkaDeployment;

  beforeAll(async () => {
    const cache = { subgraphs: PRECISE_EVERYWHERE };
    deployment = await startKafkaDeployment({ gateways: [{ cache }, { cache }] });
    await Promise.all([cacheInForce(deployment, 0), cacheInForce(deployment, 1)]);
  });
  afterAll(() => deployment?.stop());

  const allShardsUp = (gateway: number): Promise<unknown> =>
    eventually(async () => (await deployment.metrics(gateway)).sum('freshet_shard_up') === deployment.shards.length, {
      ...WAIT,
      what: `gateway ${gateway} to have all its shards`,
    });
  /** Load over the fault, and some reads before and after it. */
  const underLoad = async (label: keyof typeof LOADS, fault: () => Promise<void>): Promise<void> => {
    const first = 50 + LOADS[label] * LOADED_COUNT;
    const upcs = Array.from({ length: LOADED_COUNT }, (_, index) => String(first + index));
    const load = startNameLoad(deployment, { gateways: [0, 1], upcs, label });
    const more = (): Promise<unknown> => {
      const { readCount } = load;
      return eventually(() => load.readCount > readCount + 300, { timeoutMs: 60_000, what: '300 more reads' });
    };
    try {
      await more();
      await fault();
      await more();
      await Promise.all([allShardsUp(0), allShardsUp(1)]);
      await more();
    } finally {
      await endSpotless(load);
    }
  };

  it('goes on when all shards are emptied under load', { timeout: 180_000 }, async () => {
    await underLoad('flushed', async () => void (await Promise.all(deployment.shards.map(flushAll))));
  });

  it('goes on when a shard is killed and comes back empty under load', { timeout: 180_000 }, async () => {
    await underLoad('killed', async () => {
      const [shard] = deployment.shards;
      await shard?.kill();
      await eventually(async () => (await deployment.metrics(0)).sum('freshet_shard_up') === 1, WAIT);
      await shard?.restart();
    });
  });

  it('goes on when a shard freezes under load and thaws', { timeout: 180_000 }, async () => {
    await underLoad('frozen', async () => {
      const shard = deployment.shards[1];
      await shard?.freeze();
      try {
        await eventually(async () => (await deployment.metrics(0)).sum('freshet_shard_up') === 1, WAIT);
      } finally {
        shard?.thaw();
      }
    });
  });

  it('goes on when a shard is restored from an old dump under load', { timeout: 180_000 }, async () => {
    await underLoad('restored', async () => {
      const [shard] = deployment.shards;
      const old = (await shard?.dump()) ?? Buffer.alloc(0);
      const dumpedAt = performance.now();
      // So that all that the dump holds has been superseded.
      await eventually(() => performance.now() > dumpedAt + OLD_MS, WAIT);
      await shard?.restore(old);
    });
  });
});
