// The feed: what it makes of offsets that fall, jump and repeat, when it is ready, and what it does about a defect.

import { describe, expect, it } from 'vitest';
import type { GatewayError } from '../../../gateway/errors.ts';
import { createFeed } from '../../../gateway/purge/feed.ts';
import type { Ledger } from '../../../gateway/purge/ledger.ts';
import type { LogReader, OpenedLog } from '../../../gateway/purge/log.ts';
import {
  encodeHeartbeat,
  encodePurge,
  type PurgeEvent,
  type PurgeRecord,
  type WireRecord,
} from '../../../schema/purge-event.ts';
import { cacheTag, entityTag } from '../../../schema/tag.ts';
import { createRelay, createWorld, NOW_AT, TTL, type WorldOptions } from './purge-world.ts';

const PRODUCT_1 = entityTag('catalog', 'Product', { upc: '1' });
let idCount = 0;

function wire(record: PurgeRecord): WireRecord {
  idCount += 1;
  const id = `id-${idCount}`;
  if (record.kind === 'heartbeat') return encodeHeartbeat(record.source, record.origin, record.heartbeat, id);
  return encodePurge(record.source, record.origin, record.event, id, null);
}

interface SetUp extends WorldOptions {
  /** Stands between the feed and the ledger. */
  readonly wrap?: (ledger: Ledger) => Ledger;
  readonly endPosition?: () => Promise<number>;
}

/** A feed whose log and timers are in the test's hand. */
function setUp({
  wrap = (ledger) => ledger,
  endPosition = () => Promise.reject(new Error('away')),
  ...options
}: SetUp = {}) {
  const world = createWorld({ ...options, openAt: null });
  const timers: (() => void)[] = [];
  const fatal: GatewayError[] = [];
  let reader: LogReader | undefined;
  let readFromAt = Number.NaN;
  const unused = (): never => {
    throw new Error('not used');
  };
  const feed = createFeed({
    log: {
      read(fromAt, given) {
        readFromAt = fromAt;
        reader = given;
      },
      endPosition,
      share: unused,
      append: unused,
      setAside: unused,
      close: unused,
    },
    ledger: wrap(world.ledger),
    clock: { nowAt: () => world.clock.nowAt },
    timer(_, run) {
      timers.push(run);
      return () => void timers.splice(timers.indexOf(run), 1);
    },
    replayWindowMs: 60_000,
    logger: world.logger,
    metrics: world.metrics,
    onFatal: (error) => void fatal.push(error),
  });
  feed.start();
  if (reader === undefined) throw new Error('the feed does not read');
  const given = reader;
  return {
    ...world,
    feed,
    timers,
    fatal,
    reader: given,
    readFromAt,
    open: (opened: Partial<OpenedLog> = {}) =>
      given.opened({ name: 'cluster/topic', numbering: 'offsets', position: -1, endPosition: -1, ...opened }),
    read: (offset: number, record: PurgeRecord | WireRecord, previousOffset = offset - 1) =>
      given.read({ offset, previousOffset, record: 'kind' in record ? wire(record) : record }),
  };
}

/** As setUp, with catalog's relay heard at offsets 0 and 1. */
function heard(options: SetUp = {}) {
  const world = setUp(options);
  const relay = createRelay('catalog');
  world.open();
  world.read(0, relay.beat());
  world.read(1, relay.beat());
  return { ...world, relay };
}

