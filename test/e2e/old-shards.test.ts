// A shard holds an entry that is older than a change: it was restored from a dump, or a set that was sent before the change landed after it.
// The entry is there, and nobody is served it.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { UNHURRIED } from '../support/deployment/gateway-settings.ts';
import { type KafkaDeployment, startKafkaDeployment } from '../support/deployment.ts';
import { eventually } from '../support/eventually.ts';
import { requireService } from '../support/service-gate.ts';
import { cacheInForce, writesLanded } from './cache-in-force.ts';
import { at } from './history/probes.ts';
import { type Asked, askCounting } from './origin-cost.ts';
import { PRECISE_EVERYWHERE } from './precise-rules.ts';
import { addressOfProduct, textsWith } from './shard-content.ts';

const GATEWAYS = [0, 1] as const;
const WAIT = { timeoutMs: 30_000 };

requireService(
  'postgres',
  'redis',
  'kafka',
)('an entry of a shard that is older than a change', () => {
  let deployment: KafkaDeployment;
  let upcs: string[];

  beforeAll(async () => {
    const gateway = { ...UNHURRIED, cache: { ...UNHURRIED.cache, subgraphs: PRECISE_EVERYWHERE } };
    deployment = await startKafkaDeployment({ gateways: [gateway, gateway], holders: ['catalog'] });
    await inForce();
    const reviewed = await deployment.sql('reviews', 'select distinct upc from reviews.review order by upc');
    const known = new Set((await deployment.sql('catalog', 'select upc from catalog.product')).map(({ upc }) => upc));
    upcs = reviewed.flatMap(({ upc }) => (known.has(upc) ? [String(upc)] : []));
  });
  afterAll(() => deployment?.stop());

  const inForce = async (): Promise<void> => void (await Promise.all(GATEWAYS.map((g) => cacheInForce(deployment, g))));
  const restart = async (gateway: number): Promise<void> => {
    await deployment.gateways[gateway]?.restart();
    await inForce();
  };
  const landed = (gateway: number): Promise<void> => writesLanded(() => deployment.metrics(gateway));
  const staleReads = async (gateway: number): Promise<number> =>
    (await deployment.metrics(gateway)).sum('freshet_cache_reads_total', {
      subgraph: 'catalog',
      type: 'Product',
      tier: 'l2',
      result: 'stale',
    });
  const storedCount = async (): Promise<number> =>
    (await deployment.metrics(0)).sum('freshet_cache_writes_total', {
      subgraph: 'catalog',
      tier: 'l2',
      result: 'stored',
    });
  /** By a list of reviews, so that no answer to a field of Query is between the question and the product's own record. */
  const query = (upc: string): string =>
    `{ reviews(first: 1, filter: { upc: "${upc}" }) { nodes { product { description } } } }`;
  const ask = async (gateway: number, upc: string): Promise<Asked & { readonly description: unknown }> => {
    const asked = await askCounting(deployment, gateway, query(upc));
    expect(asked.answer.body.errors).toBeUndefined();
    return { ...asked, description: at(asked.answer.body.data, 'reviews', 'nodes', 0, 'product', 'description') };
  };
  /** Told by an event that names the type and no product: the janitor removes no record for it. */
  const change = async (description: string): Promise<void> => {
    const applied = async (gateway: number): Promise<number> =>
      (await deployment.metrics(gateway)).sum('freshet_purge_events_total', { subgraph: 'catalog', result: 'applied' });
    const before = await Promise.all(GATEWAYS.map(applied));
    await deployment.sql(
      'catalog',
      `begin; update catalog.product set description = '${description}'; delete from freshet.outbox;
       insert into freshet.outbox (kind, type) values ('type', 'Product'); commit`,
    );
    for (const gateway of GATEWAYS)
      await eventually(async () => (await applied(gateway)) > (before[gateway] ?? 0), {
        ...WAIT,
        what: `gateway ${gateway} to apply the purge`,
      });
  };
  const heldBy = (upc: string, description: string): Promise<readonly string[]> =>
    textsWith(deployment.shards, addressOfProduct(upc), JSON.stringify(description));

  const expectHits = async (upc: string, expected: string): Promise<void> => {
    for (const gateway of GATEWAYS) {
      const { description, cost, why } = await ask(gateway, upc);
      expect({ description, cost }, why).toEqual({ description: expected, cost: {} });
    }
  };

  it('of a shard restored from a dump is refused, and what was not changed is served from it', {
    timeout: 180_000,
  }, async () => {
    const asked = upcs.slice(0, 6);
    await change('old');
    for (const upc of asked) expect((await ask(0, upc)).description).toBe('old');
    await landed(0);
    const dumps = await Promise.all(deployment.shards.map((shard) => shard.dump()));
    await change('new');
    await Promise.all(deployment.shards.map((shard, index) => shard.restore(dumps[index] ?? Buffer.alloc(0))));
    for (const upc of asked) expect(await heldBy(upc, 'old')).toHaveLength(1);

    // It has only the shards: what was in memory is gone.
    await restart(0);
    expect(await staleReads(0)).toBe(0);
    for (const upc of asked) {
      const { description, cost, why } = await ask(0, upc);
      // The reviews are those of the dump: they were not changed.
      expect({ description, cost }, why).toEqual({ description: 'new', cost: { catalog: 1 } });
    }
    // Each of them was found, and refused.
    expect(await staleReads(0)).toBe(asked.length);
    await landed(0);

    // What came in its place is a hit, here and from the shards.
    for (const upc of asked) expect(await heldBy(upc, 'old')).toEqual([]);
    await restart(1);
    for (const upc of asked) await expectHits(upc, 'new');
  });

  it('of a set that lay in a frozen shard and landed after the purge is refused', { timeout: 180_000 }, async () => {
    const upc = upcs[20] ?? '';
    await change('late');
    await landed(0);
    const stored = await storedCount();
    // The shards have been read in vain, and the subgraph has read the row, when they freeze: the set is all that they are sent.
    const hold = deployment.holder('catalog').hold(`"upc":"${upc}"`);
    const answer = ask(0, upc);
    answer.catch(() => undefined);
    await eventually(() => hold.heldCount === 1, { ...WAIT, what: 'the answer to be held' });
    await Promise.all(deployment.shards.map((shard) => shard.freeze()));
    try {
      hold.release();
      expect((await answer).description).toBe('late');
      await change('in time');
      // It has not been answered: the shard has not taken it yet.
      expect(await storedCount()).toBe(stored);
    } finally {
      hold.release();
      for (const shard of deployment.shards) shard.thaw();
    }
    await eventually(async () => (await heldBy(upc, 'late')).length === 1, { ...WAIT, what: 'the set to land' });

    await restart(1);
    const first = await ask(1, upc);
    expect(first.description, first.why).toBe('in time');
    expect(await staleReads(1)).toBe(1);
    expect((await ask(0, upc)).description).toBe('in time');
    await landed(0);
    await landed(1);
    // What came in its place is a hit, here and from the shards.
    await restart(0);
    await expectHits(upc, 'in time');
  });
});
