// The entity store: two tiers, one rule.
import { afterEach, describe, expect, it } from 'vitest';
import { encodeRecord } from '../../../../gateway/cache/codec.ts';
import { createFieldShapes } from '../../../../gateway/cache/field-shape.ts';
import type { LiveRecord, NoRecord, RecordAddress, Slice } from '../../../../gateway/cache/record.ts';
import { storageKey } from '../../../../gateway/cache/record-address.ts';
import { openShard } from '../../../../gateway/cache/shard.ts';
import type { Shard } from '../../../../gateway/cache/shard-guard.ts';
import { createEntityStore, type StoreOptions } from '../../../../gateway/cache/store.ts';
import { anyTag, cacheTag, entityTag, typeTag } from '../../../../schema/tag.ts';
import { shardAt } from '../../../support/shard-at.ts';
import {
  handClock,
  handJudge,
  listedMetrics,
  plain,
  productFamily,
  productKey,
  purging,
  START_AT,
  slice,
  testAddressing,
} from './samples.ts';

const opened: Shard[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((shard) => shard.close()));
});

/** Gateways over the same shards, each with a judge, a clock and metrics of its own. */
function openWorld(shardUrls: readonly string[] = ['memory:a', 'memory:b', 'memory:c']) {
  const clock = handClock();
  const shardMetrics = listedMetrics();
  const monotonicMs = () => performance.now();
  const options = { metrics: shardMetrics, clock, monotonicMs, random: () => 0, deadlineMs: 10_000 };
  const shards = shardUrls.map((url) => openShard(shardAt(url), options));
  opened.push(...shards);
  const addressing = testAddressing();
  const family = productFamily(addressing);
  return {
    clock,
    shards,
    shardMetrics,
    addressing,
    product: (upc: number | string, variant = '') => family(productKey(upc), variant),
    gateway(overrides: Partial<StoreOptions> = {}) {
      const judge = handJudge();
      const metrics = listedMetrics();
      const store = createEntityStore({
        judge,
        addressing,
        l1MaxBytes: 1024 * 1024,
        shards,
        clock,
        metrics,
        ...overrides,
      });
      const readOne = async (address: RecordAddress) => (await store.readMany([address], clock.at))[0]!;
      return { judge, metrics, store, readOne };
    },
  };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const slicesOf = (found: LiveRecord | NoRecord) => (typeof found === 'string' ? found : found.slices.map(plain));
const tierOf = (found: LiveRecord | NoRecord) => (typeof found === 'string' ? found : found.tier);
const fieldNames = (found: LiveRecord | NoRecord) =>
  typeof found === 'string' ? found : found.slices.map(({ fields }) => (fields === null ? null : [...fields.keys()]));

describe('a gateway that keeps nothing itself', () => {
  it('serves what the shard has, judged by every tag of it', async () => {
    const { gateway, product } = openWorld();
    const tags = [anyTag('catalog'), cacheTag('catalog', 'x')];
    const given = slice({ tags, fields: { name: '"Table"' } });
    const keyTags = { name: 'k', count: 1, of: (keyText: string) => [cacheTag('catalog', keyText)] };
    const writer = gateway();
    writer.store.write(product(1), { ...given, keyTags });
    await writer.store.idle();
    const { store, judge, metrics, readOne } = gateway({ l1MaxBytes: 0 });
    const found = await readOne(product(1));
    const ofKey = cacheTag('catalog', productKey(1));
    expect([tierOf(found), slicesOf(found)]).toEqual(['l2', [plain({ ...given, tags: [ofKey, ...tags] })]]);
    expect(store.status().l1RecordCount).toBe(0);
    const own = entityTag('catalog', 'Product', { upc: '1' });
    for (const purged of [own, typeTag('catalog', 'Product'), ofKey, ...tags]) {
      judge.verdictOf = purging(purged);
      expect(await readOne(product(1)), purged).toBe('stale');
    }
    judge.verdictOf = () => 'bypass';
    expect(await readOne(product(1))).toBe('stale');
    await turn();
    const countOf = (result: string) => metrics.lines.get(`read catalog Product l2 ${result}`);
    expect([countOf('hit'), countOf('stale'), countOf('bypass')]).toEqual([1, 5, 1]);
  });

  it('serves nothing past its expiry, and the newest of several slices first', async () => {
    const { gateway, product, clock } = openWorld();
    const writer = gateway();
    writer.store.write(product(1), slice({ position: 1, fields: { name: '"Table"' }, lifetimeMs: 5_000 }));
    writer.store.write(product(1), slice({ position: 2, fields: { price: '5' }, lifetimeMs: 9_000 }));
    writer.store.write(product(2), slice({ lifetimeMs: 5_000 }));
    await writer.store.idle();
    const reader = gateway({ l1MaxBytes: 0 });
    expect(fieldNames(await reader.readOne(product(1)))).toEqual([['price'], ['name']]);
    clock.at += 5_000;
    expect(fieldNames(await reader.readOne(product(1)))).toEqual([['price']]);
    expect(typeof (await reader.readOne(product(2)))).toBe('string');
  });
});

describe('what one gateway writes', () => {
  it('is in its own L1 at once and in the others after a read of the shard', async () => {
    const { gateway, product } = openWorld();
    const [writer, reader] = [gateway(), gateway()];
    const given = slice({
      fields: { name: '"Table"', offers: [{ kind: 'entity', typename: 'Offer', keyText: '{}' }] },
    });
    writer.store.write(product(1), given);
    expect(slicesOf(writer.store.peek(product(1), START_AT))).toEqual([plain(given)]);
    await writer.store.idle();
    expect(reader.store.peek(product(1), START_AT)).toBe('miss');
    const found = await reader.readOne(product(1));
    expect([tierOf(found), slicesOf(found)]).toEqual(['l2', [plain(given)]]);
    expect(tierOf(reader.store.peek(product(1), START_AT))).toBe('l1');
  });

  it('joins what others wrote of the same entity, once it has read it', async () => {
    const { gateway, product } = openWorld();
    const [one, other, third] = [gateway(), gateway(), gateway()];
    one.store.write(product(1), slice({ position: 1, fields: { name: '"Table"' } }));
    await one.store.idle();
    await other.readOne(product(1));
    other.store.write(product(1), slice({ position: 2, fields: { price: '5' } }));
    await other.store.idle();
    expect(fieldNames(await third.readOne(product(1)))).toEqual([['price'], ['name']]);
    expect(fieldNames(await one.readOne(product(1)))).toEqual([['price'], ['name']]);
  });

  it('is lost in part, never wrong, when two write at once without having read', async () => {
    const { gateway, product } = openWorld();
    const [one, other, reader] = [gateway(), gateway(), gateway()];
    one.store.write(product(1), slice({ position: 1, fields: { name: '"Table"' } }));
    other.store.write(product(1), slice({ position: 2, fields: { price: '5' } }));
    await Promise.all([one.store.idle(), other.store.idle()]);
    expect(fieldNames(await reader.readOne(product(1)))).toHaveLength(1);
    expect(fieldNames(one.store.peek(product(1), START_AT))).toEqual([['name']]);
  });

  it('keeps variants apart', async () => {
    const { gateway, product } = openWorld();
    const [writer, reader] = [gateway(), gateway()];
    writer.store.write(product(1, 'alice'), slice({ fields: { email: '"a@x"' } }));
    await writer.store.idle();
    expect(await reader.readOne(product(1))).toBe('miss');
    expect(await reader.readOne(product(1, 'bob'))).toBe('miss');
    expect(fieldNames(await reader.readOne(product(1, 'alice')))).toEqual([['email']]);
  });

  it('is refused when a purge overtook the fetch, in L1 and in the shard', async () => {
    const { gateway, product } = openWorld();
    const [writer, reader] = [gateway(), gateway()];
    writer.judge.verdictOf = () => 'purged';
    writer.store.write(product(1), slice());
    await writer.store.idle();
    expect(writer.store.peek(product(1), START_AT)).toBe('miss');
    expect(await reader.readOne(product(1))).toBe('miss');
    expect(writer.metrics.lines.get('write catalog l1 refused')).toBe(1);
  });

  it('is not sent when it is purged while it waits to be sent', async () => {
    const { gateway, product } = openWorld();
    const [writer, reader] = [gateway(), gateway()];
    writer.store.write(product(1), slice());
    writer.judge.verdictOf = () => 'purged';
    await writer.store.idle();
    expect(await reader.readOne(product(1))).toBe('miss');
    expect(writer.metrics.lines.get('write catalog l2 refused')).toBe(1);
  });

  it('stays in the shard as long as its longest-lived slice', async () => {
    const { gateway, product, clock } = openWorld();
    const [writer, reader] = [gateway(), gateway()];
    writer.store.write(product(1), slice({ position: 1, fields: { a: '1' }, lifetimeMs: 60_000 }));
    writer.store.write(product(1), slice({ position: 2, fields: { b: '1' }, lifetimeMs: 1_000 }));
    await writer.store.idle();
    clock.at += 59_999;
    expect(fieldNames(await reader.readOne(product(1)))).toEqual([['a']]);
    clock.at += 1;
    expect(await gateway().readOne(product(1))).toBe('miss');
  });

  it('stays in the shard no longer than variants may, when it is one', async () => {
    const { gateway, product, clock } = openWorld();
    const writer = gateway({ variantTtlMaxMs: 1_000 });
    writer.store.write(product(1, 'alice'), slice());
    writer.store.write(product(1), slice());
    await writer.store.idle();
    clock.at += 1_000;
    const reader = gateway();
    expect(await reader.readOne(product(1, 'alice'))).toBe('miss');
    expect(fieldNames(await reader.readOne(product(1)))).toEqual([['name']]);
  });

  it('is not sent when it is larger than the shard takes, and that is counted', async () => {
    const { gateway, product } = openWorld(['memory:a?max=64KiB']);
    const [writer, reader] = [gateway(), gateway()];
    writer.store.write(product(1), slice({ fields: { text: `"${'x'.repeat(10_000)}"` } }));
    await writer.store.idle();
    expect(fieldNames(writer.store.peek(product(1), START_AT))).toEqual([['text']]);
    expect(await reader.readOne(product(1))).toBe('miss');
    expect(writer.metrics.lines.get('write catalog l2 oversize')).toBe(1);
  });

  it('is dropped and counted when too much waits for the shard, and L1 keeps it', async () => {
    const { gateway, product } = openWorld(['memory:a']);
    const writer = gateway({ l1MaxBytes: 64 * 1024 * 1024 });
    for (let upc = 0; upc < 5_000; upc += 1) writer.store.write(product(upc), slice());
    expect(writer.metrics.lines.get('write catalog l2 dropped')).toBe(5_000 - 4_096);
    expect(tierOf(writer.store.peek(product(4_999), START_AT))).toBe('l1');
    expect(writer.store.status().waitingWriteCount).toBe(4_096);
    await writer.store.idle();
    expect(writer.store.status().waitingWriteCount).toBe(0);
    expect(writer.metrics.lines.get('write catalog l2 stored')).toBe(4_096);
  });

  it('is sent once for all writes to one record in one turn', async () => {
    const { gateway, product, shardMetrics } = openWorld(['memory:a']);
    const writer = gateway();
    for (let n = 0; n < 10; n += 1) writer.store.write(product(1), slice({ position: n, fields: { [`f${n}`]: '1' } }));
    await writer.store.idle();
    expect(shardMetrics.lines.get('shard memory:a set ok')).toBe(1);
    expect(fieldNames(await gateway().readOne(product(1)))).toHaveLength(10);
  });

  it('is nowhere when its policy is never', async () => {
    const { gateway, addressing } = openWorld();
    const writer = gateway();
    const never = productFamily(addressing, { kind: 'never' })(productKey(1), '');
    writer.store.write(never, slice());
    expect(writer.store.peek(never, START_AT)).toBe('bypass');
    expect(await writer.readOne(never)).toBe('bypass');
    expect(writer.store.status().l1RecordCount).toBe(0);
  });
});

describe('what is read', () => {
  it('comes in the order of the question, and asks each shard once for all that one turn asks', async () => {
    const { gateway, product, shardMetrics, shards } = openWorld();
    const [writer, reader] = [gateway(), gateway()];
    for (let upc = 0; upc < 40; upc += 2) writer.store.write(product(upc), slice({ fields: { upc: `"${upc}"` } }));
    await writer.store.idle();
    const asked = Array.from({ length: 40 }, (_, upc) => upc);
    const [all, some] = await Promise.all([
      reader.store.readMany(
        asked.map((upc) => product(upc)),
        START_AT,
      ),
      reader.store.readMany([product(2), product(3), product(2)], START_AT),
    ]);
    const upcOf = (found: LiveRecord | NoRecord) =>
      typeof found === 'string' ? found : found.slices[0]?.fields?.get('upc');
    expect(all.map(upcOf)).toEqual(asked.map((upc) => (upc % 2 === 0 ? `"${upc}"` : 'miss')));
    expect(some.map(upcOf)).toEqual(['"2"', 'miss', '"2"']);
    const gets = shards.map(({ name }) => shardMetrics.lines.get(`shard ${name} get ok`));
    expect(gets).toEqual([1, 1, 1]);
  });

  it('is judged when the shard has answered, not when it was asked', async () => {
    const { gateway, product } = openWorld();
    const [writer, reader] = [gateway(), gateway()];
    writer.store.write(product(1), slice());
    await writer.store.idle();
    const reading = reader.readOne(product(1));
    reader.judge.verdictOf = purging(entityTag('catalog', 'Product', { upc: '1' }));
    expect(await reading).toBe('stale');
  });

  it('is stale when the judge refuses all of it, and what is live of it otherwise', async () => {
    const { gateway, product } = openWorld();
    const [writer, reader] = [gateway(), gateway()];
    writer.store.write(product(1), slice({ position: 1, fields: { a: '1' }, tags: ['one'] }));
    writer.store.write(product(1), slice({ position: 2, fields: { b: '1' }, tags: ['two'] }));
    await writer.store.idle();
    reader.judge.verdictOf = purging('two');
    expect(fieldNames(await reader.readOne(product(1)))).toEqual([['a']]);
    const other = gateway();
    other.judge.verdictOf = purging('one', 'two');
    expect(await other.readOne(product(1))).toBe('stale');
    expect(other.store.status().l1RecordCount).toBe(0);
  });

  it('is what L1 has when the shard has nothing', async () => {
    const { gateway, product, shards } = openWorld(['memory:a']);
    const writer = gateway();
    writer.store.write(product(1), slice());
    await writer.store.idle();
    await shards[0]?.delete([storageKey(product(1))]);
    const found = await writer.readOne(product(1));
    expect([tierOf(found), fieldNames(found)]).toEqual(['l1', [['name']]]);
  });

  it('is an error, not a miss, when the shard is away; L1 serves what it has', async () => {
    const { gateway, product, shards } = openWorld(['memory:a']);
    const reader = gateway();
    reader.store.write(product(1), slice());
    await Promise.all(shards.map((shard) => shard.close()));
    expect(await reader.readOne(product(2))).toBe('error');
    expect(tierOf(await reader.readOne(product(1)))).toBe('l1');
    await turn();
    expect(reader.metrics.lines.get('read catalog Product l2 error')).toBe(2);
    expect(reader.metrics.lines.get('read catalog Product l2 miss')).toBe(undefined);
  });

  it('is bypassed without asking the shards while the log has been silent for longer than the bound', async () => {
    const { gateway, product, shardMetrics } = openWorld(['memory:a']);
    const reader = gateway();
    reader.judge.asOfMs = 5_001;
    expect(await reader.readOne(product(1))).toBe('bypass');
    reader.judge.asOfMs = 5_000;
    expect(await reader.readOne(product(1))).toBe('miss');
    expect(shardMetrics.lines.get('shard memory:a get ok')).toBe(1);
  });

  it('is bypassed for the moment and kept, when the judge says so', async () => {
    const { gateway, product } = openWorld();
    const [writer, reader] = [gateway(), gateway()];
    writer.store.write(product(1), slice());
    await writer.store.idle();
    reader.judge.verdictOf = () => 'bypass';
    expect(await reader.readOne(product(1))).toBe('bypass');
    reader.judge.verdictOf = () => 'fresh';
    expect(tierOf(reader.store.peek(product(1), START_AT))).toBe('l1');
  });

  it('is a miss, and counted, when the shard holds something else under the key', async () => {
    const { gateway, product, shards } = openWorld(['memory:a']);
    const reader = gateway();
    const other = encodeRecord(createFieldShapes(), product(2), [slice()]);
    await shards[0]?.set(storageKey(product(1)), other, 60_000);
    await shards[0]?.set(storageKey(product(3)), '{"rubbish":true}', 60_000);
    expect(await reader.store.readMany([product(1), product(3)], START_AT)).toEqual(['miss', 'miss']);
    expect(reader.metrics.lines.get('unreadable memory:a other-record')).toBe(1);
    expect(reader.metrics.lines.get('unreadable memory:a malformed')).toBe(1);
  });

  it('is served from the shard when it is too large for L1', async () => {
    const { gateway, product } = openWorld();
    const [writer, reader] = [gateway(), gateway({ l1MaxBytes: 2_000 })];
    writer.store.write(product(1), slice({ fields: { text: `"${'x'.repeat(5_000)}"` } }));
    await writer.store.idle();
    expect(tierOf(await reader.readOne(product(1)))).toBe('l2');
    expect(reader.store.status().l1RecordCount).toBe(0);
  });

  it('is L1 alone when there are no shards', async () => {
    const { gateway, product } = openWorld([]);
    const only = gateway();
    only.store.write(product(1), slice());
    expect((await only.store.readMany([product(1), product(2)], START_AT)).map(tierOf)).toEqual(['l1', 'miss']);
    await only.store.remove('catalog', 'Product', productKey(1));
    expect(only.store.peek(product(1), START_AT)).toBe('miss');
    await only.store.idle();
  });

  it('counts each tier for itself, once per turn', async () => {
    const { gateway, product } = openWorld(['memory:a']);
    const [writer, reader] = [gateway(), gateway()];
    writer.store.write(product(1), slice());
    await writer.store.idle();
    for (const upc of [1, 2, 3]) reader.store.peek(product(upc), START_AT);
    expect(reader.metrics.lines.size).toBe(0);
    await reader.store.readMany([product(1), product(2), product(3)], START_AT);
    reader.store.peek(product(1), START_AT);
    await turn();
    expect(Object.fromEntries(reader.metrics.lines)).toEqual({
      'read catalog Product l1 miss': 3,
      'read catalog Product l1 hit': 1,
      'read catalog Product l2 hit': 1,
      'read catalog Product l2 miss': 2,
    });
  });
});

describe('what is taken away', () => {
  it('is gone from L1 at once and from the shard soon, when it is dropped', async () => {
    const { gateway, product } = openWorld();
    const [one, other] = [gateway(), gateway()];
    one.store.write(product(1), slice());
    await one.store.idle();
    one.store.drop(product(1));
    expect(one.store.peek(product(1), START_AT)).toBe('miss');
    await one.store.idle();
    expect(await other.readOne(product(1))).toBe('miss');
  });

  it('is not written after it was dropped, though the write came first', async () => {
    const { gateway, product } = openWorld();
    const [one, other] = [gateway(), gateway()];
    one.store.write(product(1), slice());
    one.store.drop(product(1));
    await one.store.idle();
    expect(await other.readOne(product(1))).toBe('miss');
  });

  it('is there again when it was written after it was dropped', async () => {
    const { gateway, product } = openWorld();
    const [one, other] = [gateway(), gateway()];
    one.store.drop(product(1));
    one.store.write(product(1), slice());
    await one.store.idle();
    expect(tierOf(await other.readOne(product(1)))).toBe('l2');
  });

  it('is removed by key in every shape that is known here, for the janitor', async () => {
    const { gateway, addressing } = openWorld();
    const one = gateway();
    const spec = { subgraph: 'catalog', typename: 'Product', kind: 'entity', policy: { kind: 'ttl' } } as const;
    const addresses = ['old', 'new'].map((shapeDigest) =>
      addressing.family({ ...spec, shapeDigest })(productKey(1), ''),
    );
    const given: Slice = slice();
    for (const address of addresses) one.store.write(address, given);
    await one.store.idle();
    await one.store.remove('catalog', 'Product', productKey(1));
    expect(addresses.map((address) => one.store.peek(address, START_AT))).toEqual(['miss', 'miss']);
    expect(await gateway().store.readMany(addresses, START_AT)).toEqual(['miss', 'miss']);
  });

  it('is not written any more after its removal, though the write came first', async () => {
    const { gateway, product } = openWorld();
    const one = gateway();
    one.store.write(product(1), slice());
    await one.store.remove('catalog', 'Product', productKey(1));
    await one.store.idle();
    expect(await gateway().readOne(product(1))).toBe('miss');
  });

  it('fails to be removed, with the shard and the reason, when the shard is away', async () => {
    const { gateway, shards } = openWorld(['memory:a']);
    const one = gateway();
    await Promise.all(shards.map((shard) => shard.close()));
    await expect(one.store.remove('catalog', 'Product', productKey(1))).rejects.toMatchObject({
      code: 'SHARD_UNREACHABLE',
      message: 'Expected shard memory:a to remove a record, but it is not connected',
    });
  });
});

describe('what is written without L1', () => {
  const openAlone = () => {
    const world = openWorld(['memory:a']);
    const { store, judge, readOne } = world.gateway({ l1MaxBytes: 0 });
    const at = world.product(1);
    const write = (position: number, field: string, tags?: readonly string[]) =>
      store.write(at, slice({ position, fields: { [field]: '1' }, ...(tags && { tags }) }));
    return { store, judge, at, write, fields: async () => fieldNames(await readOne(at)) };
  };

  it('joins what the shard has of the record, in one turn and in several', async () => {
    const { store, write, fields } = openAlone();
    write(1, 'a');
    await store.idle();
    write(2, 'b');
    write(3, 'c');
    await store.idle();
    expect(await fields()).toEqual([['c'], ['b'], ['a']]);
  });

  it('replaces what it covers there', async () => {
    const { store, write, fields } = openAlone();
    write(1, 'a');
    await store.idle();
    write(2, 'a');
    await store.idle();
    expect(await fields()).toEqual([['a']]);
  });

  it('is not joined with what was dropped before it, in one turn and in several', async () => {
    const { store, at, write, fields } = openAlone();
    write(1, 'a');
    await store.idle();
    store.drop(at);
    write(2, 'b');
    write(3, 'c');
    await store.idle();
    expect(await fields()).toEqual([['c'], ['b']]);
    store.drop(at);
    await store.idle();
    write(4, 'd');
    await store.idle();
    expect(await fields()).toEqual([['d']]);
  });

  it('is not joined with what was purged', async () => {
    const { store, judge, write, fields } = openAlone();
    write(1, 'a', ['old']);
    await store.idle();
    judge.verdictOf = purging('old');
    write(2, 'b');
    await store.idle();
    judge.verdictOf = () => 'fresh';
    expect(await fields()).toEqual([['b']]);
  });

  it('is written all the same when what the shard has cannot be read', async () => {
    const { shards, product, gateway } = openWorld(['memory:a']);
    const { store, readOne } = gateway({ l1MaxBytes: 0 });
    await shards[0]?.set(storageKey(product(1)), 'no record', 60_000);
    store.write(product(1), slice());
    await store.idle();
    expect(fieldNames(await readOne(product(1)))).toEqual([['name']]);
  });
});

describe('a dry run of a purge', () => {
  it('counts the records of the subgraph in L1 that bear a tag: their own, their type, and those of their slices', () => {
    const { gateway, product, addressing } = openWorld([]);
    const { store } = gateway();
    for (const upc of [1, 2, 3]) store.write(product(upc), slice({ tags: [`tag/catalog/${upc % 2}`] }));
    const spec = { shapeDigest: 'd', policy: { kind: 'ttl' } } as const;
    const root = addressing.family({ ...spec, subgraph: 'catalog', typename: 'Query', kind: 'root' });
    store.write(root('topProducts', ''), slice({ tags: ['tag/catalog/1'] }));
    const other = addressing.family({ ...spec, subgraph: 'reviews', typename: 'Product', kind: 'entity' });
    store.write(other(productKey(1), ''), slice({ tags: ['tag/catalog/1'] }));
    const bearing = (...tags: string[]) => store.countBearing('catalog', tags);
    expect(bearing(entityTag('catalog', 'Product', { upc: '2' }))).toBe(1);
    expect(bearing('type/catalog/Product')).toBe(3);
    expect(bearing('tag/catalog/1')).toBe(3);
    expect(bearing('tag/catalog/0', 'tag/catalog/1')).toBe(4);
    expect(bearing('tag/catalog/9')).toBe(0);
    expect([store.countOf('catalog'), store.countOf('reviews'), store.countOf('cat')]).toEqual([4, 1, 0]);
  });
});
