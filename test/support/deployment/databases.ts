// Plain SQL on the databases of the subgraphs, as somebody with psql would send it: around the application.
import pg from 'pg';
import type { DatabaseUrls, SubgraphName } from '../../../subgraphs/graph.ts';

export type Row = Readonly<Record<string, unknown>>;

export interface Databases {
  /** One or several statements in one message, so in one transaction. @returns rows of the last one */
  sql(subgraph: SubgraphName, text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  close(): Promise<void>;
}

const CONNECTION_COUNT = 8;
const STATEMENT_TIMEOUT_MS = 60_000;

export function openDatabases(urls: DatabaseUrls): Databases {
  const pools = new Map<SubgraphName, pg.Pool>();
  const poolOf = (subgraph: SubgraphName): pg.Pool => {
    const known = pools.get(subgraph);
    if (known !== undefined) return known;
    const pool = new pg.Pool({
      connectionString: urls[subgraph],
      application_name: 'test',
      max: CONNECTION_COUNT,
      statement_timeout: STATEMENT_TIMEOUT_MS,
    });
    // Without a listener the end of the server would end this process.
    pool.on('error', () => undefined);
    pools.set(subgraph, pool);
    return pool;
  };
  return {
    async sql(subgraph, text, values) {
      const given = values === undefined ? [] : [...values];
      const result: pg.QueryResult<Row> | pg.QueryResult<Row>[] = await poolOf(subgraph).query<Row>(text, given);
      return Array.isArray(result) ? (result.at(-1)?.rows ?? []) : result.rows;
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.end()));
    },
  };
}
