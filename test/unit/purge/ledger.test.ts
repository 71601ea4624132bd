// The rule of freshness, guard by guard: what the ledger refuses, what it serves, and when it does not know.

import { describe, expect, it } from 'vitest';
import { anyTag, cacheTag, changeTag, entityTag, listTag, typeTag } from '../../../schema/tag.ts';
import {
  BOUNDED,
  createRelay,
  createWorld,
  entityEvent,
  facts,
  manual,
  NOW_AT,
  stampOf,
  TTL,
  type World,
} from './purge-world.ts';

const PRODUCT_1 = entityTag('catalog', 'Product', { upc: '1' });
const PRODUCT_2 = entityTag('catalog', 'Product', { upc: '2' });

/** A world in which catalog's relay has been heard, at offsets 0 and 1. */
function heard(options: Parameters<typeof createWorld>[0] = {}) {
  const world = createWorld(options);
  const relay = createRelay('catalog');
  world.ledger.apply(0, relay.beat());
  world.ledger.apply(1, relay.beat());
  return { ...world, relay };
}

describe('an entry', () => {
  it('is fresh while nothing that it bears is purged', () => {
    const { ledger, relay, entry, judge } = heard();
    const product = entry('catalog', PRODUCT_1);
    ledger.apply(2, relay.purge({ keys: [{ upc: '2', sku: 't', brand: { name: 'b' } }] }));
    expect(judge(product, 'catalog')).toBe('fresh');
  });

  it('is refused from the moment that a tag of it is purged', () => {
    const { ledger, relay, entry, judge } = heard();
    const product = entry('catalog', PRODUCT_1);
    ledger.apply(2, relay.purge());
    expect(judge(product, 'catalog')).toBe('purged');
  });

  it('is refused when its fetch began before the purge, even if it ends after', () => {
    const { ledger, relay, judge } = heard();
    const stamp = stampOf(ledger, 'catalog');
    ledger.apply(2, relay.purge());
    const late = { stamp, tags: [ledger.digest(PRODUCT_1)], expiresAt: NOW_AT + 60_000 };
    expect(judge(late, 'catalog')).toBe('purged');
  });

  it('is fresh when its fetch began after the purge', () => {
    const { ledger, relay, entry, judge } = heard();
    ledger.apply(2, relay.purge());
    expect(judge(entry('catalog', PRODUCT_1), 'catalog')).toBe('fresh');
  });

  it('is expired when its time has passed, to the millisecond', () => {
    const { entry, judge, clock } = heard();
    const product = entry('catalog', PRODUCT_1);
    clock.nowAt = product.expiresAt - 1;
    expect(judge(product, 'catalog', TTL)).toBe('fresh');
    clock.nowAt = product.expiresAt;
    expect(judge(product, 'catalog', TTL)).toBe('expired');
  });

  it('stamped by a gateway that is ahead in the log is fresh', () => {
    const { ledger, relay, judge } = heard();
    const stamp = { ...stampOf(ledger, 'catalog'), position: 3 };
    const ahead = { stamp, tags: [ledger.digest(PRODUCT_1)], expiresAt: NOW_AT + 60_000 };
    ledger.apply(2, relay.purge());
    expect(judge(ahead, 'catalog')).toBe('fresh');
  });

  it('of a subgraph that is not in the supergraph is not served', () => {
    const { entry, judge } = heard();
    expect(judge(entry('catalog', PRODUCT_1), 'gone')).toBe('bypass');
  });
});

describe('a policy', () => {
  it('of a bound bypasses the cache as soon as the as-of is older than the bound', () => {
    const { entry, judge, clock } = heard();
    const product = entry('catalog', PRODUCT_1);
    clock.nowAt = NOW_AT + 5_000;
    expect(judge(product, 'catalog')).toBe('fresh');
    clock.nowAt = NOW_AT + 5_000.5;
    expect(judge(product, 'catalog')).toBe('bypass');
  });

  it('of a TTL serves though the log is silent, but refuses what was purged', () => {
    const { ledger, relay, entry, judge, clock } = heard();
    const [one, two] = [entry('catalog', PRODUCT_1), entry('catalog', PRODUCT_2)];
    ledger.apply(2, relay.purge());
    clock.nowAt = NOW_AT + 30_000;
    expect(judge(one, 'catalog', TTL)).toBe('purged');
    expect(judge(two, 'catalog', TTL)).toBe('fresh');
  });

  it('of never serves nothing', () => {
    const { entry, judge } = heard();
    expect(judge(entry('catalog'), 'catalog', { kind: 'never' })).toBe('bypass');
  });
});

