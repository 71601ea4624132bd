// Two versions of the gateway over one shard: neither reads what the other has stored, nor writes over it.
import { afterEach, expect, it } from 'vitest';
import { encodeRecord, FORMAT_VERSION } from '../../../../gateway/cache/codec.ts';
import { createFieldShapes } from '../../../../gateway/cache/field-shape.ts';
import { createAddressing, storageKey } from '../../../../gateway/cache/record-address.ts';
import { openShard } from '../../../../gateway/cache/shard.ts';
import type { Shard } from '../../../../gateway/cache/shard-guard.ts';
import { createEntityStore } from '../../../../gateway/cache/store.ts';
import { shardAt } from '../../../support/shard-at.ts';
import { handClock, handJudge, listedMetrics, productFamily, productKey, START_AT, slice } from './samples.ts';

const opened: Shard[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((shard) => shard.close()));
});

function sharedShards() {
  const clock = handClock();
  const metrics = listedMetrics();
  const monotonicMs = () => performance.now();
  const options = { metrics, clock, monotonicMs, random: () => 0, deadlineMs: 10_000 };
  const shards = [openShard(shardAt('memory:one'), options)];
  opened.push(...shards);
  return { clock, metrics, shards };
}

/** A gateway whose texts are of that version. */
function gateway({ clock, shards }: ReturnType<typeof sharedShards>, formatVersion: number) {
  const addressing = createAddressing({ graph: 'test', formatVersion });
  const metrics = listedMetrics();
  const store = createEntityStore({
    judge: handJudge(),
    addressing,
    l1MaxBytes: 1024 * 1024,
    shards,
    clock,
    metrics,
  });
  return { store, metrics, address: productFamily(addressing)(productKey('1'), '') };
}

it('a record of another version is not found, and both versions keep theirs side by side', async () => {
  const shared = sharedShards();
  const older = gateway(shared, FORMAT_VERSION);
  const newer = gateway(shared, FORMAT_VERSION + 1);
  older.store.write(older.address, slice({ fields: { name: '"Old"' } }));
  await older.store.idle();
  expect(await newer.store.readMany([newer.address], START_AT)).toEqual(['miss']);
  newer.store.write(newer.address, slice({ fields: { name: '"New"' } }));
  await newer.store.idle();

  for (const [version, name] of [
    [FORMAT_VERSION, '"Old"'],
    [FORMAT_VERSION + 1, '"New"'],
  ] as const) {
    const again = gateway(shared, version);
    const [found] = await again.store.readMany([again.address], START_AT);
    expect(typeof found === 'object' && found.slices.map(({ fields }) => fields?.get('name'))).toEqual([name]);
  }
});

it('a text of another version under the key of a record is a miss that is counted as unreadable', async () => {
  const shared = sharedShards();
  const { store, address, metrics } = gateway(shared, FORMAT_VERSION);
  const own = encodeRecord(createFieldShapes(), address, [slice()]);
  const foreign = own.replace(`[${FORMAT_VERSION},`, `[${FORMAT_VERSION + 1},`);
  const [shard] = shared.shards;
  await shard?.set(storageKey(address), foreign, 60_000);
  expect(await store.readMany([address], START_AT)).toEqual(['miss']);
  expect([...metrics.lines.keys()].filter((line) => line.startsWith('unreadable'))).toEqual([
    `unreadable ${shard?.name} version`,
  ]);
});
