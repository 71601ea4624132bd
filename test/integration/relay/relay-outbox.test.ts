// The relay on a real PostgreSQL: what stands in the outbox reaches the log, and heartbeats claim no more than that.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { RelaySource, SourceSession } from '../../../subgraphs/kit/relay-source.ts';
import { eventually, within } from '../../support/eventually.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { requireService } from '../../support/service-gate.ts';
import {
  heartbeats,
  type KeptLog,
  keysOf,
  logIds,
  openKeptLog,
  purges,
  type RunningRelay,
  reasonsOf,
  runRelay,
} from './running-relay.ts';
import { connect, openSource, PRODUCT, type Source } from './source.ts';

requireService('postgres')('a relay', () => {
  let server: PostgresServer;
  let source: Source;
  let log: KeptLog;
  const relays: RunningRelay[] = [];
  const start = (more: Partial<Parameters<typeof runRelay>[0]> = {}): RunningRelay => {
    const relay = runRelay({ url: source.url, log, ...more });
    relays.push(relay);
    return relay;
  };
  const outboxIsEmpty = async (): Promise<boolean> => (await source.run('select from freshet.outbox')).length === 0;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    source = await openSource(server, PRODUCT);
    log = openKeptLog();
    return async () => {
      for (const relay of relays.splice(0)) await relay.stop();
      await source.close();
    };
  });

  it('begins with a purge of everything, then carries each event in order, numbered without a gap', async () => {
    const relay = start();
    await relay.beats(1);
    for (const upc of ['1', '2', '3']) await source.run(`insert into product values ($1, 'a')`, [upc]);
    await source.run(`update product set name = 'b' where upc = '2'; delete from product where upc = '3'`);
    await eventually(outboxIsEmpty);
    await relay.beats(2);
    expect(purges(log.seen)[0]?.event).toMatchObject({ kind: 'subgraph' });
    expect(keysOf(log.seen)).toEqual(['1', '2', '3', '2', '3']);
    expect(purges(log.seen).map(({ origin }) => origin.number)).toEqual([1, 2, 3, 4, 5, 6]);
    let last = 0;
    for (const record of log.seen) {
      if (record.kind === 'heartbeat') expect(record.origin.number).toBe(last);
      last = record.origin.number;
    }
    expect(heartbeats(log.seen).at(-1)?.origin.number).toBe(6);
    expect(purges(log.seen)[4]).toMatchObject({
      event: { kind: 'entity', type: 'Product', keys: [{ upc: '2' }], op: 'update', list: true, tags: [] },
    });
    expect(Math.abs((purges(log.seen)[4]?.event.ts ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(relay.status()).toEqual({ kind: 'working' });
  });

  it('never claims a commit that was made after it read the time, and always one that was made before', async () => {
    // Between every two things that the relay does two rows are committed, one of them with an id below rows seen before.
    const writer = await connect(source.url);
    const opened = await connect(source.url);
    let openedUpc = '';
    const commits: { upc: string; committedAt: number }[] = [];
    let count = 0;
    const note = async (upc: string): Promise<void> => {
      const { rows } = await writer.query('select extract(epoch from clock_timestamp())::float8 * 1000 as at');
      commits.push({ upc, committedAt: rows[0].at });
    };
    const insertInto = async (client: typeof writer): Promise<string> => {
      count += 1;
      await client.query(`insert into product values ($1, '')`, [`${count}`]);
      return `${count}`;
    };
    const commit = async (): Promise<void> => {
      if (openedUpc !== '') {
        await opened.query('commit');
        await note(openedUpc);
      }
      await opened.query('begin');
      openedUpc = await insertInto(opened);
      await note(await insertInto(writer));
    };
    const relay = start({ around: (database) => interleaved(database, commit) });
    await relay.beats(12, 60_000);
    await relay.stop();
    await opened.end();
    await writer.end();
    const sentBefore = (offset: number): Set<string> =>
      new Set(keysOf(log.seen.filter((record) => record.offset < offset)));
    const beats = heartbeats(log.seen);
    expect(beats.length).toBeGreaterThanOrEqual(12);
    for (const { offset, heartbeat } of beats) {
      const sent = sentBefore(offset);
      const missing = commits.filter(({ upc, committedAt }) => committedAt < heartbeat.asOfAt && !sent.has(upc));
      expect(missing).toEqual([]);
    }
    const last = beats.at(-1);
    expect(commits.filter(({ committedAt }) => committedAt < (last?.heartbeat.asOfAt ?? 0)).length).toBeGreaterThan(20);
  });

  it('sends what commits late with a low id, and does not wait for it', async () => {
    const relay = start();
    await relay.beats(1);
    const slow = await connect(source.url);
    await slow.query(`begin; insert into product values ('early id', '')`);
    await source.run(`insert into product values ('late id', '')`);
    await eventually(() => keysOf(log.seen).includes('late id'));
    await relay.beats(2);
    expect(keysOf(log.seen)).toEqual(['late id']);
    await slow.query('commit');
    await eventually(() => keysOf(log.seen).includes('early id'));
    await eventually(outboxIsEmpty);
    await slow.end();
  });

  it('sends a snapshot of many pages whole and in order before the heartbeat', async () => {
    await source.run(`insert into freshet.outbox (kind, type, keys, op, list)
      select 'entity', 'Product', jsonb_build_array(jsonb_build_object('upc', i::text)), 'update', false from generate_series(1, 4321) as i`);
    const relay = start();
    await relay.beats(1);
    const before = log.seen.slice(
      0,
      log.seen.findIndex(({ kind }) => kind === 'heartbeat'),
    );
    expect(keysOf(before)).toEqual(Array.from({ length: 4321 }, (_, index) => `${index + 1}`));
    await expect(outboxIsEmpty()).resolves.toBe(true);
  });

  it('sends a backlog as types and tags, deletes what it saw of it and no more', async () => {
    const slow = await connect(source.url);
    await slow.query(`begin; insert into product values ('open', '')`);
    await source.run(`insert into freshet.outbox (kind, type, keys, tags)
      select 'entity', case when i % 2 = 0 then 'Even' else 'Odd' end, '[{"id":"1"}]', array['t' || i % 3] from generate_series(1, 300) as i;
      insert into freshet.outbox (kind, tags) values ('tag', '{alone}')`);
    const limits = { pageRowCount: 10, mostRowCount: 100, mostBytes: 1_000_000 };
    // Commits between the snapshot and the delete, with an id below all that are deleted.
    const relay = start({ limits, around: (database) => afterOutbox(database, () => slow.query('commit')) });
    await relay.beats(1);
    const events = purges(log.seen)
      .slice(1)
      .map(({ event }) => event)
      .filter(({ kind }) => kind !== 'entity');
    expect(events).toHaveLength(3);
    expect(events).toContainEqual(expect.objectContaining({ kind: 'type', type: 'Even' }));
    expect(events).toContainEqual(expect.objectContaining({ kind: 'type', type: 'Odd' }));
    const tagEvent = events.find((event) => event.kind === 'tag');
    expect(tagEvent?.kind === 'tag' && [...tagEvent.tags].sort()).toEqual(['alone', 't0', 't1', 't2']);
    await eventually(() => keysOf(log.seen).includes('open'));
    await eventually(outboxIsEmpty);
    await slow.end();
    expect(relay.lines.join()).toContain('the outbox was so full that whole types were purged');
  });

  it('collapses by size too', async () => {
    await source.run(
      `insert into freshet.outbox (kind, type, keys) select 'entity', 'Big', jsonb_build_array(jsonb_build_object('id', repeat('x', 10000))) from generate_series(1, 100)`,
    );
    await start({ limits: { pageRowCount: 10, mostRowCount: 1000, mostBytes: 200_000 } }).beats(1);
    expect(
      purges(log.seen)
        .slice(1)
        .map(({ event }) => event),
    ).toEqual([expect.objectContaining({ kind: 'type', type: 'Big' })]);
  });

  it('purges everything for a row of the outbox that it cannot read or that would be too large', async () => {
    await source.run(`insert into freshet.outbox (kind, type, keys) values ('entity', 'Product', '"no keys"'), ('entity', null, '[{"a":"1"}]');
      insert into freshet.outbox (kind, subgraph, type, keys) select 'entity', 'only', 'Product', jsonb_build_array(jsonb_build_object('id', repeat('é', 200000)));
      insert into freshet.outbox (kind, type, keys) values ('entity', 'Product', '[{"upc":"fine"}]')`);
    await start().beats(1);
    const events = purges(log.seen)
      .slice(1)
      .map(({ event }) => event);
    expect(events).toEqual([
      { kind: 'subgraph', reason: expect.stringContaining('cannot be read'), ts: expect.any(Number) },
      { kind: 'subgraph', reason: expect.stringContaining('cannot be read'), ts: expect.any(Number) },
      {
        kind: 'subgraph',
        subgraph: 'only',
        reason: expect.stringContaining('larger than a record may be'),
        ts: expect.any(Number),
      },
      expect.objectContaining({ kind: 'entity', keys: [{ upc: 'fine' }] }),
    ]);
  });

  it('sends again, under another log id, what was acknowledged but not deleted when it was killed', async () => {
    await start().beats(1);
    await relays.pop()?.stop();
    const stuck = Promise.withResolvers<void>();
    const killed = start({
      log: {
        ...log,
        // The log has the events; the relay never hears of it.
        append: async (records) => {
          const acknowledged = await log.append(records);
          if (!records.some((record) => record.value.includes('"upc"'))) return acknowledged;
          stuck.resolve();
          return new Promise(() => undefined);
        },
      },
    });
    await killed.beats(1);
    await source.run(`insert into product values ('1', ''), ('2', '')`);
    await within(10_000, 'the events to be in the log', stuck.promise);
    await killed.stop();
    await expect(outboxIsEmpty()).resolves.toBe(false);
    await start().beats(1);
    await expect(outboxIsEmpty()).resolves.toBe(true);
    expect(keysOf(log.seen).sort()).toEqual(['1', '1', '2', '2']);
    const ids = purges(log.seen).flatMap(({ event, record }) =>
      event.kind === 'entity' ? [record.headers.ce_id] : [],
    );
    expect(new Set(ids).size).toBe(2);
    expect(logIds(log.seen)).toHaveLength(3);
    expect(reasonsOf(log.seen)).toHaveLength(1);
  });
});

/** Runs `between` after each of the steps whose order a heartbeat's claim rests on. */
function interleaved(database: RelaySource, between: () => Promise<void>): RelaySource {
  const then =
    <Value>(step: () => Promise<Value>) =>
    async (): Promise<Value> => {
      const value = await step();
      await between();
      return value;
    };
  return withSession(database, (session) => ({
    ...session,
    moment: then(session.moment),
    outbox: then(session.outbox),
    catalog: then(session.catalog),
  }));
}

/** Runs `once` after the first reading of the outbox. */
function afterOutbox(database: RelaySource, once: () => Promise<unknown>): RelaySource {
  let isDone = false;
  return withSession(database, (session) => ({
    ...session,
    async outbox() {
      const snapshot = await session.outbox();
      if (!isDone) await once();
      isDone = true;
      return snapshot;
    },
  }));
}

function withSession(database: RelaySource, change: (session: SourceSession) => SourceSession): RelaySource {
  return { open: async (signal) => change(await database.open(signal)) };
}