describe('a flight', () => {
  it('may be joined until a tag of it is purged', () => {
    const { ledger, relay, clock } = heard();
    const stamp = stampOf(ledger, 'catalog');
    const tags = [ledger.digest(PRODUCT_1)];
    expect(ledger.mayJoin(stamp, tags, 'catalog', BOUNDED, clock.nowAt)).toBe(true);
    ledger.apply(2, relay.purge());
    expect(ledger.mayJoin(stamp, tags, 'catalog', BOUNDED, clock.nowAt)).toBe(false);
    expect(ledger.mayJoin(stampOf(ledger, 'catalog'), tags, 'catalog', BOUNDED, clock.nowAt)).toBe(true);
  });

  it('may not be joined while the log is silent', () => {
    const { ledger, clock } = heard();
    clock.nowAt = NOW_AT + 5_001;
    expect(ledger.mayJoin(stampOf(ledger, 'catalog'), [], 'catalog', BOUNDED, clock.nowAt)).toBe(false);
  });
});

describe('an event', () => {
  it.each([
    ['the entity', PRODUCT_1],
    ['any change of the subgraph', anyTag('catalog')],
    ['any change of the type', changeTag('catalog', 'Product')],
    ['a declared tag that it bears', cacheTag('catalog', 'sale')],
  ])('of an entity purges what bears %s', (_, tag) => {
    const { ledger, relay, entry, judge } = heard();
    const product = entry('catalog', tag);
    ledger.apply(2, relay.purge({ tags: ['sale'] }));
    expect(judge(product, 'catalog')).toBe('purged');
  });

  it('of an entity purges lists only when the row may have moved in them', () => {
    const { ledger, relay, entry, judge } = heard();
    const list = entry('catalog', listTag('catalog', 'Product'));
    ledger.apply(2, relay.purge({ list: false }));
    expect(judge(list, 'catalog')).toBe('fresh');
    ledger.apply(3, relay.purge({ list: true }));
    expect(judge(list, 'catalog')).toBe('purged');
  });

  it('of a type purges entities, lists and any change of it', () => {
    for (const tag of [typeTag('catalog', 'Product'), listTag('catalog', 'Product'), changeTag('catalog', 'Product')]) {
      const { ledger, relay, entry, judge } = heard();
      const product = entry('catalog', tag);
      ledger.apply(2, relay.event({ kind: 'type', type: 'Product', tags: [], ts: NOW_AT }));
      expect(judge(product, 'catalog')).toBe('purged');
    }
  });

  it('of a subgraph refuses everything of it that was read before', () => {
    const { ledger, entry, judge, relay } = heard();
    const before = entry('catalog', PRODUCT_1);
    ledger.apply(2, relay.event({ kind: 'subgraph', reason: 'a trigger was off', ts: NOW_AT }));
    expect(judge(before, 'catalog')).toBe('purged');
    expect(judge(entry('catalog', PRODUCT_1), 'catalog')).toBe('fresh');
  });

  it('reaches every subgraph that reads from its source and no other', () => {
    const subgraphs = [
      { name: 'catalog', sources: ['catalog'] },
      { name: 'search', sources: ['catalog'] },
      { name: 'reviews', sources: ['reviews'] },
    ];
    const { ledger, relay, entry, judge } = heard({ subgraphs });
    const reviews = createRelay('reviews');
    ledger.apply(2, reviews.beat());
    ledger.apply(3, reviews.beat());
    const entries = subgraphs.map(({ name }) => [name, entry(name, entityTag(name, 'Product', { upc: '1' }))] as const);
    ledger.apply(4, relay.purge());
    expect(entries.map(([name, each]) => `${name} ${judge(each, name)}`)).toEqual([
      'catalog purged',
      'search purged',
      'reviews fresh',
    ]);
  });

  it('of a source that no subgraph reads from is counted and changes nothing', () => {
    const { ledger, entry, judge, metrics } = heard();
    const product = entry('catalog', PRODUCT_1);
    const { unreadable } = ledger.apply(2, createRelay('stranger').purge());
    expect(judge(product, 'catalog')).toBe('fresh');
    expect(metrics.events).toContain('other malformed');
    expect(unreadable).toMatch(/expected a source or a subgraph of this gateway, got source stranger/);
  });
});