describe('the feed', () => {
  it('begins to read where the oldest entry could have been filled', () => {
    expect(setUp().readFromAt).toBe(NOW_AT - 60_000);
  });

  it('hands every record to the ledger', () => {
    const { read, relay, entry, judge } = heard();
    const product = entry('catalog', PRODUCT_1);
    expect(judge(product, 'catalog')).toBe('fresh');
    read(2, relay.purge());
    expect(judge(product, 'catalog')).toBe('purged');
  });

  it('takes records for nothing new that are delivered once more', () => {
    const { read, reader, relay, entry, judge } = heard();
    const again = wire(relay.purge());
    read(2, again);
    read(3, relay.beat());
    const after = entry('catalog', PRODUCT_1);
    reader.read({ offset: 2, previousOffset: 1, record: again });
    expect(judge(after, 'catalog')).toBe('fresh');
  });

  it('sees that records were not delivered, and refuses what was read before', () => {
    const { read, relay, entry, judge, metrics } = heard();
    const before = entry('catalog', PRODUCT_1);
    read(7, relay.beat());
    expect(judge(before, 'catalog')).toBe('purged');
    expect(metrics.horizons).toContain('catalog jump');
  });

  it('takes the offset before a record from the log, where offsets have holes by nature', () => {
    const { read, relay, entry, judge } = heard({ numbering: 'clock' });
    const before = entry('catalog', PRODUCT_1);
    read(700, relay.beat(), 1);
    expect(judge(before, 'catalog')).toBe('fresh');
  });

  it('sees that an offset stands for another record than before: the log is another', () => {
    const { read, relay, entry, judge, metrics, feed } = heard();
    read(2, relay.beat());
    const before = entry('catalog', PRODUCT_1);
    read(1, createRelay('reviews').beat());
    expect(judge(before, 'catalog')).toBe('purged');
    expect(metrics.horizons).toContain('catalog offsets-reused');
    expect(feed.status().position).toBe(1);
    read(2, createRelay('reviews').beat());
    expect(metrics.horizons.filter((reason) => reason === 'catalog offsets-reused')).toHaveLength(1);
  });

  it('finds its feet in a log that was made anew, when the relay has a new log id', () => {
    const { read, relay, entry, judge } = heard();
    for (let offset = 2; offset < 100; offset += 1) read(offset, relay.purge());
    const before = entry('catalog', PRODUCT_1);
    const renewed = createRelay('catalog', { logId: 'log-2' });
    read(0, renewed.beat());
    read(1, renewed.beat());
    expect(judge(before, 'catalog')).toBe('purged');
    const after = entry('catalog', PRODUCT_1);
    expect(judge(after, 'catalog')).toBe('fresh');
    read(2, renewed.purge());
    expect(judge(after, 'catalog')).toBe('purged');
  });

  it('loses no purge by hand in a log that was made anew, where no relay writes', () => {
    const subgraphs = [{ name: 'search', sources: [] }];
    const { open, read, entry, judge } = setUp({ subgraphs });
    open({ position: 499, endPosition: 499 });
    const byHand = (tag: string): WireRecord => {
      idCount += 1;
      const event: PurgeEvent = { kind: 'tag', subgraph: 'search', tags: [tag], ts: NOW_AT };
      return encodePurge('freshet:invalidation', null, event, `id-${idCount}`, null);
    };
    for (let offset = 500; offset < 600; offset += 1) read(offset, byHand('other'));
    const page = entry('search', cacheTag('search', 'page'));
    read(0, byHand('page'));
    expect(judge(page, 'search', TTL)).toBe('purged');
  });

  it('asks after a break for the record that it read last, to see whether it is still there', () => {
    const { reader, open, read } = setUp();
    open({ position: 41, endPosition: 41 });
    expect(reader.resumeFrom()).toBe(42);
    read(42, createRelay('catalog').beat());
    expect(reader.resumeFrom()).toBe(42);
  });

  it('goes on over a thousand records that cannot be read, and names at most one a second', () => {
    const { read, relay, entry, judge, metrics, logger } = heard();
    const bad = ['{', '{"type":"Product"}', '[]', '{"type":7,"key":{"upc":"1"}}', 'x'.repeat(300_000)];
    for (let n = 0; n < 1_000; n += 1) {
      const { headers } = wire(relay.beat());
      read(2 + n, {
        key: null,
        headers: { ...headers, ce_type: n % 2 === 0 ? 'dev.freshet.purge.v9' : headers.ce_type! },
        value: bad[n % 5]!,
      });
    }
    read(1_002, relay.purge());
    expect(judge(entry('catalog', PRODUCT_1), 'catalog')).toBe('fresh');
    expect(metrics.events.filter((event) => event === 'catalog malformed')).toHaveLength(1_000);
    expect(metrics.events.at(-1)).toBe('catalog applied');
    expect(logger.lines.filter((line) => line.includes('cannot be applied'))).toHaveLength(1);
  });

  it('measures from commit to ledger, but only while it is not replaying', () => {
    const { read, open, metrics, clock } = setUp();
    const relay = createRelay('catalog');
    open({ position: -1, endPosition: 1 });
    read(0, relay.beat());
    read(1, relay.purge({ ts: NOW_AT - 3_000 }));
    clock.nowAt = NOW_AT + 40;
    read(2, relay.purge({ ts: NOW_AT }));
    expect(metrics.delaysMs).toEqual([40]);
  });

  it('stops for good and says so when a record cannot be applied because of a defect', () => {
    const { read, relay, fatal, feed } = heard({
      wrap: (ledger) => ({
        ...ledger,
        apply(offset, record) {
          if (offset === 2) throw new TypeError('a defect');
          return ledger.apply(offset, record);
        },
      }),
    });
    read(2, relay.purge());
    read(3, relay.beat());
    expect(fatal.map(({ code, cause }) => [code, String(cause)])).toEqual([
      ['PURGE_FEED_FAILED', 'TypeError: a defect'],
    ]);
    expect(feed.status()).toMatchObject({ phase: 'stopped', position: 2 });
  });

  it('ignores what comes after it was stopped', () => {
    const { read, relay, entry, judge, feed, timers } = heard();
    const product = entry('catalog', PRODUCT_1);
    feed.stop();
    read(2, relay.purge());
    expect(judge(product, 'catalog')).toBe('fresh');
    expect(timers).toEqual([]);
  });
});

