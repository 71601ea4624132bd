// Opens the front door on a local graph for a test, with Apollo Server behind it, and sends raw requests to it.
import { request } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { systemTimer } from '../../../gateway/clock.ts';
import { resolveConfig } from '../../../gateway/config.ts';
import type { RequestScope } from '../../../gateway/execution/executor.ts';
import { createWaits, type Waits } from '../../../gateway/execution/waits.ts';
import { buildApolloServer } from '../../../gateway/http/apollo-server.ts';
import { createFrontDoor } from '../../../gateway/http/front-door.ts';
import { createGatewayExecutor, type RoadContext } from '../../../gateway/http/gateway-executor.ts';
import { type OpenServer, openServer } from '../../../gateway/http/open-server.ts';
import { createPersistedTexts, type PersistedTexts } from '../../../gateway/http/persisted-texts.ts';
import { createSubjects } from '../../../gateway/http/subject.ts';
import { createUnreadAnswers, type UnreadAnswers } from '../../../gateway/http/unread-answers.ts';
import { createMetrics, type Metrics } from '../../../gateway/telemetry/metrics.ts';
import { createLocalGraph, type LocalGraph, localGateway } from './local-graph.ts';

export interface Door {
  readonly graph: LocalGraph;
  readonly server: OpenServer;
  readonly apollo: ApolloServer<RoadContext>;
  readonly persisted: PersistedTexts;
  readonly waits: Waits;
  readonly unread: UnreadAnswers;
  /** Requests that went through Apollo Server, since the start. */
  longRoadCount(): number;
  readonly metrics: Metrics;
  readonly defects: readonly unknown[];
  close(): Promise<void>;
}

export interface DoorOptions {
  /** Lines of freshet.yaml. */
  readonly yaml?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly shortRoad?: 'on' | 'off';
  readonly slow?: (scope: RequestScope) => Promise<string>;
  /** Epoch ms. */
  readonly nowAt?: () => number;
}

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

export async function openDoor(options: DoorOptions = {}): Promise<Door> {
  const { yaml = '', env = {}, shortRoad = 'on', slow = async () => 'at last', nowAt = Date.now } = options;
  const file = { path: 'freshet.yaml', text: `supergraph: { path: none }\nlisten: { host: 127.0.0.1 }\n${yaml}` };
  const config = resolveConfig({ file, env, flags: {}, cwd: '/' });
  const graph = createLocalGraph(slow);
  const defects: unknown[] = [];
  const logDefect = (error: unknown): void => void defects.push(error);
  const gateway = localGateway(
    graph.schema,
    createGatewayExecutor(() => graph.executor, logDefect),
  );
  const persisted = createPersistedTexts();
  const apollo = buildApolloServer(gateway, config, persisted, SILENT);
  await apollo.start();
  let longRoadCount = 0;
  const counted: typeof apollo.executeHTTPGraphQLRequest = (...question) => {
    longRoadCount += 1;
    return ApolloServer.prototype.executeHTTPGraphQLRequest.apply(apollo, question);
  };
  apollo.executeHTTPGraphQLRequest = counted;
  const metrics = createMetrics();
  const subjects = await createSubjects(config.jwt, nowAt);
  const waits = createWaits(config.limits.waitingCount);
  const unread = createUnreadAnswers(config.limits, systemTimer);
  const handler = createFrontDoor({
    executor: graph.executor,
    apollo,
    persisted,
    waits,
    subjects,
    unread,
    metrics,
    config,
    shortRoad,
    logDefect,
  });
  const place = { name: 'public', host: '127.0.0.1', port: 0, setting: '--port N' };
  const server = await openServer(place, handler, logDefect);
  return {
    graph,
    server,
    apollo,
    persisted,
    waits,
    unread,
    longRoadCount: () => longRoadCount,
    metrics,
    defects,
    async close() {
      await server.drain({ delayMs: 0, timeoutMs: 1_000 });
      await apollo.stop();
    },
  };
}

export interface RawAnswer {
  readonly status: number;
  /** Without those that differ from one answer to the next: date, connection, keep-alive. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** On a connection of its own: node:http, so that nothing is added and nothing followed. */
export function ask(
  origin: string,
  { method = 'POST', path = '/graphql', headers = {}, body }: RawRequest,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(`${origin}${path}`, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const { date: _date, connection: _connection, 'keep-alive': _keepAlive, ...kept } = response.headers;
        resolve({ status: response.statusCode ?? 0, headers: kept, text: Buffer.concat(chunks).toString('utf8') });
      });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** A plain GraphQL request. */
export function post(
  origin: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  return ask(origin, { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
}
