// Brings a database to the state that a folder of numbered SQL files says, each file once.

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { databaseOf, shownUrl, withDatabase } from './database-url.ts';
import type { Log } from './log.ts';
import { openDatabase, type Sql } from './postgres.ts';

export interface MigrateOptions {
  readonly url: string;
  /** Holds the tables, and the record of what has been applied. A plain lower-case name. */
  readonly schema: string;
  /** Files as `001-tables.sql`; others are an error. */
  readonly folder: URL;
  readonly log: Log;
  /** Runs first, in the same transaction, every time: installs what the files call. Must be idempotent. */
  readonly prepare?: (sql: Sql) => Promise<void>;
}

interface MigrationFile {
  readonly number: number;
  readonly name: string;
  readonly text: string;
  readonly digest: string;
}

// Another process that migrates the same schema is waited for this long.
const LOCK_TIMEOUT_MS = 60_000;
const DUPLICATE_DATABASE = new Set(['42P04', '23505']);

/**
 * Applies the files that have not been applied, in order, all in one transaction and one process at a time.
 * Makes the database when the server has none of that name.
 * @returns the names of the files applied now; empty: nothing was to do
 * @throws {Error} when a file that was applied has changed or is gone, or a name has no number
 */
export async function migrate(options: MigrateOptions): Promise<readonly string[]> {
  await ensureDatabase(options.url, options.log);
  const files = await readMigrations(options.folder);
  const database = openDatabase({
    url: options.url,
    log: options.log,
    applicationName: `freshet migrate ${options.schema}`,
    maxConnectionsCount: 1,
    statementTimeoutMs: 0,
  });
  try {
    return await database.transaction(async (sql) => {
      await sql.query(`set local lock_timeout = ${LOCK_TIMEOUT_MS}`);
      await sql.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`freshet.migrate.${options.schema}`]);
      await sql.query('set local lock_timeout = 0');
      await options.prepare?.(sql);
      return await applyMissing(sql, options.schema, files);
    });
  } finally {
    await database.close();
  }
}

/** Makes the database that the URL names, unless it is there. Two processes may do so at once. */
export async function ensureDatabase(url: string, log: Log): Promise<void> {
  const name = databaseOf(url);
  const server = openDatabase({
    url: withDatabase(url, 'postgres'),
    log,
    applicationName: 'freshet migrate',
    maxConnectionsCount: 1,
    statementTimeoutMs: 0,
  });
  try {
    const found = await server.query('select from pg_database where datname = $1', [name]);
    if (found.length > 0) return;
    await server.query(`create database ${quoted(name)}`);
    log.info({ database: name }, 'made a database');
  } catch (error) {
    if (DUPLICATE_DATABASE.has(sqlStateOf(error))) return;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`expected a PostgreSQL server for ${shownUrl(url)}, got: ${reason}`, { cause: error });
  } finally {
    await server.close();
  }
}

async function readMigrations(folder: URL): Promise<MigrationFile[]> {
  const files: MigrationFile[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const number = /^(\d{3})-[a-z0-9-]+\.sql$/.exec(name)?.[1];
    if (number === undefined) {
      throw new Error(`expected migrations named as 001-tables.sql in ${folder.pathname}, got ${name}`);
    }
    const text = await readFile(new URL(name, folder), 'utf8');
    files.push({ number: Number(number), name, text, digest: createHash('sha256').update(text).digest('hex') });
  }
  const twice = files.find((file, index) => file.number === files[index - 1]?.number);
  if (twice !== undefined) throw new Error(`expected each migration number once, got two of ${twice.name}`);
  return files;
}

async function applyMissing(sql: Sql, schema: string, files: readonly MigrationFile[]): Promise<string[]> {
  await sql.query(`create schema if not exists ${quoted(schema)}`);
  await sql.query(`create table if not exists ${quoted(schema)}.migration (
    number integer primary key, name text not null, digest text not null, applied_at timestamptz not null default now())`);
  const applied = await sql.query<{ number: number; name: string; digest: string }>(
    `select number, name, digest from ${quoted(schema)}.migration`,
  );
  for (const { number, name, digest } of applied) {
    const file = files.find((candidate) => candidate.number === number);
    if (file === undefined || file.digest !== digest) {
      throw new Error(
        `expected migration ${name} of schema ${schema} as it was applied, the file ${file === undefined ? 'is gone' : 'has changed'}: ` +
          'write a new migration instead, or drop the database where the data may go',
      );
    }
  }
  const missing = files.filter((file) => !applied.some(({ number }) => number === file.number));
  for (const { number, name, text, digest } of missing) {
    try {
      await sql.query(text);
    } catch (error) {
      throw new Error(
        `migration ${name} of schema ${schema} failed: ${error instanceof Error ? error.message : error}`,
        {
          cause: error,
        },
      );
    }
    await sql.query(`insert into ${quoted(schema)}.migration (number, name, digest) values ($1, $2, $3)`, [
      number,
      name,
      digest,
    ]);
  }
  return missing.map(({ name }) => name);
}

function sqlStateOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
