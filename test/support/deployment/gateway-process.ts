// A gateway as a process: `node gateway/main.ts start --config FILE`, with clients of both of its ports.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { stringify } from 'yaml';
import { freePorts } from '../free-port.ts';
import { type GraphQLClient, openGraphQLClient } from './graphql-client.ts';
import { type Metrics, readMetrics } from './metrics-text.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

/** What /readyz says. */
export interface Readiness {
  readonly status: number;
  readonly state: string;
  readonly reasons: readonly string[];
}

export interface GatewayProcess extends ServerProcess {
  /** Such as `http://127.0.0.1:4000`. */
  readonly publicOrigin: string;
  readonly managementOrigin: string;
  readonly ask: GraphQLClient['ask'];
  metrics(): Promise<Metrics>;
  readyz(): Promise<Readiness>;
}

export interface GatewayProcessOptions {
  readonly index: number;
  /** freshet.yaml without `listen`. */
  readonly config: object;
  readonly secret: string;
  /** Where its config file goes. */
  readonly folder: string;
}

const MAIN = fileURLToPath(new URL('../../../gateway/main.ts', import.meta.url));

/** Resolves when it serves. It keeps its ports when it is started again. */
export async function startGatewayProcess(options: GatewayProcessOptions): Promise<GatewayProcess> {
  const [port = 0, managementPort = 0] = await freePorts(2);
  const file = join(options.folder, `gateway-${options.index}.yaml`);
  const listen = { host: '127.0.0.1', port, managementPort, drainDelay: '0ms', drainTimeout: '2s' };
  await writeFile(file, stringify({ ...options.config, listen }));
  const server = await startServerProcess({
    name: `gateway ${options.index}`,
    args: [MAIN, 'start', '--config', file],
    env: { SUBGRAPH_SECRET: options.secret },
    ready: /freshet ready at/,
  });
  const publicOrigin = `http://127.0.0.1:${port}`;
  const managementOrigin = `http://127.0.0.1:${managementPort}`;
  const client = openGraphQLClient(publicOrigin);
  return {
    // Not spread: its pid is another one after each start.
    get pid() {
      return server.pid;
    },
    output: server.output,
    kill: server.kill,
    freeze: server.freeze,
    thaw: server.thaw,
    restart: server.restart,
    publicOrigin,
    managementOrigin,
    ask: client.ask,
    metrics: () => scrape(managementOrigin),
    readyz: () => readReadiness(managementOrigin),
    async stop() {
      await client.close();
      await server.stop();
    },
  };
}

export async function scrape(managementOrigin: string): Promise<Metrics> {
  const response = await request(`${managementOrigin}/metrics`);
  return readMetrics(await response.body.text());
}

export async function readReadiness(managementOrigin: string): Promise<Readiness> {
  const response = await request(`${managementOrigin}/readyz`);
  const body: unknown = await response.body.json();
  if (typeof body !== 'object' || body === null)
    throw new Error(`Expected an object from /readyz, got ${String(body)}`);
  const reasons = 'reasons' in body && Array.isArray(body.reasons) ? body.reasons.map(String) : [];
  return { status: response.statusCode, state: 'state' in body ? String(body.state) : '', reasons };
}
