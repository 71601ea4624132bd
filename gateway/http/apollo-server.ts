// Apollo Server, for whatever is not plainly a known operation: built, started by its owner, and asked.

import type { IncomingHttpHeaders } from 'node:http';
import { ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { Answer } from '../execution/answer.ts';
import type { RequestScope } from '../execution/executor.ts';
import { cacheHeaders } from './cache-headers.ts';
import { depthRule } from './depth-rule.ts';
import { fragmentChainRule } from './fragment-chain-rule.ts';
import type { GatewayInterface, RoadContext, RoadOutcome } from './gateway-executor.ts';
import type { HttpAnswer } from './http-answer.ts';
import { createKeptDocuments } from './kept-documents.ts';
import { numberRule } from './number-rule.ts';
import type { PersistedTexts } from './persisted-texts.ts';
import { nameUnsupported } from './unsupported.ts';

export interface ApolloLog {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** The part of the config that Apollo Server is told. */
export interface ApolloSettings {
  readonly production: boolean;
  readonly introspection: boolean;
  /** Null: nothing is reported to Apollo. */
  readonly apollo: { readonly key: string; readonly graphRef: string } | null;
  readonly limits: { readonly tokensCount: number; readonly depth: number };
}

export interface RoadRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** From the `?` on, or empty. */
  readonly search: string;
  /** Parsed JSON; undefined where there was none. */
  readonly body: unknown;
}

export interface RoadAnswer {
  readonly http: HttpAnswer;
  readonly answer: Answer | null;
  readonly isCounted: boolean;
}

/**
 * Built, not started: `start()` loads the gateway, `stop()` stops it. It sets no `Cache-Control` (ours does), takes no signals,
 * reports nothing to Apollo without a key and graph of the config.
 */
export function buildApolloServer(
  gateway: GatewayInterface,
  config: ApolloSettings,
  persisted: PersistedTexts,
  log: ApolloLog,
): ApolloServer<RoadContext> {
  return new ApolloServer<RoadContext>({
    gateway,
    introspection: config.introspection,
    hideSchemaDetailsFromClientErrors: !config.introspection,
    includeStacktraceInErrorResponses: false,
    formatError: nameUnsupported,
    nodeEnv: config.production ? 'production' : 'development',
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: config.limits.tokensCount },
    persistedQueries: { cache: persisted.cache },
    documentStore: createKeptDocuments(),
    validationRules: [depthRule(config.limits.depth), fragmentChainRule, numberRule],
    ...(config.apollo === null ? {} : { apollo: { ...config.apollo } }),
    logger: log,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ...(config.apollo === null ? [ApolloServerPluginUsageReportingDisabled()] : []),
    ],
  });
}

/**
 * Sends one request down Apollo Server's road. Never rejects: what goes wrong there is an answer too.
 * @param onAdmitted called when the operation is parsed, validated and planned, just before it is run
 */
export async function askApollo(
  server: ApolloServer<RoadContext>,
  request: RoadRequest,
  scope: RequestScope,
  onAdmitted: () => void,
): Promise<RoadAnswer> {
  const outcome: RoadOutcome = { answer: null, isCounted: true };
  const response = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { ...request, headers: headerMap(request.headers) },
    context: async () => ({ scope, outcome, onAdmitted }),
  });
  const { answer } = outcome;
  const isPage = response.headers.get('content-type') === 'text/html';
  return { http: await httpAnswer(response, answer), answer, isCounted: outcome.isCounted && !isPage };
}

async function httpAnswer(response: HTTPGraphQLResponse, answer: Answer | null): Promise<HttpAnswer> {
  const headers: string[] = [];
  for (const [name, value] of response.headers) headers.push(name, value);
  // Apollo Server's own answers (persisted query not found) may bear one already.
  if (!response.headers.has('cache-control')) headers.push(...cacheHeaders(answer));
  return { status: response.status ?? 200, headers, body: await bodyText(response.body) };
}

async function bodyText(body: HTTPGraphQLResponse['body']): Promise<string> {
  if (body.kind === 'complete') return body.string;
  let text = '';
  for await (const chunk of body.asyncIterator) text += chunk;
  return text;
}

function headerMap(headers: IncomingHttpHeaders): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}
