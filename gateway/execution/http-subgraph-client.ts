// The subgraph client over HTTP: parses answers, and words failures as Apollo's gateway does, without addresses.

import { type OriginLifetime, readLifetime } from '../origin/cache-control.ts';
import type { Origin, OriginAnswer } from '../origin/origin.ts';
import { isJsonObject, type JsonObject } from './read-json.ts';
import type { SubgraphAnswer, SubgraphClient, SubgraphError } from './subgraph-client.ts';

export interface HttpClientOptions {
  readonly origin: Origin;
  /** Are entries of the subgraph judged by the purge log? */
  isBounded(subgraph: string): boolean;
  /** Lower case. */
  keyedHeaders(subgraph: string): ReadonlySet<string>;
}

export function createHttpSubgraphClient({ origin, isBounded, keyedHeaders }: HttpClientOptions): SubgraphClient {
  return {
    async send(subgraph, body, headers, abandon) {
      const answer = await origin.send(subgraph, body, headers, abandon);
      if (answer.kind !== 'ok') return failureOf(subgraph, answer);
      const rules = { isBounded: isBounded(subgraph), keyedHeaders: keyedHeaders(subgraph) };
      return answerOf(subgraph, answer.body, readLifetime(answer.headers, rules));
    },
  };
}

function answerOf(subgraph: string, text: string, lifetime: OriginLifetime): SubgraphAnswer {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return malformed(subgraph, 'expected JSON');
  }
  if (!isJsonObject(body)) return malformed(subgraph, 'expected a JSON object');
  const { data = null, errors, extensions } = body;
  if (data !== null && !isJsonObject(data)) return malformed(subgraph, 'expected an object under "data"');
  if (errors !== undefined && errors !== null && !Array.isArray(errors))
    return malformed(subgraph, 'expected a list under "errors"');
  if (data === null && !Array.isArray(errors)) return malformed(subgraph, 'expected "data" or "errors"');
  return {
    kind: 'answer',
    data,
    errors: Array.isArray(errors) ? errors.map((error) => toError(isJsonObject(error) ? error : {})) : [],
    extensions: isJsonObject(extensions) ? extensions : {},
    lifetime,
  };
}

function toError({ message, path, extensions }: JsonObject): SubgraphError {
  const isPath = Array.isArray(path) && path.every((step) => typeof step === 'string' || typeof step === 'number');
  return {
    message: typeof message === 'string' ? message : '',
    path: isPath ? path : null,
    extensions: isJsonObject(extensions) ? extensions : {},
  };
}

const malformed = (subgraph: string, expected: string): SubgraphAnswer => ({
  kind: 'failure',
  message: `Subgraph "${subgraph}" sent no GraphQL answer: ${expected}`,
  extensions: { code: 'ORIGIN_MALFORMED' },
});

function failureOf(subgraph: string, answer: Exclude<OriginAnswer, { kind: 'ok' }>): SubgraphAnswer {
  const failure = (message: string, code: string): SubgraphAnswer => ({
    kind: 'failure',
    message,
    extensions: { code },
  });
  switch (answer.kind) {
    case 'status':
      return failure(`${answer.status}: ${answer.statusText}`, STATUS_CODES.get(answer.status) ?? 'ORIGIN_STATUS');
    case 'timeout':
      return failure(`Subgraph "${subgraph}" did not answer within ${answer.timeoutMs} ms`, 'ORIGIN_TIMEOUT');
    case 'abandoned':
      return failure(`Nobody waits for subgraph "${subgraph}" any more`, 'ORIGIN_ABANDONED');
    case 'too-large':
      return failure(`Subgraph "${subgraph}" sent more than ${answer.maxBytes} bytes`, 'ORIGIN_TOO_LARGE');
    case 'unreachable':
      return failure(`Subgraph "${subgraph}" could not be reached: ${answer.reason}`, 'ORIGIN_UNREACHABLE');
  }
}

/** As Apollo's data source has them. */
const STATUS_CODES: ReadonlyMap<number, string> = new Map([
  [401, 'UNAUTHENTICATED'],
  [403, 'FORBIDDEN'],
]);