describe('a purge by hand', () => {
  it('refuses what it names, though its offset is that of no relay', () => {
    const { ledger, entry, judge } = heard();
    const product = entry('catalog', PRODUCT_1);
    ledger.apply(2, manual(entityEvent({ subgraph: 'catalog' })));
    expect(judge(product, 'catalog')).toBe('purged');
  });

  it('by a declared tag leaves entries alone that bear only any change', () => {
    const { ledger, entry, judge } = heard();
    const undeclared = entry('catalog', anyTag('catalog'));
    const tagged = entry('catalog', cacheTag('catalog', 'sale'));
    ledger.apply(2, manual({ kind: 'tag', tags: ['sale'], ts: NOW_AT }));
    expect(judge(undeclared, 'catalog')).toBe('fresh');
    expect(judge(tagged, 'catalog')).toBe('purged');
  });

  it('reaches entries that were stamped beyond its offset, because the log was made anew', () => {
    const { ledger, relay, entry, judge } = heard();
    ledger.apply(900, relay.beat());
    const product = entry('catalog', PRODUCT_1);
    ledger.apply(3, manual(entityEvent({ subgraph: 'catalog' })));
    expect(judge(product, 'catalog')).toBe('purged');
  });
});

describe('what cannot be read', () => {
  const unreadable = (source: string | null) => ({ kind: 'unreadable', source, reason: 'expected JSON' }) as const;

  it('of a known source refuses all that was read before it', () => {
    const { ledger, entry, judge, metrics } = heard();
    const before = entry('catalog', PRODUCT_1);
    ledger.apply(2, unreadable('catalog'));
    expect(judge(before, 'catalog')).toBe('purged');
    expect(metrics.horizons).toContain('catalog unreadable');
    expect(metrics.events).toContain('catalog malformed');
  });

  it('of an unknown source is counted and changes nothing', () => {
    for (const source of [null, 'stranger']) {
      const { ledger, entry, judge, metrics } = heard();
      const before = entry('catalog', PRODUCT_1);
      ledger.apply(2, unreadable(source));
      expect(judge(before, 'catalog')).toBe('fresh');
      expect(metrics.events).toEqual(['other malformed']);
    }
  });

  it('of a type in the event is as unreadable as broken JSON', () => {
    const { ledger, relay, entry, judge } = heard();
    const before = entry('catalog', PRODUCT_1);
    expect(ledger.apply(2, relay.purge({ type: 'Prodct' })).unreadable).toMatch(
      /expected a type of catalog, got Prodct/,
    );
    expect(judge(before, 'catalog')).toBe('purged');
  });

  it('of a key in the event is as unreadable as broken JSON', () => {
    const { ledger, relay, entry, judge } = heard();
    const before = entry('catalog', PRODUCT_1);
    expect(ledger.apply(2, relay.purge({ keys: [{ uuid: '1' }] })).unreadable).toMatch(/fields of a key of Product/);
    expect(judge(before, 'catalog')).toBe('purged');
  });
});

describe('numbers of a relay', () => {
  it('that leave one out refuse all that was read before', () => {
    const { ledger, relay, entry, judge, metrics } = heard();
    const before = entry('catalog', PRODUCT_2);
    relay.lose();
    ledger.apply(2, relay.purge());
    expect(judge(before, 'catalog')).toBe('purged');
    expect(metrics.horizons).toContain('catalog gap');
  });

  it('in a heartbeat show a lost purge before the as-of moves on', () => {
    const { ledger, relay, entry, judge } = heard();
    const before = entry('catalog', PRODUCT_2);
    relay.lose();
    ledger.apply(2, relay.beat());
    expect(judge(before, 'catalog')).toBe('purged');
  });

  it('that repeat are applied once more and hide no gap', () => {
    const { ledger, relay, entry, judge, metrics } = heard();
    const purge = relay.purge();
    ledger.apply(2, purge);
    const after = entry('catalog', PRODUCT_1);
    ledger.apply(3, purge);
    expect(judge(after, 'catalog')).toBe('purged');
    expect(metrics.events).toEqual(['catalog applied', 'catalog duplicate']);
    const before = entry('catalog', PRODUCT_2);
    relay.lose();
    ledger.apply(4, relay.beat());
    expect(judge(before, 'catalog')).toBe('purged');
  });

  it('that repeat an older one are no gap afterwards', () => {
    const { ledger, relay, metrics } = heard();
    const first = relay.purge();
    ledger.apply(2, first);
    ledger.apply(3, relay.purge());
    ledger.apply(4, first);
    ledger.apply(5, relay.beat());
    expect(metrics.horizons).toEqual(['catalog new-log']);
  });
});

