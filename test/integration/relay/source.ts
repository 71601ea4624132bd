// For tests of the purge path's database side: a database of its own with the schema freshet, and what its outbox holds.
import pg from 'pg';
import { watchInstallSql } from '../../../subgraphs/kit/watch.ts';
import type { PostgresServer } from '../../support/postgres-server.ts';

export interface Source {
  readonly url: string;
  readonly client: pg.Client;
  /** Runs SQL, one statement or many, and gives the rows of the last. */
  run(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** What the SQL puts into the outbox, in short form and sorted; the outbox is emptied before. */
  emitted(text: string): Promise<string[]>;
  close(): Promise<void>;
}

/** A table of its own, watched: what most tests of relays write to. */
export const PRODUCT = `create table product (upc text primary key, name text); select freshet.watch('product', type => 'Product', keys => '{upc}')`;

let madeCount = 0;

/** Makes a database on the server. @param tables SQL that runs in it after the schema freshet is there */
export async function openSource(server: PostgresServer, tables = ''): Promise<Source> {
  madeCount += 1;
  const name = `source_${process.pid}_${madeCount}`;
  const admin = await connect(server.url);
  await admin.query(`create database ${name}`);
  await admin.end();
  const url = server.url.replace(/\/postgres$/, `/${name}`);
  const client = await connect(url);
  await client.query(watchInstallSql());
  if (tables !== '') await client.query(tables);
  const run = async (text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]> => {
    const result: pg.QueryResult | pg.QueryResult[] = await client.query(
      text,
      values === undefined ? undefined : [...values],
    );
    return (Array.isArray(result) ? result.at(-1)?.rows : result.rows) ?? [];
  };
  return {
    url,
    client,
    run,
    async emitted(text) {
      await run('delete from freshet.outbox');
      await run(text);
      return outbox(run);
    },
    close: () => client.end(),
  };
}

export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  // A test that kills the server does not die with the connection.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** `update Product {"upc":"1"}|{"upc":"2"} list #tag`: operation, type, keys, whether it moves in lists, tags. */
async function outbox(run: Source['run']): Promise<string[]> {
  const rows = await run('select kind, subgraph, type, keys, op, list, tags, reason from freshet.outbox');
  return rows
    .map(({ kind, subgraph, type, keys, op, list, tags, reason }) => {
      const keyTexts = Array.isArray(keys) ? keys.map((key) => JSON.stringify(key)).join('|') : undefined;
      const tagTexts = Array.isArray(tags) ? [...tags].sort().map((tag) => `#${tag}`) : [];
      const listed = kind === 'entity' && list === true ? 'list' : undefined;
      const parts = [
        kind === 'entity' ? op : kind,
        subgraph === null ? undefined : `@${subgraph}`,
        type,
        keyTexts,
        listed,
        ...tagTexts,
        reason,
      ];
      return parts.filter((part) => part !== null && part !== undefined && part !== '').join(' ');
    })
    .sort();
}
