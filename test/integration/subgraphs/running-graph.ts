// The reference graph for a test file: a PostgreSQL of its own, migrated and filled, four subgraphs on free ports.
import {
  type DatabaseUrls,
  databaseUrls,
  migrateSubgraph,
  SUBGRAPH_NAMES,
  type SubgraphName,
  serveSubgraph,
} from '../../../subgraphs/graph.ts';
import { openLog } from '../../../subgraphs/kit/log.ts';
import type { Subgraph } from '../../../subgraphs/kit/subgraph.ts';
import { seedGraph } from '../../../subgraphs/seed.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';

export interface RunningGraph {
  readonly postgres: PostgresServer;
  readonly urls: DatabaseUrls;
  readonly subgraphs: Readonly<Record<SubgraphName, Subgraph>>;
  /** Texts of the SQL statements that a subgraph sent since the last call. */
  takeStatements(name: SubgraphName): readonly string[];
  stop(): Promise<void>;
}

const log = openLog('test', 'silent');

/** @param scale of the sample data: 0.05 is 500 products, 1,000 users, 5,000 reviews */
export async function startRunningGraph(scale: number): Promise<RunningGraph> {
  const postgres = await startPostgres();
  const started: Subgraph[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((subgraph) => subgraph.stop()));
    await postgres.stop();
  };
  try {
    const urls = databaseUrls(postgres.url);
    for (const name of SUBGRAPH_NAMES) await migrateSubgraph(name, urls[name], log);
    await seedGraph({ databaseUrls: urls, scale, whenFilled: 'keep', log, onProgress: () => undefined });
    const sent: Record<SubgraphName, string[]> = { accounts: [], catalog: [], inventory: [], reviews: [] };
    const serve = async (name: SubgraphName): Promise<Subgraph> => {
      const onStatement = (text: string): void => void sent[name].push(text);
      const subgraph = await serveSubgraph(name, { databaseUrl: urls[name], port: 0, log, onStatement });
      started.push(subgraph);
      return subgraph;
    };
    const subgraphs = {
      accounts: await serve('accounts'),
      catalog: await serve('catalog'),
      inventory: await serve('inventory'),
      reviews: await serve('reviews'),
    };
    return { postgres, urls, subgraphs, takeStatements: (name) => sent[name].splice(0), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