describe('a record that is delivered once more', () => {
  it('changes nothing', () => {
    const { ledger, relay, entry, judge } = heard();
    const purge = relay.purge();
    ledger.apply(2, purge);
    ledger.apply(3, relay.beat());
    const after = entry('catalog', PRODUCT_1);
    ledger.apply(2, purge);
    expect(judge(after, 'catalog')).toBe('fresh');
    expect(stampOf(ledger, 'catalog').position).toBe(3);
  });
});

describe('a heartbeat', () => {
  it('is believed when its relay goes on under the same log id', () => {
    const { ledger, relay, clock } = heard();
    clock.nowAt = NOW_AT + 1_000;
    ledger.apply(2, relay.beat({ asOfAt: NOW_AT + 900 }));
    expect(ledger.asOfAgeMs('catalog', clock.nowAt)).toBe(1_000);
    ledger.apply(3, relay.purge());
    expect(ledger.asOfAgeMs('catalog', clock.nowAt)).toBe(100);
  });

  it('in a log that its relay then leaves is never believed', () => {
    const { ledger, relay, clock } = heard();
    clock.nowAt = NOW_AT + 60_000;
    ledger.apply(2, relay.beat({ asOfAt: clock.nowAt }));
    ledger.apply(3, createRelay('catalog', { logId: 'log-2' }).beat({ asOfAt: clock.nowAt }));
    expect(ledger.asOfAgeMs('catalog', clock.nowAt)).toBe(Number.POSITIVE_INFINITY);
  });

  it('that claims a time to come is not believed, and says so once in the log', () => {
    const { ledger, relay, clock, metrics, logger } = heard();
    clock.nowAt = NOW_AT + 1_000;
    for (const offset of [2, 3, 4]) ledger.apply(offset, relay.beat({ asOfAt: clock.nowAt + 251 }));
    expect(ledger.asOfAgeMs('catalog', clock.nowAt)).toBe(1_000);
    expect(metrics.distrusts).toEqual(Array.from({ length: 3 }, () => 'catalog clock-ahead'));
    expect(logger.lines).toHaveLength(1);
    ledger.apply(5, relay.beat({ asOfAt: clock.nowAt + 250 }));
    ledger.apply(6, relay.beat({ asOfAt: clock.nowAt + 250 }));
    expect(ledger.asOfAgeMs('catalog', clock.nowAt)).toBe(-250);
    expect(logger.lines).toHaveLength(2);
  });

  it('of another system or a later timeline refuses all that was read before', () => {
    for (const change of [{ system: 'system-2' }, { timeline: 2 }]) {
      const { ledger, relay, entry, judge, metrics } = heard();
      const before = entry('catalog', PRODUCT_2);
      ledger.apply(2, relay.beat(change));
      expect(judge(entry('catalog', PRODUCT_2), 'catalog')).toBe('bypass');
      ledger.apply(3, relay.beat(change));
      expect(judge(before, 'catalog')).toBe('purged');
      expect(judge(entry('catalog', PRODUCT_2), 'catalog')).toBe('fresh');
      expect(metrics.horizons).toContain('catalog rewind');
    }
  });

  it('of the database before makes nothing fresh after it was replaced', () => {
    const { ledger, relay, entry, judge, clock, metrics } = heard();
    ledger.apply(2, relay.beat({ timeline: 2 }));
    ledger.apply(3, relay.beat({ timeline: 2 }));
    const product = entry('catalog', PRODUCT_1);
    clock.nowAt = NOW_AT + 6_000;
    for (const offset of [4, 5]) ledger.apply(offset, relay.beat({ timeline: 1, asOfAt: clock.nowAt }));
    expect(judge(product, 'catalog')).toBe('bypass');
    expect(metrics.distrusts).toContain('catalog old-timeline');
  });
});

