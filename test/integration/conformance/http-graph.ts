// Subgraphs behind real HTTP whose answers can be spoilt, asked by our executor and by Apollo's gateway.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { ApolloGateway } from '@apollo/gateway';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, type GraphQLSchema, parse } from 'graphql';
import { createHttpSubgraphClient } from '../../../gateway/execution/http-subgraph-client.ts';
import { readEntityFacts } from '../../../gateway/federation/entity-facts.ts';
import { prepareSupergraph } from '../../../gateway/federation/supergraph.ts';
import { createOrigin } from '../../../gateway/origin/origin.ts';
import { createLedger } from '../../../gateway/purge/ledger.ts';
import { composed } from '../../support/composed.ts';
import {
  askApollo,
  askOurs,
  createLocalExecutor,
  type LocalAnswer,
  type LocalSubgraph,
} from '../../support/local-graph.ts';
import { createLocalStore } from '../../support/local-store.ts';
import { supergraphForApollo } from '../../support/supergraph-for-apollo.ts';
import { collectingLogger, countingMetrics, manual } from '../../unit/purge/purge-world.ts';
import { CONFORMANCE_RULES } from './conformance-graph.ts';

/** Answers in place of a subgraph. @param healthy its answer as JSON text */
export type Spoil = (response: ServerResponse, healthy: string) => void;

export interface HttpGraph {
  /** What the subgraph does from now on; null: it is healthy. */
  spoil(subgraph: string, spoil: Spoil | null): void;
  ours(query: string): Promise<LocalAnswer>;
  /** Ours, where the configuration says that nothing is ever cached. */
  uncached(query: string): Promise<LocalAnswer>;
  apollo(query: string): Promise<LocalAnswer>;
  /** Nothing that was stored so far may be served. */
  purgeAll(): void;
  stop(): Promise<void>;
}

const ORIGIN_TIMEOUT_MS = 1_000;
export const ORIGIN_MAX_BYTES = 1_000_000;

export async function startHttpGraph(subgraphs: readonly LocalSubgraph[]): Promise<HttpGraph> {
  const spoils = new Map<string, Spoil>();
  const servers: Server[] = [];
  const places = await Promise.all(
    subgraphs.map(async ({ name, typeDefs, resolvers }) => {
      const schema = buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers }]);
      const server = createServer(
        (request, response) => void answer(request, response, schema, () => spoils.get(name)),
      );
      servers.push(server);
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('expected a port');
      return { name, url: `http://127.0.0.1:${address.port}/graphql`, sdl: typeDefs };
    }),
  );
  const supergraphSdl = composed(places);
  const supergraph = await prepareSupergraph(supergraphSdl, { authorization: 'refuse' });
  const clock = { nowAt: () => Date.now() };
  const ledger = createLedger({
    clock,
    metrics: countingMetrics(),
    logger: collectingLogger(),
    randomUint32: () => 7,
    facts: readEntityFacts(supergraph.facts),
    subgraphs: places.map(({ name }) => ({ name, sources: [] })),
  });
  let offset = 0;
  ledger.begin({ name: 'log', numbering: 'offsets', position: offset, endPosition: offset });
  const origin = createOrigin({
    subgraphs: places.map(({ name, url }) => ({ name, url, timeoutMs: ORIGIN_TIMEOUT_MS, maxBytes: ORIGIN_MAX_BYTES })),
    turns: { runningCount: 4, waitingCount: 10_000, waitMs: 10_000 },
    metrics: { request: () => undefined },
    monotonicMs: () => performance.now(),
  });
  const tools = {
    judge: ledger,
    client: createHttpSubgraphClient({ origin, isBounded: () => false, keyedHeaders: () => new Set() }),
    store: createLocalStore({ judge: ledger, l1MaxBytes: 16 * 1024 * 1024, clock }),
  };
  const executor = createLocalExecutor(supergraph, { ...tools, rules: CONFORMANCE_RULES });
  const uncached = createLocalExecutor(supergraph, {
    ...tools,
    rules: { ...CONFORMANCE_RULES, isCached: () => false },
  });
  const gateway = new ApolloGateway({
    supergraphSdl: supergraphForApollo(supergraphSdl),
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  });
  const loaded = await gateway.load();
  return {
    spoil: (subgraph, spoil) => void (spoil === null ? spoils.delete(subgraph) : spoils.set(subgraph, spoil)),
    ours: (query) => askOurs(executor, query, {}),
    uncached: (query) => askOurs(uncached, query, {}),
    apollo: (query) => askApollo(loaded, query, {}),
    purgeAll() {
      for (const { name } of places) {
        offset += 1;
        ledger.apply(offset, manual({ kind: 'subgraph', subgraph: name, reason: 'test', ts: 0 }));
      }
    },
    async stop() {
      supergraph.close();
      await gateway.stop();
      await origin.close();
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      }
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  schema: GraphQLSchema,
  spoil: () => Spoil | undefined,
): Promise<void> {
  const { query, variables } = JSON.parse(await text(request));
  const result = await execute({ schema, document: parse(query), variableValues: variables, contextValue: {} });
  const healthy = JSON.stringify(result);
  response.setHeader('content-type', 'application/json');
  response.setHeader('cache-control', 'max-age=600');
  const spoiling = spoil();
  if (spoiling === undefined) response.end(healthy);
  else spoiling(response, healthy);
}
