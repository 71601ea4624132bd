// Starts a subgraph: its schema and resolvers behind Apollo Server, over HTTP.

import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ApolloServer, HeaderMap } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import { ApolloServerPluginCacheControl } from '@apollo/server/plugin/cacheControl';
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { GraphQLError, type GraphQLFormattedError, parse } from 'graphql';
import { type CacheTags, createCacheTags } from './cache-tags.ts';
import { entityFreshnessPlugin } from './entity-freshness.ts';
import { readJsonBody } from './http-body.ts';
import type { Log } from './log.ts';
import { subjectOf } from './subject.ts';

/** What every request brings; a subgraph's own context holds it and its loaders. */
export interface RequestContext {
  /** The person who asks; null: nobody said. */
  readonly subject: string | null;
  readonly cacheTags: CacheTags;
}

export interface SubgraphDefinition<Context extends RequestContext> {
  readonly name: string;
  /** Federation 2 SDL. */
  readonly sdl: string;
  readonly resolvers: GraphQLResolverMap<Context>;
  /** Called once for each request: loaders are made here and end with it. */
  readonly context: (request: RequestContext) => Context;
}

export interface SubgraphAddress {
  /** 0: a free one. */
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Requests without it in the header `freshet-secret` are refused. Absent: everyone may ask. */
  readonly secret?: string;
  readonly log: Log;
}

export interface Subgraph {
  readonly name: string;
  /** Where GraphQL is asked: `http://127.0.0.1:4101/graphql`. */
  readonly url: string;
  readonly port: number;
  /** Takes no more requests, waits for running ones at most 5 s. */
  stop(): Promise<void>;
}

export const SECRET_HEADER = 'freshet-secret';

// Representations of a large batch are the largest thing that is sent here.
const MOST_BODY_BYTES = 8 * 1024 * 1024;
const STOP_GRACE_MS = 5_000;
// Longer than gateways keep idle connections, so that they are the ones to close them.
const KEEP_ALIVE_MS = 65_000;
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** Resolves when it listens. `GET /health` says `{"status":"ok"}`. @throws {Error} for an invalid schema, or a port in use */
export async function startSubgraph<Context extends RequestContext>(
  definition: SubgraphDefinition<Context>,
  address: SubgraphAddress,
): Promise<Subgraph> {
  const { name } = definition;
  const { log, secret, host = '127.0.0.1' } = address;
  const http = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  const apollo = new ApolloServer<Context>({
    schema: buildSubgraphSchema([{ typeDefs: parse(definition.sdl), resolvers: definition.resolvers }]),
    introspection: true,
    includeStacktraceInErrorResponses: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    formatError: (formatted, error) => withoutInternals(name, log, formatted, error),
    logger: apolloLogger(log),
    plugins: [
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControl(),
      entityFreshnessPlugin<Context>(),
      ApolloServerPluginDrainHttpServer({ httpServer: http, stopGracePeriodMillis: STOP_GRACE_MS }),
    ],
  });
  await apollo.start();
  const isAllowed = secretCheck(secret);
  http.on('request', (request, response) => {
    answer(request, response).catch((error: unknown) => {
      log.error({ err: error }, 'a request failed');
      if (!response.headersSent) refuse(response, 500, 'INTERNAL_SERVER_ERROR', 'internal error');
      else response.destroy();
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '', search] = (request.url ?? '').split('?', 2);
    if (path === '/health') return send(response, 200, '{"status":"ok"}');
    if (path !== '/graphql' && path !== '/') return refuse(response, 404, 'NOT_FOUND', 'expected /graphql or /health');
    if (!isAllowed(request.headers[SECRET_HEADER])) {
      return refuse(response, 401, 'UNAUTHENTICATED', `expected the subgraph's secret in the header ${SECRET_HEADER}`);
    }
    let body: unknown;
    if (request.method === 'POST') {
      const read = await readJsonBody(request, MOST_BODY_BYTES);
      if (read.kind === 'refused') return refuse(response, read.status, 'BAD_REQUEST', read.reason);
      body = read.value;
    }
    const headers = new HeaderMap();
    for (const [header, value] of Object.entries(request.headers)) {
      if (value !== undefined) headers.set(header, Array.isArray(value) ? value.join(', ') : value);
    }
    const result = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: request.method ?? 'GET',
        headers,
        search: search === undefined ? '' : `?${search}`,
        body,
      },
      context: async () =>
        definition.context({ subject: subjectOf(request.headers.authorization), cacheTags: createCacheTags() }),
    });
    for (const [header, value] of result.headers) response.setHeader(header, value);
    response.statusCode = result.status ?? 200;
    if (result.body.kind === 'complete') {
      response.end(result.body.string);
      return;
    }
    for await (const chunk of result.body.asyncIterator) response.write(chunk);
    response.end();
  }

  const port = await listen(http, name, address.port, host);
  if (secret === undefined && !LOOPBACK.has(host)) {
    log.warn({ host, port }, `subgraph ${name} answers everyone who reaches it: set SUBGRAPH_SECRET`);
  }
  return {
    name,
    port,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}/graphql`,
    stop: () => apollo.stop(),
  };
}

function listen(http: Server, name: string, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', (error) => {
      const inUse = 'code' in error && error.code === 'EADDRINUSE';
      reject(
        new Error(
          inUse
            ? `expected port ${port} of ${host} for subgraph ${name} to be free, another program listens on it`
            : `subgraph ${name} cannot listen on ${host}:${port}: ${error.message}`,
          { cause: error },
        ),
      );
    });
    http.listen(port, host, () => {
      const bound = http.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : port);
    });
  });
}

/** What graphql-js itself says of an answer; it names a field of the schema and nothing else. */
const NULL_WHERE_NONE_MAY_BE = /^Cannot return null for non-nullable field /;

/** Errors that resolvers did not mean for clients stay in the log. */
function withoutInternals(
  name: string,
  log: Log,
  formatted: GraphQLFormattedError,
  error: unknown,
): GraphQLFormattedError {
  const cause = unwrapResolverError(error);
  if (cause instanceof GraphQLError || formatted.extensions?.code !== 'INTERNAL_SERVER_ERROR') return formatted;
  if (NULL_WHERE_NONE_MAY_BE.test(formatted.message)) return formatted;
  log.error({ err: cause, path: formatted.path }, 'a resolver failed');
  return { ...formatted, message: `internal error of subgraph ${name}` };
}

function secretCheck(secret: string | undefined): (given: string | readonly string[] | undefined) => boolean {
  if (secret === undefined) return () => true;
  const expected = digest(secret);
  return (given) => typeof given === 'string' && timingSafeEqual(digest(given), expected);
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  // The rest of a body that nobody reads would be taken for the next request.
  response.setHeader('connection', 'close');
  send(response, status, JSON.stringify({ errors: [{ message, extensions: { code } }] }));
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(body);
}

function apolloLogger(log: Log) {
  return {
    debug: () => undefined,
    info: (message: unknown) => log.info({}, String(message)),
    warn: (message: unknown) => log.warn({}, String(message)),
    error: (message: unknown) => log.error({}, String(message)),
  };
}