describe('another log id of a source', () => {
  it('voids what was stamped before, at whatever position', () => {
    const { ledger, relay, entry, judge } = heard();
    ledger.apply(900, relay.beat());
    const before = entry('catalog', PRODUCT_1);
    const renewed = createRelay('catalog', { logId: 'log-2' });
    for (const offset of [0, 1]) ledger.apply(offset, renewed.beat());
    expect(judge(before, 'catalog')).toBe('purged');
  });

  it('begins positions and purges anew', () => {
    const { ledger, relay, entry, judge } = heard();
    ledger.apply(900, relay.purge());
    const renewed = createRelay('catalog', { logId: 'log-2' });
    for (const offset of [0, 1]) ledger.apply(offset, renewed.beat());
    const after = entry('catalog', PRODUCT_1);
    expect(after.stamp.position).toBe(1);
    expect(judge(after, 'catalog')).toBe('fresh');
    ledger.apply(2, renewed.purge());
    expect(judge(after, 'catalog')).toBe('purged');
  });

  it('takes the as-of away until the new log is heard', () => {
    const { ledger, entry, judge } = heard();
    const renewed = createRelay('catalog', { logId: 'log-2' });
    ledger.apply(2, renewed.purge());
    expect(judge(entry('catalog', PRODUCT_1), 'catalog')).toBe('bypass');
    for (const offset of [3, 4]) ledger.apply(offset, renewed.beat());
    expect(judge(entry('catalog', PRODUCT_1), 'catalog')).toBe('fresh');
  });

  it('that was given up is not believed again, but its purges are applied', () => {
    const { ledger, relay, entry, judge, clock, metrics } = heard();
    ledger.apply(900, relay.beat());
    const renewed = createRelay('catalog', { logId: 'log-2' });
    for (const offset of [0, 1]) ledger.apply(offset, renewed.beat());
    const product = entry('catalog', PRODUCT_1);
    clock.nowAt = NOW_AT + 6_000;
    for (const offset of [2, 3]) ledger.apply(offset, relay.beat({ asOfAt: clock.nowAt }));
    expect(judge(product, 'catalog')).toBe('bypass');
    expect(metrics.distrusts).toContain('catalog old-log');
    ledger.apply(4, relay.purge());
    expect(judge(product, 'catalog', TTL)).toBe('purged');
  });
});

describe('a subgraph of two databases', () => {
  const subgraphs = [{ name: 'catalog', sources: ['catalog', 'prices'] }];
  const both = () => {
    const world = heard({ subgraphs });
    const prices = createRelay('prices');
    world.ledger.apply(2, prices.beat());
    world.ledger.apply(3, prices.beat());
    return { ...world, prices };
  };

  it('stores nothing before both were heard', () => {
    const { ledger, clock } = heard({ subgraphs });
    expect(ledger.stamp('catalog')).toBeNull();
    expect(ledger.asOfAgeMs('catalog', clock.nowAt)).toBe(Number.POSITIVE_INFINITY);
  });

  it('is as old as the one that was heard longer ago', () => {
    const { ledger, prices, entry, judge, clock } = both();
    const product = entry('catalog', PRODUCT_1);
    clock.nowAt = NOW_AT + 6_000;
    for (const offset of [4, 5]) ledger.apply(offset, prices.beat({ asOfAt: clock.nowAt }));
    expect(judge(product, 'catalog')).toBe('bypass');
  });

  it('is purged by either', () => {
    for (const which of ['relay', 'prices'] as const) {
      const world = both();
      const product = world.entry('catalog', PRODUCT_1);
      world.ledger.apply(4, world[which].purge());
      expect(world.judge(product, 'catalog')).toBe('purged');
    }
  });

  it('is voided by another log id of either', () => {
    const { ledger, entry, judge } = both();
    const product = entry('catalog', PRODUCT_1);
    const renewed = createRelay('prices', { logId: 'log-2' });
    for (const offset of [4, 5]) ledger.apply(offset, renewed.beat());
    expect(judge(product, 'catalog')).toBe('purged');
  });
});

