// The relay's source on PostgreSQL. One connection does everything: what holds the lock also reads and deletes.

import { z } from 'zod';
import { type CatalogReading, readCatalog } from './catalog-check.ts';
import { DELETE_RANGES, DELETE_ROWS, type OutboxLimits, readOutbox } from './outbox.ts';
import { RelaySetupError, type RelaySource, type SourceSession } from './relay-source.ts';
import { readMoment, type SourcePlace } from './source-moment.ts';
import type { SqlSession, SqlSessions } from './sql.ts';

/** The `freshet.version()` that this relay works with. */
export const SCHEMA_VERSION = 2;

// An ordinary statement takes a millisecond; one that takes this long is not coming back.
const STATEMENT_TIMEOUT_MS = 5_000;
// Reading or deleting a backlog of millions of rows.
const BACKLOG_TIMEOUT_MS = 120_000;
// A relay that froze keeps the lock no longer than this. One that works says something every 50 ms, or after a try to reach the log (5 s).
const FROZEN_AFTER_MS = 10_000;
// Per database, so that two names for one outbox exclude each other too. An arbitrary number of ours: "fresh".
const LOCK_KEY = '439721161576';

/** @param limits for tests */
export function postgresSource(sql: SqlSessions, source: string, limits?: OutboxLimits): RelaySource {
  return {
    async open(signal) {
      return sourceSession(await sql.connect(signal), source, limits);
    },
  };
}

const stateRow = z.object({
  source: z.string(),
  system: z.string(),
  timeline: z.string(),
  catalog_fingerprint: z.string(),
});
const answer = z.object({ yes: z.boolean() });
const versionRow = z.object({ version: z.number() });

function sourceSession(session: SqlSession, source: string, limits: OutboxLimits | undefined): SourceSession {
  const ask = async (text: string, values: readonly unknown[] = []): Promise<readonly unknown[]> =>
    within(STATEMENT_TIMEOUT_MS, session.query(text, values));
  const isSo = async (text: string, values: readonly unknown[] = []): Promise<boolean> =>
    answer.parse((await ask(text, values))[0]).yes;
  let catalog: CatalogReading | null = null;
  return {
    async prepare() {
      // An outbox is empty when its statements are planned, and later full, or full of dead rows: always the way by its index.
      await ask(
        `select set_config('idle_session_timeout', $1, false), set_config('idle_in_transaction_session_timeout', $1, false),
          set_config('statement_timeout', $2, false), set_config('search_path', 'pg_catalog', false),
          set_config('synchronous_commit', 'on', false),
          set_config('enable_seqscan', 'off', false), set_config('enable_bitmapscan', 'off', false)`,
        [String(FROZEN_AFTER_MS), String(BACKLOG_TIMEOUT_MS)],
      );
      if (!(await isSo(`select to_regprocedure('freshet.version()') is not null as yes`))) {
        throw new RelaySetupError(
          'expected the schema freshet in the database, there is none: install it with the SQL that `freshet watch --print-sql TABLE …` prints',
        );
      }
      const { version } = versionRow.parse((await ask('select freshet.version() as version'))[0]);
      if (version !== SCHEMA_VERSION) {
        throw new RelaySetupError(
          `expected version ${SCHEMA_VERSION} of the schema freshet in the database, got ${version}: run the SQL that this version's \`freshet watch --print-sql TABLE …\` prints, or another version of the relay`,
        );
      }
    },
    lock: () => isSo('select pg_try_advisory_lock($1::bigint) as yes', [LOCK_KEY]),
    moment: () => within(STATEMENT_TIMEOUT_MS, readMoment(session)),
    outbox: () => within(BACKLOG_TIMEOUT_MS, readOutbox(session, limits)),
    async catalog() {
      catalog = await within(STATEMENT_TIMEOUT_MS, readCatalog(session, catalog));
      return catalog;
    },
    async recall() {
      const [row] = await ask('select * from freshet.source_state');
      if (row === undefined) return null;
      const read = stateRow.parse(row);
      if (read.source !== source) {
        throw new RelaySetupError(
          `expected to drain the outbox as source ${source}, it was drained as ${read.source}: use that name, or run \`delete from freshet.source_state\` to rename it`,
        );
      }
      return { place: { system: read.system, timeline: Number(read.timeline) }, fingerprint: read.catalog_fingerprint };
    },
    async remember({ place, fingerprint }) {
      await ask(
        `insert into freshet.source_state (source, system, timeline, catalog_fingerprint) values ($1, $2, $3::bigint, $4)
        on conflict (only_row) do update
          set system = excluded.system, timeline = excluded.timeline, catalog_fingerprint = excluded.catalog_fingerprint`,
        [source, place.system, place.timeline, fingerprint],
      );
    },
    async deleteSent({ kind, ids }) {
      await within(BACKLOG_TIMEOUT_MS, session.query(kind === 'ids' ? DELETE_ROWS : DELETE_RANGES, [ids]));
    },
    hasMark: async (place) =>
      isSo(`select exists (select from freshet.uncrashed where mark = ${MARK}) as yes`, [placeText(place)]),
    async setMark(place) {
      await ask(`insert into freshet.uncrashed (mark) values (${MARK}) on conflict do nothing`, [placeText(place)]);
    },
    close: () => session.close(),
  };
}

// With the database's oid, which is another one when it was dropped and loaded from a dump, mark and all.
const MARK = `$1 || '/' || (select oid::text from pg_database where datname = current_database())`;

function placeText({ system, timeline }: SourcePlace): string {
  return `${system}/${timeline}`;
}

/** A connection that is half-open never answers: this is how that is noticed. */
async function within<Value>(timeoutMs: number, work: Promise<Value>): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`PostgreSQL did not answer a statement within ${timeoutMs} ms`)),
    timeoutMs,
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
