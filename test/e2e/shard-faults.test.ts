// What a Redis shard can do to the whole system: come back old, be emptied, die, freeze. No client is told of it, and nothing old is served.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type KafkaDeployment, startKafkaDeployment } from '../support/deployment.ts';
import { eventually } from '../support/eventually.ts';
import { requireService } from '../support/service-gate.ts';
import { cacheInForce, writesLanded } from './cache-in-force.ts';
import { flushAll } from './history/faults.ts';
import { nameAt, setName, startNameLoad } from './name-load.ts';
import { type Asked, askCounting } from './origin-cost.ts';
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
  const readsOfShards = async (gateway: number, result: string): Promise<number> =>
    (await deployment.metrics(gateway)).sum('freshet_cache_reads_total', { subgraph: 'catalog', tier: 'l2', result });
  /** What is in memory is gone: it has only the shards. */
  const restartGateway = async (gateway: number): Promise<void> => {
    await deployment.gateways[gateway]?.restart();
    await Promise.all([cacheInForce(deployment, gateway), allShardsUp(gateway)]);
  };
  const untilServed = (upc: string, name: string): Promise<unknown> =>
    Promise.all(
      [0, 1].map((gateway) =>
        eventually(async () => (await nameAt(deployment, gateway, upc)) === name, {
          ...WAIT,
          what: `gateway ${gateway} to serve ${name}`,
        }),
      ),
    );
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
      const { failures, stale, verdict } = await load.stop();
      expect(failures).toEqual([]);
      expect(stale).toEqual([]);
      expect(verdict.insideCount).toBeGreaterThan(100);
    }
  };

  it('serves nothing of an old dump that was changed since, and the rest from it', { timeout: 180_000 }, async () => {
    const changed = ['21', '22', '23', '24', '25', '26'];
    const kept = ['31', '32', '33', '34', '35', '36'];
    // Of another subgraph: a new name moves products in lists, which gives up every answer to Query.product.
    const askKept = (upc: string): Promise<Asked> =>
      askCounting(deployment, 0, `{ product(upc: "${upc}") { reviewCount } }`);
    const originals = new Map<string, unknown>();
    for (const upc of changed) await nameAt(deployment, 0, upc);
    for (const upc of kept) originals.set(upc, (await askKept(upc)).answer.body);
    await writesLanded(() => deployment.metrics(0));
    const dumps = await Promise.all(deployment.shards.map((shard) => shard.dump()));
    for (const upc of changed) await setName(deployment, upc, `new ${upc}`);
    for (const upc of changed) await untilServed(upc, `new ${upc}`);
    await Promise.all(deployment.shards.map((shard, index) => shard.restore(dumps[index] ?? Buffer.alloc(0))));
    await restartGateway(0);
    const stale = await readsOfShards(0, 'stale');
    for (const upc of changed) expect(await nameAt(deployment, 0, upc)).toBe(`new ${upc}`);
    // The old entries were there, and were refused.
    expect((await readsOfShards(0, 'stale')) - stale).toBeGreaterThan(0);
    // On a busy machine a read of a shard may pass its deadline, and then costs a request: not all of them.
    let spared = 0;
    for (const upc of kept) {
      const { answer, cost } = await askKept(upc);
      expect(answer.body).toEqual(originals.get(upc));
      if (cost.reviews === undefined) spared += 1;
    }
    expect(spared).toBeGreaterThan(0);
    await allShardsUp(1);
    for (const upc of changed) expect(await nameAt(deployment, 1, upc)).toBe(`new ${upc}`);
  });

  it('serves nothing of a set that was sent to a frozen shard and lands after the purge', async () => {
    const upcs = ['41', '42', '43', '44'];
    await Promise.all(deployment.shards.map((shard) => shard.freeze()));
    try {
      for (const upc of upcs) await nameAt(deployment, 0, upc);
      for (const upc of upcs) await setName(deployment, upc, `new ${upc}`);
      for (const upc of upcs) await untilServed(upc, `new ${upc}`);
    } finally {
      for (const shard of deployment.shards) shard.thaw();
    }
    await Promise.all([allShardsUp(0), allShardsUp(1)]);
    await restartGateway(1);
    for (const upc of upcs)
      for (const gateway of [1, 0]) expect(await nameAt(deployment, gateway, upc)).toBe(`new ${upc}`);
  });

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
