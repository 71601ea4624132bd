// The chores of one gateway: entities removed under each of their keys, bad records set aside with the reason.

import { expect, it } from 'vitest';
import { createChores } from '../../../gateway/purge/chores.ts';
import type { SubgraphSources } from '../../../gateway/purge/facts.ts';
import { createMemoryLog } from '../../../gateway/purge/memory-log.ts';
import { encodeHeartbeat, encodePurge, type PurgeEvent, type WireRecord } from '../../../schema/purge-event.ts';
import type { KeyObject } from '../../../schema/tag.ts';
import { collectingLogger, entityEvent, facts, NOW_AT } from './purge-world.ts';

const catalog = { name: 'catalog', sources: ['catalog'] };
const search = { name: 'search', sources: ['catalog'] };
const origin = { logId: 'l', number: 1 };
const purge = (event: PurgeEvent, source = 'catalog'): WireRecord => encodePurge(source, origin, event, 'id', null);

async function doChores(subgraphs: readonly SubgraphSources[], ...records: readonly WireRecord[]) {
  const log = createMemoryLog({ clock: { nowAt: () => NOW_AT }, name: 'log' });
  const removed: string[] = [];
  const letters: string[] = [];
  const chores = createChores({
    log,
    subgraphs,
    facts,
    logger: collectingLogger(),
    janitor: {
      removeTwice: (subgraph, typename, key) => void removed.push(`${subgraph} ${typename} ${JSON.stringify(key)}`),
    },
    deadLetters: { put: (_, offset, reason) => void letters.push(`${offset - NOW_AT * 1000} ${reason}`) },
  });
  chores.start();
  await log.append(records);
  const end = purge({ kind: 'type', type: 'Product', tags: [], ts: 0 });
  const { baseOffset } = await log.append([end]);
  await new Promise<void>((done) =>
    log.read(0, {
      opened: () => undefined,
      resumeFrom: () => 0,
      failing: () => undefined,
      read: ({ offset }) => offset === baseOffset && done(),
    }),
  );
  await log.close();
  return { removed, letters };
}

it('remove an entity under every key that its event holds, each once', async () => {
  const keys: KeyObject[] = [{ upc: '1', sku: 's', brand: { name: 'b' } }, { upc: '2' }, { upc: '1' }];
  const { removed, letters } = await doChores([catalog], purge(entityEvent({ keys })));
  expect(removed).toEqual([
    'catalog Product {"upc":"1"}',
    'catalog Product {"upc":"2"}',
    'catalog Product {"sku":"s","brand":{"name":"b"}}',
  ]);
  expect(letters).toEqual([]);
});

it('set aside, once for all subgraphs, what cannot be read, and what names no type or key of ours', async () => {
  const { removed, letters } = await doChores(
    [catalog, search],
    { key: null, headers: {}, value: 'x' },
    purge(entityEvent({ type: 'Prodct' })),
    purge(entityEvent({ keys: [{ uuid: '1' }] })),
  );
  expect(letters).toEqual([
    '1 expected a ce_source header, got none',
    '2 expected a type of catalog, search, got Prodct',
    '3 expected the fields of a key of Product, got {uuid}',
  ]);
  expect(removed).toEqual([]);
});

it('leave heartbeats, types, and what is for others alone', async () => {
  const heartbeat = { asOfAt: NOW_AT, system: 's', timeline: 1 };
  const { removed, letters } = await doChores(
    [catalog],
    encodeHeartbeat('catalog', origin, heartbeat, 'id'),
    purge({ kind: 'type', type: 'Product', tags: [], ts: 0 }),
    purge(entityEvent(), 'another graph'),
  );
  expect([...removed, ...letters]).toEqual([]);
});