describe('two sources in one log', () => {
  it('whose last record is lost: what stands in its place vouches for nothing of the source that lost it', () => {
    const subgraphs = [
      { name: 'catalog', sources: ['catalog'] },
      { name: 'reviews', sources: ['reviews'] },
    ];
    const world: World = createWorld({ subgraphs });
    const [catalog, reviews] = [createRelay('catalog'), createRelay('reviews')];
    for (const offset of [0, 1]) world.ledger.apply(offset, catalog.beat());
    // Offsets 2 and 3 belonged to purges of catalog in the log that lost them; now reviews has them.
    for (const offset of [2, 3]) world.ledger.apply(offset, reviews.beat());
    const product = world.entry('catalog', PRODUCT_1);
    expect(product.stamp.position).toBe(1);
  });
});

describe('a subgraph without a source', () => {
  const subgraphs = [{ name: 'search', sources: [] }];
  const PAGE = cacheTag('search', 'page');

  it('is stamped with the position of the log, and purged by hand', () => {
    const { ledger, entry, judge } = createWorld({ subgraphs, openAt: 9 });
    const page = entry('search', PAGE);
    expect(page.stamp.position).toBe(9);
    expect(judge(page, 'search', TTL)).toBe('fresh');
    ledger.apply(10, manual({ kind: 'tag', tags: ['page'], ts: NOW_AT }));
    expect(judge(page, 'search', TTL)).toBe('purged');
    expect(judge(entry('search', PAGE), 'search', TTL)).toBe('fresh');
  });

  it('knows nothing of what was purged before the log was opened', () => {
    const { entry, judge } = createWorld({ subgraphs, openAt: 9 });
    const page = entry('search', PAGE);
    expect(judge({ ...page, stamp: { ...page.stamp, position: 8 } }, 'search', TTL)).toBe('purged');
  });

  it('stores nothing before the log was reached', () => {
    expect(createWorld({ subgraphs, openAt: null }).ledger.stamp('search')).toBeNull();
  });

  it('never keeps a bound', () => {
    const { entry, judge } = createWorld({ subgraphs });
    expect(judge(entry('search', PAGE), 'search', BOUNDED)).toBe('bypass');
  });

  it('is stamped with the time where offsets are times, so that entries of several processes compare', () => {
    const openAt = NOW_AT * 1000;
    const one = createWorld({ subgraphs, numbering: 'clock', openAt });
    const other = createWorld({ subgraphs, numbering: 'clock', openAt });
    one.clock.nowAt = NOW_AT + 1;
    const page = one.entry('search', PAGE);
    expect(page.stamp.logId).toBe('clock');
    const shared = { ...page, tags: [other.ledger.digest(PAGE)] };
    expect(other.judge(shared, 'search', TTL)).toBe('fresh');
    other.ledger.apply(one.clock.nowAt * 1000, manual({ kind: 'tag', tags: ['page'], ts: NOW_AT }));
    expect(other.judge(shared, 'search', TTL)).toBe('purged');
  });

  it('is cold after offsets were used anew', () => {
    const { ledger, entry, judge } = createWorld({ subgraphs, openAt: 900 });
    const before = entry('search', PAGE);
    ledger.renumbered(-1);
    ledger.apply(0, manual({ kind: 'tag', tags: ['page'], ts: NOW_AT }));
    expect(judge(before, 'search', TTL)).toBe('purged');
    const after = entry('search', PAGE);
    expect(judge(after, 'search', TTL)).toBe('fresh');
    ledger.apply(1, manual({ kind: 'tag', tags: ['page'], ts: NOW_AT }));
    expect(judge(after, 'search', TTL)).toBe('purged');
  });
});

