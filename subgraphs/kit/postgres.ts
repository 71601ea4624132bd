// The door to PostgreSQL: a pool of connections to one database, statements, transactions, COPY.

import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Log } from './log.ts';

/** Whatever runs statements: the pool, or one open transaction. */
export interface Sql {
  /**
   * Runs one statement and returns its rows. Values go as parameters `$1`, `$2` …; lists as `= any($1::text[])`.
   * `numeric` and `bigint` come as text, `timestamptz` as Date, `date` as text (`2026-03-01`).
   */
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** Statements of one open transaction, one at a time. */
export interface Transaction extends Sql {
  /** Runs `copy … from stdin` with what the chunks hold, in COPY's text format. */
  copyIn(statement: string, chunks: Iterable<string>): Promise<void>;
}

export interface Database extends Sql {
  /** Commits when `work` resolves, rolls back when it rejects. */
  transaction<Result>(work: (sql: Transaction) => Promise<Result>): Promise<Result>;
  /** Waits for running statements, then closes all connections. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  readonly log: Log;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Default 10. */
  readonly maxConnectionsCount?: number;
  /** A statement that takes longer is ended by the server. Default 10,000; 0: no limit. */
  readonly statementTimeoutMs?: number;
  /** Called with each statement that is sent; tests count by it. */
  readonly onStatement?: (text: string) => void;
}

const CONNECT_TIMEOUT_MS = 5_000;
// A connection that nobody uses is kept this long.
const IDLE_TIMEOUT_MS = 30_000;
const DATE_OID = 1082;

const types: pg.CustomTypesConfig = {
  // pg would make a moment of a day, in the zone of this machine.
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === DATE_OID ? (value: string) => value : pg.types.getTypeParser(oid, format ?? 'text'),
};

/** Opens no connection yet: the first statement does, and fails within 5 s when the server is not there. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.maxConnectionsCount ?? 10,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    statement_timeout: options.statementTimeoutMs ?? 10_000,
    // Moments as text stand in cursors: the same on every server.
    options: '-c timezone=UTC -c datestyle=ISO',
    types,
  });
  // Without a listener an idle connection that the server ends would end this process.
  pool.on('error', (error) => options.log.warn({ err: error }, 'an idle connection to PostgreSQL was lost'));
  const onStatement = options.onStatement ?? (() => undefined);

  return {
    ...runnerOn(pool, onStatement),

    async transaction<Result>(work: (sql: Transaction) => Promise<Result>): Promise<Result> {
      const client = await pool.connect();
      let broken: Error | undefined;
      // A connection that is lost between two statements tells it by an event, which ends the process where nobody listens.
      const lost = (error: Error): void => {
        broken = error;
      };
      client.on('error', lost);
      try {
        await client.query('begin');
        const result = await work({
          ...runnerOn(client, onStatement),
          async copyIn(statement, chunks) {
            onStatement(statement);
            await pipeline(Readable.from(chunks, { objectMode: true }), client.query(copyFrom(statement)));
          },
        });
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback').catch((cause: unknown) => {
          // A connection that cannot even roll back must not go back into the pool.
          broken = cause instanceof Error ? cause : new Error(String(cause));
        });
        throw error;
      } finally {
        client.off('error', lost);
        client.release(broken);
      }
    },

    close: () => pool.end(),
  };
}

function runnerOn(runner: pg.Pool | pg.PoolClient, onStatement: (text: string) => void): Sql {
  return {
    async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
      onStatement(text);
      if (values.length === 0) return (await runner.query<Row>(text)).rows;
      return (await runner.query<Row>({ name: statementName(text), text, values: [...values] })).rows;
    },
  };
}

const names = new Map<string, string>();
// Our statements are written, not generated from data: this is only met by a defect.
const MOST_NAMES_COUNT = 10_000;

/** Statements with values are prepared once per connection, under a name. */
function statementName(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    if (names.size >= MOST_NAMES_COUNT) names.clear();
    name = createHash('sha256').update(text).digest('base64url').slice(0, 32);
    names.set(text, name);
  }
  return name;
}