describe('readiness', () => {
  it('comes with the last record that was there when the log was reached', async () => {
    const { feed, open, read } = setUp();
    const relay = createRelay('catalog');
    open({ position: -1, endPosition: 1 });
    read(0, relay.beat());
    expect(feed.status()).toMatchObject({ phase: 'catching-up', position: 0, goal: 1 });
    read(1, relay.beat());
    await expect(feed.ready).resolves.toBe('caught-up');
    expect(feed.status()).toEqual({ phase: 'caught-up', degraded: null, position: 1, goal: 1 });
  });

  it('comes at once when there is nothing to read', async () => {
    const { feed, open, timers } = setUp();
    open();
    await expect(feed.ready).resolves.toBe('caught-up');
    expect(timers).toEqual([]);
  });

  it('comes degraded when the log is away for too long, and the log may come later', async () => {
    const { feed, timers, reader, open, read, judge, entry, ledger } = setUp();
    reader.failing(new Error('no broker'));
    timers[0]?.();
    await expect(feed.ready).resolves.toBe('degraded');
    expect(feed.status()).toMatchObject({ phase: 'unreached', degraded: 'no broker' });
    expect(ledger.stamp('catalog')).toBeNull();
    open();
    const relay = createRelay('catalog');
    read(0, relay.beat());
    read(1, relay.beat());
    expect(feed.status()).toMatchObject({ phase: 'caught-up', degraded: null });
    expect(judge(entry('catalog', PRODUCT_1), 'catalog')).toBe('fresh');
  });

  it('comes degraded when reading takes too long: what the unread part may purge is refused until it is read', async () => {
    const { feed, open, read, timers, entry, judge } = setUp({ endPosition: async () => 3 });
    const relay = createRelay('catalog');
    open({ position: -1, endPosition: 2 });
    read(0, relay.beat());
    timers[0]?.();
    await expect(feed.ready).resolves.toBe('degraded');
    expect(feed.status().degraded).toBe('reading the purge log: at offset 0 of 2');
    expect(judge(entry('catalog', PRODUCT_1), 'catalog', TTL)).toBe('purged');
    for (const offset of [1, 2, 3]) read(offset, relay.beat());
    expect(feed.status().degraded).toBeNull();
    expect(judge(entry('catalog', PRODUCT_1), 'catalog', TTL)).toBe('fresh');
  });

  it('says while it lasts that the log has gone silent, and names each trouble once in the log', () => {
    const { feed, reader, read, relay, logger } = heard();
    for (let n = 0; n < 5; n += 1) reader.failing(new Error('broker gone'));
    expect(feed.status().degraded).toBe('broker gone');
    expect(logger.lines.filter((line) => line.includes('broker gone'))).toHaveLength(1);
    read(2, relay.beat());
    expect(feed.status().degraded).toBeNull();
  });
});
