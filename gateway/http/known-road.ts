// The short road: a plain request for an operation that has been admitted before needs no Apollo Server.

import type { IncomingHttpHeaders } from 'node:http';
import type { Answer, AnswerError } from '../execution/answer.ts';
import type { KnownOperations } from '../execution/current-executor.ts';
import type { KnownOperation } from '../execution/executor.ts';
import { answerText, asUserInputErrors, formatErrors } from './answer-text.ts';
import { cacheHeaders } from './cache-headers.ts';
import type { EncodedBody } from './compression.ts';
import type { HttpAnswer } from './http-answer.ts';
import type { PersistedTexts } from './persisted-texts.ts';
import type { PlainRequest } from './plain-request.ts';
import type { ReadBody } from './read-bodies.ts';

export interface KnownRequest extends Found {
  readonly body: ReadBody;
}

interface Found {
  readonly operation: KnownOperation;
  readonly contentType: string;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const RESPONSE_TYPE = 'application/graphql-response+json; charset=utf-8';

/** What Apollo Server's negotiation gives for the `Accept` of common clients. Any other goes to Apollo Server. */
export const PLAIN_ACCEPTS: ReadonlyMap<string | undefined, string> = new Map([
  [undefined, JSON_TYPE],
  ['*/*', JSON_TYPE],
  ['application/json', JSON_TYPE],
  ['application/json, */*', JSON_TYPE],
  ['application/json, text/plain, */*', JSON_TYPE],
  ['application/graphql-response+json', RESPONSE_TYPE],
  ['application/graphql-response+json,application/json;q=0.9', RESPONSE_TYPE],
  ['application/graphql-response+json, application/json;q=0.9', RESPONSE_TYPE],
  [
    'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
    RESPONSE_TYPE,
  ],
]);

/** What was admitted before, and under which hashes. */
export interface Known {
  readonly executor: Pick<KnownOperations, 'find'>;
  readonly persisted: Pick<PersistedTexts, 'find'>;
}

/** Null: this is not plainly a known operation, Apollo Server has to see it. */
export function findKnown(
  { executor, persisted }: Known,
  headers: IncomingHttpHeaders,
  request: PlainRequest,
): Found | null {
  const contentType = PLAIN_ACCEPTS.get(headers.accept);
  if (contentType === undefined) return null;
  // They ask for something that only Apollo Server's road gives.
  if (headers['apollo-cache-debugging'] !== undefined || headers['apollo-query-plan-experimental'] !== undefined)
    return null;
  const { hash, operationName } = request;
  const text = hash === null ? request.text : persisted.find(hash);
  // A text with a hash that is not known to be its own: Apollo Server compares them, and registers it.
  if (text == null || (request.text !== null && request.text !== text)) return null;
  const operation = executor.find(text, operationName);
  return operation === null || operation.slowRoadOnly ? null : { operation, contentType };
}

/** The answer to variables that do not fit: the operation was not run. */
export function dressUnfit(errors: readonly AnswerError[], contentType: string): HttpAnswer {
  const { text, status } = formatErrors(asUserInputErrors(errors));
  const headers = ['content-type', contentType, ...cacheHeaders(null)];
  return { status: status ?? 400, headers, body: answerText(text, null, null) };
}

/** An answer of the executor for HTTP. @param ready its body, encoded before: such an answer has no errors */
export function dressAnswer(answer: Answer, contentType: string, ready: EncodedBody | null): HttpAnswer {
  if (ready !== null) {
    const headers = ['content-type', contentType, ...cacheHeaders(answer), 'content-encoding', ready.encoding];
    return { status: 200, headers, body: ready.bytes };
  }
  const { errors, dataText, body, extensions } = answer;
  if (body !== null) return { status: 200, headers: ['content-type', contentType, ...cacheHeaders(answer)], body };
  const formatted = errors.length === 0 ? null : formatErrors(errors);
  return {
    // Without data it counts as not run, as for Apollo Server.
    status: formatted?.status ?? (dataText === null ? 400 : 200),
    headers: ['content-type', contentType, ...cacheHeaders(answer)],
    body: answerText(formatted?.text ?? null, dataText, extensions),
  };
}
