// A subgraph with its relay as a process: `node subgraphs/main.ts serve NAME`.
import { fileURLToPath } from 'node:url';
import type { SubgraphName } from '../../../subgraphs/graph.ts';
import { freePort } from '../free-port.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

export interface SubgraphProcess extends ServerProcess {
  readonly name: SubgraphName;
  /** Where GraphQL is asked. */
  readonly url: string;
}

export interface SubgraphProcessOptions {
  readonly name: SubgraphName;
  /** Of this subgraph. */
  readonly databaseUrl: string;
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly secret: string;
}

const MAIN = fileURLToPath(new URL('../../../subgraphs/main.ts', import.meta.url));

/** Resolves when it serves. It keeps its port when it is started again. */
export async function startSubgraphProcess(options: SubgraphProcessOptions): Promise<SubgraphProcess> {
  const { name, databaseUrl } = options;
  const port = await freePort();
  const server = await startServerProcess({
    name: `subgraph ${name}`,
    args: [MAIN, 'serve', name, '--port', String(port)],
    env: {
      DATABASE_URL: databaseUrl,
      [`${name.toUpperCase()}_DATABASE_URL`]: databaseUrl,
      KAFKA_BROKERS: options.brokers.join(','),
      PURGE_TOPIC: options.topic,
      SUBGRAPH_SECRET: options.secret,
    },
    ready: /ready at http/,
  });
  return {
    name,
    url: `http://127.0.0.1:${port}/graphql`,
    get pid() {
      return server.pid;
    },
    output: server.output,
    kill: server.kill,
    freeze: server.freeze,
    thaw: server.thaw,
    restart: server.restart,
    stop: server.stop,
  };
}
