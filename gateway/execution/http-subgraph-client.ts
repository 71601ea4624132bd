// The subgraph client over HTTP: words failures as Apollo's gateway does, without addresses.

import { readLifetime } from '../origin/cache-control.ts';
import type { Origin } from '../origin/origin.ts';
import type { OriginAnswer } from '../origin/origin-answer.ts';
import type { SubgraphAnswer, SubgraphClient } from './subgraph-client.ts';

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
      return { kind: 'answer', body: answer.body, lifetime: readLifetime(answer.headers, rules) };
    },
  };
}

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
    case 'overloaded':
      return failure(`Subgraph "${subgraph}" was not asked: ${answer.reason}`, 'ORIGIN_OVERLOADED');
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
