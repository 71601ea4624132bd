// The outbox of a source: read whole in one snapshot, and emptied of exactly what was read.

import { z } from 'zod';
import type { PurgeEvent } from '../../schema/purge-event.ts';
import { LARGEST_RECORD_BYTES } from '../../schema/purge-event.ts';
import type { KeyValue } from '../../schema/tag.ts';
import type { SqlSession } from './sql.ts';

export interface OutboxRow {
  /** A bigint as text. */
  readonly id: string;
  readonly event: PurgeEvent;
  /** About. */
  readonly bytes: number;
}

/** `collapsed`: so much was waiting that fewer, coarser events stand for all of it; `ids` is an int8multirange as text. */
export type OutboxSnapshot =
  | { readonly kind: 'rows'; readonly rows: readonly OutboxRow[] }
  | {
      readonly kind: 'collapsed';
      readonly events: readonly PurgeEvent[];
      readonly ids: string;
      readonly rowCount: number;
    };

export interface OutboxLimits {
  readonly pageRowCount: number;
  /** More rows than this are collapsed: what is sent before a heartbeat must be sent in about a second, or as-of ages past S. */
  readonly mostRowCount: number;
  readonly mostBytes: number;
}

export const OUTBOX_LIMITS: OutboxLimits = {
  pageRowCount: 1_000,
  mostRowCount: 20_000,
  mostBytes: 16 * 1024 * 1024,
};

const LONGEST_REASON_CHARS = 1_000;
const MOST_COLLAPSED_TAGS_COUNT = 10_000;
const TAGS_PER_EVENT_COUNT = 500;

const LEAST_ID = '-9223372036854775808';
// By the column, not by the text of the same name: '10' < '9', and the next page begins behind the last row.
const PAGE = `
  select id::text, floor(extract(epoch from happened_at) * 1000)::float8 as ts, kind, subgraph, type, keys, op, list, tags, reason,
    octet_length(concat(keys, tags, type, reason)) as bytes
  from freshet.outbox where id > $1::bigint order by outbox.id limit $2::int`;

// Stops counting as soon as it is clear that there are too many.
const TOO_MANY = 'select count(*) > $1::int as yes from (select from freshet.outbox limit $1::int + 1) as counted';

/**
 * Reads all rows in order of their ids, in one snapshot and without locking any: the one of a single statement where that
 * finds them all, else a REPEATABLE READ, READ ONLY transaction.
 * Rows that commit later with lower ids are in the next snapshot: ids say nothing about each other.
 */
export async function readOutbox(session: SqlSession, limits: OutboxLimits = OUTBOX_LIMITS): Promise<OutboxSnapshot> {
  const only = (await session.query(PAGE, [LEAST_ID, limits.pageRowCount])).map(rowOf);
  if (only.length < limits.pageRowCount) return { kind: 'rows', rows: only };
  await session.query('begin isolation level repeatable read, read only');
  const snapshot = (await tooMany(session, limits.mostRowCount))
    ? await collapse(session)
    : await readPages(session, limits);
  await session.query('commit');
  return snapshot;
}

async function readPages(session: SqlSession, limits: OutboxLimits): Promise<OutboxSnapshot> {
  const rows: OutboxRow[] = [];
  let bytes = 0;
  for (;;) {
    const page = (await session.query(PAGE, [rows.at(-1)?.id ?? LEAST_ID, limits.pageRowCount])).map(rowOf);
    rows.push(...page);
    bytes += page.reduce((sum, row) => sum + row.bytes, 0);
    if (bytes > limits.mostBytes) return collapse(session);
    if (page.length < limits.pageRowCount) return { kind: 'rows', rows };
  }
}

async function tooMany(session: SqlSession, mostRowCount: number): Promise<boolean> {
  const [row] = await session.query(TOO_MANY, [mostRowCount]);
  return z.object({ yes: z.boolean() }).parse(row).yes;
}

/** Part of a statement that deletes these rows and no others, for `with`. Ids are listed: a row below them may have committed since. */
export const DELETE_ROWS = 'delete from freshet.outbox where id = any($1::bigint[])';
export const DELETE_RANGES = 'delete from freshet.outbox where id <@ $1::int8multirange';

const keyValue: z.ZodType<KeyValue> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.record(z.string(), keyValue)]),
);
const bearing = { id: z.string(), ts: z.number(), subgraph: z.string().min(1).nullable() };
const tags = z.array(z.string().min(1));
const outboxRow = z.discriminatedUnion('kind', [
  z.object({
    ...bearing,
    kind: z.literal('entity'),
    type: z.string().min(1),
    keys: z.array(z.record(z.string(), keyValue)).min(1),
    op: z.enum(['insert', 'update', 'delete']).nullable(),
    list: z.boolean().nullable(),
    tags,
  }),
  z.object({ ...bearing, kind: z.literal('type'), type: z.string().min(1), tags }),
  z.object({ ...bearing, kind: z.literal('tag'), tags: tags.min(1) }),
  z.object({ ...bearing, kind: z.literal('subgraph'), reason: z.string().nullable() }),
]);
const identified = z.object({ id: z.string(), ts: z.number(), bytes: z.number() });
// JSON writes a control character in six bytes; the fields' names and what stands around them are a few hundred.
const SURELY_SMALL_BYTES = (LARGEST_RECORD_BYTES - 1024) / 6;

