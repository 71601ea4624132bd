// The management port: metrics, health, readiness, and purges by request.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../errors.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { type HttpAnswer, jsonAnswer, send } from './http-answer.ts';
import type { RequestHandler } from './open-server.ts';
import { parseBody, readBody } from './request-body.ts';

/** `degraded`: serves right answers, with less from the cache; the reasons say why. */
export interface Status {
  readonly state: 'starting' | 'ready' | 'degraded' | 'draining';
  /** Such as `shard redis://10.0.0.1:6379 is down`. */
  readonly reasons: readonly string[];
}

/** Which elements of an invalidation request are bad, by index; null for the request as a whole. */
export interface InvalidationProblem {
  readonly index: number | null;
  readonly message: string;
}

export type InvalidationOutcome =
  | { readonly kind: 'published'; readonly count: number }
  /** What a dry run found: shown as it is. */
  | { readonly kind: 'previewed'; readonly found: unknown }
  | { readonly kind: 'invalid'; readonly problems: readonly InvalidationProblem[] };

export interface ManagementParts {
  readonly metrics: Pick<Metrics, 'scrape'>;
  readonly status: () => Status;
  /** Null: POST /invalidation is off. */
  readonly invalidationKey: string | null;
  /** @param body parsed JSON, of any shape. Rejects with {GatewayError} PURGE_LOG_UNREACHABLE when nothing was published. */
  readonly invalidate: (body: unknown, mode: 'publish' | 'dry-run') => Promise<InvalidationOutcome>;
}

const MOST_BODY_BYTES = 4 * 1024 * 1024;

/** Handles every request of the management port. */
export function createManagement(parts: ManagementParts): RequestHandler {
  const answer = async (request: IncomingMessage): Promise<HttpAnswer> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://management');
    switch (pathname) {
      case '/metrics': {
        const { contentType, text } = await parts.metrics.scrape();
        return { status: 200, headers: ['content-type', contentType], body: text };
      }
      case '/health':
        return jsonAnswer(200, { status: 'UP' });
      case '/readyz': {
        const status = parts.status();
        return jsonAnswer(status.state === 'ready' || status.state === 'degraded' ? 200 : 503, status);
      }
      case '/invalidation':
        return answerInvalidation(parts, request, searchParams);
      default:
        return failure(404, 'NOT_FOUND', 'Expected /metrics, /health, /readyz or /invalidation');
    }
  };
  return async (request, response, connection) => {
    const { method, url = '' } = request;
    const isReading = !url.startsWith('/invalidation');
    const http =
      isReading && method !== 'GET' && method !== 'HEAD'
        ? failure(405, 'METHOD_NOT_ALLOWED', `Expected GET, got ${method}`, ['allow', 'GET'])
        : await answer(request);
    send(response, http, request.complete ? connection() : 'close');
  };
}

async function answerInvalidation(
  { invalidationKey, invalidate }: ManagementParts,
  request: IncomingMessage,
  search: URLSearchParams,
): Promise<HttpAnswer> {
  const { method, headers } = request;
  if (method !== 'POST') return failure(405, 'METHOD_NOT_ALLOWED', `Expected POST, got ${method}`, ['allow', 'POST']);
  if (invalidationKey === null) {
    return failure(404, 'NOT_FOUND', 'POST /invalidation is off: set INVALIDATION_KEY or purge.invalidationKey');
  }
  if (headers.authorization === undefined) return failure(401, '401 Unauthorized', 'Missing authorization header');
  if (!isSame(headers.authorization, invalidationKey))
    return failure(401, '401 Unauthorized', 'Invalid authorization header');
  let outcome: InvalidationOutcome;
  try {
    const body = await readBody(request, MOST_BODY_BYTES);
    if (body?.kind !== 'text')
      throw new GatewayError('BAD_REQUEST', 'Expected a JSON array with content-type application/json');
    outcome = await invalidate(parseBody(body.text), isDryRun(search) ? 'dry-run' : 'publish');
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return failure(error.httpStatus, error.code, error.message, error.retryable ? ['retry-after', '1'] : []);
  }
  switch (outcome.kind) {
    case 'published':
      return jsonAnswer(202, { count: outcome.count });
    case 'previewed':
      return jsonAnswer(200, outcome.found);
    case 'invalid': {
      const errors = outcome.problems.map(({ index, message }) => ({
        message: index === null ? message : `Element ${index}: ${message}`,
        extensions: { code: 'INVALIDATION_INVALID', ...(index === null ? {} : { index }) },
      }));
      return jsonAnswer(400, { errors });
    }
  }
}

/** In a time that does not tell how much of the key was right. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function isDryRun(search: URLSearchParams): boolean {
  const asked = search.get('dry_run');
  return asked !== null && asked !== '0' && asked !== 'false';
}

function failure(status: number, code: string, message: string, headers: readonly string[] = []): HttpAnswer {
  return jsonAnswer(status, { errors: [{ message, extensions: { code } }] }, headers);
}