describe('the horizon', () => {
  it('at the start is where reading begins: nothing is known of what came before', () => {
    const { ledger, judge } = createWorld({ openAt: 99 });
    const relay = createRelay('catalog');
    for (const offset of [100, 101]) ledger.apply(offset, relay.beat());
    const { logId } = stampOf(ledger, 'catalog');
    const at = (position: number) => ({ stamp: { logId, position }, tags: [], expiresAt: NOW_AT + 1 });
    expect([98, 101].map((position) => judge(at(position), 'catalog'))).toEqual(['purged', 'fresh']);
  });

  it('after a jump refuses what was stamped before the place where reading goes on', () => {
    const { ledger, relay, entry, judge, metrics } = heard();
    const before = entry('catalog', PRODUCT_1);
    ledger.skipped(499);
    ledger.apply(500, relay.beat());
    expect(judge(before, 'catalog')).toBe('purged');
    expect(judge(entry('catalog', PRODUCT_1), 'catalog')).toBe('fresh');
    expect(metrics.horizons).toContain('catalog jump');
  });

  it('is the end of the log while that is not read', () => {
    const { ledger, relay, entry, judge } = heard();
    const before = entry('catalog', PRODUCT_1);
    ledger.notCaughtUp(100);
    expect(judge(before, 'catalog', TTL)).toBe('purged');
    ledger.apply(50, relay.beat());
    expect(judge(entry('catalog', PRODUCT_1), 'catalog', TTL)).toBe('purged');
    ledger.apply(100, relay.beat());
    expect(judge(entry('catalog', PRODUCT_1), 'catalog', TTL)).toBe('fresh');
  });

  it('never falls', () => {
    const { ledger, relay, entry, judge } = heard();
    ledger.notCaughtUp(100);
    ledger.skipped(50);
    ledger.apply(60, relay.beat());
    expect(judge(entry('catalog', PRODUCT_1), 'catalog')).toBe('purged');
  });
});

describe('a full ledger', () => {
  it('purges types in place of the oldest entities, and serves nothing wrong', () => {
    const { ledger, relay, entry, judge } = heard({ maxTags: 100 });
    const entries = Array.from({ length: 300 }, (_, n) => {
      const upc = String(n);
      const product = entry('catalog', entityTag('catalog', 'Product', { upc }), typeTag('catalog', 'Product'));
      ledger.apply(2 + n, relay.purge({ keys: [{ upc, sku: upc, brand: { name: 'b' } }] }));
      return product;
    });
    expect(entries.map((each) => judge(each, 'catalog'))).toEqual(entries.map(() => 'purged'));
    expect(ledger.status(NOW_AT).tagCount).toBeLessThan(120);
    expect(judge(entry('catalog', PRODUCT_1, typeTag('catalog', 'Product')), 'catalog')).toBe('fresh');
  });

  it('raises the horizon in place of the oldest declared tags, and serves nothing wrong', () => {
    const { ledger, relay, entry, judge, metrics } = heard({ maxTags: 100 });
    const entries = Array.from({ length: 300 }, (_, n) => {
      const page = entry('catalog', cacheTag('catalog', String(n)));
      ledger.apply(2 + n, relay.event({ kind: 'tag', tags: [String(n)], ts: NOW_AT }));
      return page;
    });
    expect(entries.map((each) => judge(each, 'catalog'))).toEqual(entries.map(() => 'purged'));
    expect(metrics.horizons).toContain('catalog overflow');
    expect(judge(entry('catalog', cacheTag('catalog', '1')), 'catalog')).toBe('fresh');
  });
});

describe('another schema', () => {
  const changed = { ...facts, versionOf: () => '2' };
  const subgraphs = [{ name: 'catalog', sources: ['catalog'] }];

  it('refuses what is kept of a subgraph whose keys changed', () => {
    const { ledger, relay, entry, judge } = heard();
    const before = entry('catalog', PRODUCT_1);
    ledger.setSchema({ subgraphs, facts: changed });
    expect(judge(before, 'catalog')).toBe('purged');
    ledger.apply(2, relay.beat());
    expect(judge(entry('catalog', PRODUCT_1), 'catalog')).toBe('fresh');
  });

  it('leaves alone what did not change', () => {
    const { ledger, entry, judge } = heard();
    const before = entry('catalog', PRODUCT_1);
    ledger.setSchema({ subgraphs: [...subgraphs, { name: 'reviews', sources: ['reviews'] }], facts: { ...facts } });
    expect(judge(before, 'catalog')).toBe('fresh');
  });

  it('knows nothing of what was purged before in a subgraph that is new', () => {
    const { ledger, relay, judge } = heard();
    ledger.apply(2, relay.purge());
    ledger.setSchema({ subgraphs: [{ name: 'search', sources: ['catalog'] }], facts });
    const { logId, position } = stampOf(ledger, 'search');
    expect(judge({ stamp: { logId, position }, tags: [], expiresAt: NOW_AT + 1 }, 'search')).toBe('purged');
    ledger.apply(3, relay.beat());
    expect(judge({ stamp: { logId, position: 3 }, tags: [], expiresAt: NOW_AT + 1 }, 'search')).toBe('fresh');
  });
});