/** What cannot be read, or would not be read by a gateway, purges all: a row of the outbox is never dropped. */
function rowOf(value: unknown): OutboxRow {
  const { id, ts, bytes } = identified.parse(value);
  const whole = (reason: string, only: { readonly subgraph?: string } = {}): OutboxRow => ({
    id,
    event: { kind: 'subgraph', ...only, reason: `outbox row ${id} ${reason}`.slice(0, LONGEST_REASON_CHARS), ts },
    bytes: LONGEST_REASON_CHARS,
  });
  const read = outboxRow.safeParse(value);
  if (!read.success) return whole(`cannot be read: ${z.prettifyError(read.error)}`);
  const event = eventOf(read.data);
  const small = bytes < SURELY_SMALL_BYTES || Buffer.byteLength(JSON.stringify(event)) <= LARGEST_RECORD_BYTES;
  return small ? { id, event, bytes } : whole('is larger than a record may be', subgraphOf(read.data));
}

function eventOf(row: z.infer<typeof outboxRow>): PurgeEvent {
  const shared = { ...subgraphOf(row), ts: row.ts };
  switch (row.kind) {
    case 'entity': {
      const { type, keys, op, list } = row;
      return { kind: 'entity', ...shared, type, keys, op: op ?? 'update', list: list ?? true, tags: row.tags };
    }
    case 'type':
      return { kind: 'type', ...shared, type: row.type, tags: row.tags };
    case 'tag':
      return { kind: 'tag', ...shared, tags: row.tags };
    case 'subgraph':
      return { kind: 'subgraph', ...shared, reason: row.reason ?? '' };
  }
}

function subgraphOf(row: { readonly subgraph: string | null }): { readonly subgraph?: string } {
  return row.subgraph === null ? {} : { subgraph: row.subgraph };
}

const subgraph = z.string().nullable();
const collapsedGroup = z.object({
  subgraph,
  type: z.string().nullable(),
  whole: z.boolean(),
  tagged: z.boolean(),
  ts: z.number(),
  count: z.number(),
});
const collapsedTags = z.object({ subgraph, tags });

// What has a type purges that, what is unlike anything that we write purges all.
const GROUPS = `
  select subgraph, type, bool_or(kind = 'subgraph' or (kind <> 'tag' and coalesce(type, '') = '')) as whole,
    bool_or(tags <> '{}') as tagged, floor(extract(epoch from min(happened_at)) * 1000)::float8 as ts, count(*)::float8 as count
  from freshet.outbox group by subgraph, type`;
const TAGS = `
  select subgraph, array_agg(tag) as tags from (
    select distinct subgraph, tag from freshet.outbox, unnest(tags) as tag where tags <> '{}' and tag <> '' limit $1::int) as t
  group by subgraph`;
// Neighbouring ids join into ranges: a million rows are a few bytes. Every id within a range was seen.
// `range_agg` gives the same in twice the time (1.1 s for a million).
const RANGES = `
  select '{' || coalesce(string_agg(format('[%s,%s]', least, greatest), ','), '') || '}' as ids from (
    select min(id) as least, max(id) as greatest
    from (select id, id - row_number() over (order by id) as island from freshet.outbox) as numbered group by island) as ranges`;

/** Inside the snapshot's transaction. A million rows take about 1 s. */
async function collapse(session: SqlSession): Promise<OutboxSnapshot> {
  await session.query('set local enable_seqscan = on');
  const groups = z.array(collapsedGroup).parse(await session.query(GROUPS));
  const tagRows = groups.some(({ tagged }) => tagged)
    ? z.array(collapsedTags).parse(await session.query(TAGS, [MOST_COLLAPSED_TAGS_COUNT + 1]))
    : [];
  const [seen] = await session.query(RANGES);
  const rowCount = groups.reduce((sum, { count }) => sum + count, 0);
  const { ids } = z.object({ ids: z.string() }).parse(seen);
  return { kind: 'collapsed', events: coarseEvents(groups, tagRows, rowCount), ids, rowCount };
}

function coarseEvents(
  groups: readonly z.infer<typeof collapsedGroup>[],
  tagRows: readonly z.infer<typeof collapsedTags>[],
  rowCount: number,
): PurgeEvent[] {
  const ts = Math.min(...groups.map((group) => group.ts));
  const tagCount = tagRows.reduce((sum, row) => sum + row.tags.length, 0);
  if (tagCount > MOST_COLLAPSED_TAGS_COUNT) {
    return [{ kind: 'subgraph', reason: `${rowCount} rows were waiting in the outbox`, ts }];
  }
  const events = groups.flatMap((group): PurgeEvent[] => {
    const shared = { ...subgraphOf(group), ts: group.ts };
    if (group.whole) return [{ kind: 'subgraph', ...shared, reason: `${rowCount} rows were waiting in the outbox` }];
    return group.type === null ? [] : [{ kind: 'type', ...shared, type: group.type, tags: [] }];
  });
  for (const row of tagRows) {
    for (let at = 0; at < row.tags.length; at += TAGS_PER_EVENT_COUNT) {
      events.push({ kind: 'tag', ...subgraphOf(row), tags: row.tags.slice(at, at + TAGS_PER_EVENT_COUNT), ts });
    }
  }
  return events;
}
