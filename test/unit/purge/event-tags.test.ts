// Which tags an event purges, by the keys and interfaces of the schema.

import { describe, expect, it } from 'vitest';
import { entityRecords, eventPurges } from '../../../gateway/purge/event-tags.ts';
import { anyTag, cacheTag, changeTag, entityTag, listTag, typeTag } from '../../../schema/tag.ts';
import { createRelay, entityEvent, facts, manual } from './purge-world.ts';

const subgraphs = [
  { name: 'catalog', sources: ['catalog'] },
  { name: 'search', sources: ['catalog'] },
];

function tagsIn(subgraph: string, ...purges: ReturnType<typeof eventPurges>): string[] | string {
  const found = purges.find((each) => each.subgraph === subgraph);
  if (found === undefined) return 'not for this subgraph';
  return found.purge.kind === 'tags' ? found.purge.tags.map(({ tag }) => tag).sort() : found.purge.kind;
}

function purgesOf(change: Parameters<typeof entityEvent>[0], names = subgraphs): ReturnType<typeof eventPurges> {
  const record = createRelay('catalog').purge(change);
  if (record.kind !== 'purge') throw new Error('expected a purge');
  return eventPurges(record, names, facts);
}

describe('an entity event', () => {
  it('has a tag for each key of the type that its objects hold, with no other fields in it', () => {
    expect(tagsIn('catalog', ...purgesOf({ tags: ['sale'], list: true }))).toEqual(
      [
        anyTag('catalog'),
        changeTag('catalog', 'Product'),
        entityTag('catalog', 'Product', { upc: '1' }),
        entityTag('catalog', 'Product', { sku: 's', brand: { name: 'b' } }),
        listTag('catalog', 'Product'),
        cacheTag('catalog', 'sale'),
      ].sort(),
    );
  });

  it('takes only the keys that each subgraph has', () => {
    expect(tagsIn('search', ...purgesOf({}))).toEqual(
      [anyTag('search'), changeTag('search', 'Product'), entityTag('search', 'Product', { upc: '1' })].sort(),
    );
  });

  it('purges old and new values of a key that moved', () => {
    const tags = tagsIn('search', ...purgesOf({ keys: [{ upc: '1' }, { upc: '2' }] }));
    expect(tags).toContain(entityTag('search', 'Product', { upc: '1' }));
    expect(tags).toContain(entityTag('search', 'Product', { upc: '2' }));
  });

  it('purges the whole type when one of its keys is not in the event: entries may be kept by that one', () => {
    const tags = tagsIn('catalog', ...purgesOf({ keys: [{ upc: '1' }] }));
    expect(tags).toContain(entityTag('catalog', 'Product', { upc: '1' }));
    expect(tags).toContain(typeTag('catalog', 'Product'));
  });

  it('does not take a nested key for a plain one, or the other way round', () => {
    const tags = tagsIn('catalog', ...purgesOf({ keys: [{ upc: { deep: '1' } }, { upc: '1', sku: 's', brand: 'b' }] }));
    expect(tags).toContain(typeTag('catalog', 'Product'));
    expect(Array.isArray(tags) && tags.filter((tag) => tag.startsWith('entity/'))).toEqual([
      entityTag('catalog', 'Product', { upc: '1' }),
    ]);
  });

  it('purges the names of interfaces under which the entity may be kept', () => {
    const tags = tagsIn('catalog', ...purgesOf({ type: 'Book', keys: [{ upc: '1', id: 'm1' }], list: true }));
    expect(tags).toContain(entityTag('catalog', 'Book', { upc: '1' }));
    expect(tags).toContain(entityTag('catalog', 'Media', { id: 'm1' }));
    expect(tags).toContain(listTag('catalog', 'Media'));
    expect(tags).toContain(changeTag('catalog', 'Media'));
  });

  it('purges an interface whole when the event does not hold its key', () => {
    const tags = tagsIn('catalog', ...purgesOf({ type: 'Book', keys: [{ upc: '1' }] }));
    expect(tags).toContain(typeTag('catalog', 'Media'));
    expect(tags).not.toContain(typeTag('catalog', 'Book'));
  });

  it('of a type without keys purges that type', () => {
    const tags = tagsIn('catalog', ...purgesOf({ type: 'Page', keys: [{ id: '1' }] }));
    expect(tags).toEqual([anyTag('catalog'), changeTag('catalog', 'Page'), typeTag('catalog', 'Page')].sort());
  });

  it('of a type that only a neighbour has, over the same database, is any change for this one', () => {
    const purges = purgesOf({ type: 'Review', keys: [{ id: '1' }], tags: ['t'] });
    expect(tagsIn('catalog', ...purges)).toEqual([anyTag('catalog'), cacheTag('catalog', 't')].sort());
    expect(tagsIn('search', ...purges)).toContain(entityTag('search', 'Review', { id: '1' }));
  });

  it('of a type that none of its subgraphs has cannot be read', () => {
    const purges = purgesOf({ type: 'Order' });
    expect([tagsIn('catalog', ...purges), tagsIn('search', ...purges)]).toEqual(['unreadable', 'unreadable']);
  });
});

describe('an event', () => {
  it('that names a subgraph is for that one alone', () => {
    const purges = purgesOf({ subgraph: 'search' });
    expect(purges.map(({ subgraph }) => subgraph)).toEqual(['search']);
  });

  it('that names an unknown subgraph is for none', () => {
    expect(purgesOf({ subgraph: 'gone' })).toEqual([]);
  });

  it('by hand that names no subgraph is for all, whatever they read', () => {
    const record = manual({ kind: 'tag', tags: ['sale'], ts: 0 });
    if (record.kind !== 'purge') throw new Error('expected a purge');
    const purges = eventPurges(record, [...subgraphs, { name: 'pages', sources: [] }], facts);
    expect(purges.map(({ subgraph }) => subgraph)).toEqual(['catalog', 'search', 'pages']);
  });

  it('of a relay by a declared tag alone is any change too, one by hand is not', () => {
    const event = { kind: 'tag', tags: ['sale'], ts: 0 } as const;
    const [relayed, byHand] = [createRelay('catalog').event(event), manual({ ...event, subgraph: 'catalog' })];
    if (relayed.kind !== 'purge' || byHand.kind !== 'purge') throw new Error('expected purges');
    expect(tagsIn('catalog', ...eventPurges(relayed, subgraphs, facts))).toContain(anyTag('catalog'));
    expect(tagsIn('catalog', ...eventPurges(byHand, subgraphs, facts))).toEqual([cacheTag('catalog', 'sale')]);
  });
});

describe('the records of an entity', () => {
  it('are kept under each of its names, by each key, old and new', () => {
    const event = entityEvent({ type: 'Book', keys: [{ upc: '1', id: 'm1' }, { upc: '2' }] });
    expect(entityRecords(event, 'catalog', facts)).toEqual([
      { typename: 'Book', key: { upc: '1' } },
      { typename: 'Book', key: { upc: '2' } },
      { typename: 'Media', key: { id: 'm1' } },
    ]);
  });
});
