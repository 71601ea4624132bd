// The SQL that makes tables emit purge events: installed by a subgraph's migrations, or printed for somebody else's.

import { readdirSync, readFileSync } from 'node:fs';

/** What `freshet.watch` takes; see subgraphs/kit/watch/5-watch.sql for what each says. */
export interface WatchCall {
  /** As SQL takes it: `catalog.product`. */
  readonly table: string;
  readonly type?: string;
  /** Each `upc`, or `sku organization.id=organization_id`. */
  readonly keys?: readonly string[];
  /** Absent: all columns. */
  readonly lists?: readonly string[];
  /** Each `User id=author_id`. */
  readonly also?: readonly string[];
  /** Each `brand-{brand}`. */
  readonly tags?: readonly string[];
  readonly subgraph?: string;
  readonly tableIs?: 'written here' | "a subscriber's";
}

const FOLDER = new URL('./watch/', import.meta.url);

/** The schema `freshet` with its tables and functions, as one text of many statements. Can be run again. */
export function watchInstallSql(): string {
  const files = readdirSync(FOLDER).sort();
  return files.map((name) => readFileSync(new URL(name, FOLDER), 'utf8')).join('\n');
}

/** For `prepare` of a migration. @param sql runs a text of many statements when it is given no values */
export async function installWatch(sql: { query(text: string): Promise<unknown> }): Promise<void> {
  // Said for each thing that is there already.
  await sql.query('set local client_min_messages = warning');
  await sql.query(watchInstallSql());
  await sql.query('set local client_min_messages = notice');
}

export function watchCallSql(call: WatchCall): string {
  const named = [
    call.type === undefined ? [] : [`type => ${literal(call.type)}`],
    call.keys === undefined ? [] : [`keys => ${array(call.keys)}`],
    call.lists === undefined ? [] : [`lists => ${array(call.lists)}`],
    call.also === undefined ? [] : [`also => ${array(call.also)}`],
    call.tags === undefined ? [] : [`tags => ${array(call.tags)}`],
    call.subgraph === undefined ? [] : [`subgraph => ${literal(call.subgraph)}`],
    call.tableIs === "a subscriber's" ? ['subscriber => true'] : [],
  ].flat();
  return `select freshet.watch(${[literal(call.table), ...named].join(', ')});`;
}

function array(values: readonly string[]): string {
  return values.length === 0 ? `'{}'` : `array[${values.map(literal).join(', ')}]`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
