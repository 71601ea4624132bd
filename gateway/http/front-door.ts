// The public port: takes a request, finds who asks, sends it down the short road or Apollo Server's, and sends the answer.

import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { ApolloServer } from '@apollo/server';
import { GatewayError } from '../errors.ts';
import type { KnownOperations } from '../execution/current-executor.ts';
import type { RequestScope, Subject } from '../execution/executor.ts';
import { NEWCOMERS, type Waits } from '../execution/waits.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { type AcceptedEncodings, createAcceptEncoding } from './accept-encoding.ts';
import { answerText, formatErrors } from './answer-text.ts';
import { askApollo, type RoadAnswer, type RoadRequest } from './apollo-server.ts';
import { type CompressionSettings, createCompression, isEncoded } from './compression.ts';
import { createConditional, type VarySettings } from './conditional.ts';
import { type CorsSettings, createCors } from './cors.ts';
import { isOurFault, outwardError, type RoadContext } from './gateway-executor.ts';
import { type HttpAnswer, jsonAnswer, send } from './http-answer.ts';
import { dressAnswer, dressUnfit, findKnown, type KnownRequest } from './known-road.ts';
import type { RequestHandler } from './open-server.ts';
import type { PersistedTexts } from './persisted-texts.ts';
import { readGet, readPost } from './plain-request.ts';
import { coercedBy, createReadBodies } from './read-bodies.ts';
import { parseBody, readBody } from './request-body.ts';
import { scopeOf } from './request-scope.ts';
import type { Identified, Subjects } from './subject.ts';
import type { UnreadAnswers } from './unread-answers.ts';
import { checkAccept, checkEncoding, upgradeRefusal } from './unsupported.ts';

export interface FrontDoorParts {
  readonly executor: KnownOperations;
  /** Started. */
  readonly apollo: ApolloServer<RoadContext>;
  /** The ones that Apollo Server registers. */
  readonly persisted: PersistedTexts;
  /** Where whoever goes through Apollo Server waits to be planned. */
  readonly waits: Waits;
  readonly subjects: Subjects;
  readonly unread: UnreadAnswers;
  readonly metrics: Pick<Metrics, 'response'>;
  readonly config: VarySettings & {
    readonly cors: CorsSettings;
    readonly compression: CompressionSettings;
    readonly limits: { readonly bodyBytes: number };
  };
  /** `off`: every request goes through Apollo Server, because a plugin has to see it. */
  readonly shortRoad: 'on' | 'off';
  /** Gets what is no fault of the client, with its cause. */
  readonly logDefect: (error: unknown) => void;
}

const GRAPHQL = '/graphql';
const NO_PLACE =
  'Expected room for one more request that is new, as many as may wait to be planned (half of limits.waiting) do';
/** GET says more, whether it is encoded or not: its answers may be kept. */
const VARY_OF_POST = ['vary', 'accept-encoding, origin'];
/** Whatever is told with it passes within seconds, or not by itself. */
const RETRIED_STATUS = 503;
const RETRY_AFTER = ['retry-after', '1'];

/** Handles every request of the public port. */
export function createFrontDoor(parts: FrontDoorParts): RequestHandler {
  const { executor, apollo, waits, subjects, unread, metrics, config, shortRoad, logDefect } = parts;
  const cors = createCors(config.cors);
  const conditional = createConditional(config);

  const compression = createCompression(config.compression, logDefect);
  const readAcceptEncoding = createAcceptEncoding();
  const acceptedOf = (headers: IncomingHttpHeaders): AcceptedEncodings => {
    const accepted = readAcceptEncoding(headers['accept-encoding']);
    checkEncoding(accepted, headers);
    return accepted;
  };

  const runKnown = async (
    { operation, body, contentType }: KnownRequest,
    scope: RequestScope,
    accepted: AcceptedEncodings,
  ): Promise<RoadAnswer> => {
    const coerced = coercedBy(operation, body);
    const { variables } = body.request;
    if ('errors' in coerced) return { http: dressUnfit(coerced.errors, contentType), answer: null, isCounted: true };
    const answer = await executor.run(operation, coerced.variables, variables, scope);
    return { http: dressAnswer(answer, contentType, compression.ready(answer, accepted)), answer, isCounted: true };
  };

  const bodies = createReadBodies();
  /** Null: Apollo Server has to see it. @param parsed the text's value. @throws {GatewayError} BAD_REQUEST */
  const knownOf = (text: string, parsed: () => unknown, headers: IncomingHttpHeaders): KnownRequest | null => {
    const before = bodies.find(text);
    const request = before === null ? readPost(parsed()) : before.request;
    const found = request === null ? null : findKnown(parts, headers, request);
    if (request === null || found === null) return null;
    const body = before ?? { request, coerced: null };
    if (before === null) bodies.keep(text, body);
    return { ...found, body };
  };

  const knownOfGet = (headers: IncomingHttpHeaders, search: string): KnownRequest | null => {
    const request = readGet(headers, search);
    const found = request === null ? null : findKnown(parts, headers, request);
    return request === null || found === null ? null : { ...found, body: { request, coerced: null } };
  };

  const runNew = async (request: RoadRequest, scope: RequestScope): Promise<RoadAnswer> => {
    checkAccept(request.method, request.headers);
    if (waits.take(NEWCOMERS) !== 'taken') throw new GatewayError('SERVER_OVERLOADED', NO_PLACE);
    let isHeld = true;
    const leave = (): void => {
      if (isHeld) waits.leave(NEWCOMERS);
      isHeld = false;
    };
    try {
      return await askApollo(apollo, request, scope, leave);
    } finally {
      leave();
    }
  };

  /** Null: the client has gone. Few awaits and closures: this is the way of every answer from the cache. */
  const answerPost = async (
    request: IncomingMessage,
    response: ServerResponse,
    search: string,
  ): Promise<RoadAnswer | null> => {
    const { headers } = request;
    const body = await readBody(request, config.limits.bodyBytes);
    if (body === null) return null;
    const found = subjects.identify(headers);
    const scope = scopeOf(request, response, subjectOf(found instanceof Promise ? await found : found));
    const accepted = acceptedOf(headers);
    const text = body.kind === 'text' ? body.text : null;
    let value: unknown;
    const parsed = (): unknown => {
      if (text !== null) value ??= parseBody(text);
      return value;
    };
    const known = shortRoad === 'on' && search === '' && text !== null ? knownOf(text, parsed, headers) : null;
    const road =
      known === null
        ? await runNew({ method: 'POST', headers, search, body: parsed() }, scope)
        : await runKnown(known, scope, accepted);
    const encoded = compression.encode(road.http, road.answer, accepted);
    const http = encoded instanceof Promise ? await encoded : encoded;
    return isEncoded(http) ? { ...road, http: { ...http, headers: [...http.headers, ...VARY_OF_POST] } } : road;
  };

  const answerGet = async (request: IncomingMessage, response: ServerResponse, search: string): Promise<RoadAnswer> => {
    const { headers } = request;
    const scope = scopeOf(request, response, subjectOf(await subjects.identify(headers)));
    const accepted = acceptedOf(headers);
    const known = shortRoad === 'on' && search !== '' ? knownOfGet(headers, search) : null;
    const road =
      known === null
        ? await runNew({ method: 'GET', headers, search, body: undefined }, scope)
        : await runKnown(known, scope, accepted);
    const http = await compression.encode(road.http, road.answer, accepted);
    return { ...road, http: conditional(http, headers, road.answer) };
  };

  /** Methods that GraphQL does not know: Apollo Server says so. */
  const answerOther = async (
    request: IncomingMessage,
    response: ServerResponse,
    search: string,
  ): Promise<RoadAnswer> => {
    const { method = '', headers } = request;
    const scope = scopeOf(request, response, subjectOf(await subjects.identify(headers)));
    return askApollo(apollo, { method, headers, search, body: undefined }, scope, () => undefined);
  };

  const roadOf = (method: string | undefined) =>
    method === 'POST' ? answerPost : method === 'GET' ? answerGet : answerOther;

  const handleGraphQL = async (
    request: IncomingMessage,
    response: ServerResponse,
    search: string,
    connection: () => 'keep' | 'close',
  ): Promise<void> => {
    const { origin } = request.headers;
    const isPost = request.method === 'POST';
    let road: RoadAnswer | null;
    try {
      road = await roadOf(request.method)(request, response, search);
    } catch (error) {
      if (isOurFault(error)) logDefect(error);
      road = { http: refusal(error), answer: null, isCounted: true };
    }
    // What was left undone for a client that has gone is no failure of ours.
    if (road === null || response.destroyed) return;
    const { http, answer, isCounted } = road;
    if (isCounted) metrics.response(answer?.source ?? 'none', outcomeOf(http.status, answer?.errors.length ?? 0));
    const isCutShort = isPost && !request.complete;
    const told = http.status === RETRIED_STATUS ? { ...http, headers: [...http.headers, ...RETRY_AFTER] } : http;
    const dressed = origin === undefined ? told : cors.dress(told, origin);
    send(response, dressed, isCutShort ? 'close' : connection());
    unread.watch(response);
  };

  return (request, response, connection) => {
    const { path, search } = split(request.url ?? '');
    if (path === GRAPHQL) {
      if (request.method === 'OPTIONS') return send(response, cors.preflight(request.headers), connection());
      const refused = upgradeRefusal(request.headers);
      if (refused !== null) return send(response, refusal(refused), 'close');
      return handleGraphQL(request, response, search, connection);
    }
    if (path === '/health' && request.method === 'GET')
      return send(response, jsonAnswer(200, { status: 'UP' }), connection());
    const message = `Expected ${GRAPHQL} or /health, got ${request.method} ${path.slice(0, 100)}`;
    return send(response, refusal(new GatewayError('NOT_FOUND', message)), connection());
  };
}

function subjectOf(identified: Identified): Subject | null {
  if ('refused' in identified) throw identified.refused;
  return identified.subject;
}

/** The body of an error that ends a request before any road, in the form of Apollo Server's. */
function refusal(error: unknown): HttpAnswer {
  const { message, extensions } = outwardError(error);
  const { text, status } = formatErrors([{ message, extensions }]);
  const challenge = status === 401 ? ['www-authenticate', 'Bearer error="invalid_token"'] : [];
  const headers = ['content-type', 'application/json; charset=utf-8', 'cache-control', 'no-store', ...challenge];
  return { status: status ?? 500, headers, body: answerText(text, null, null) };
}

function outcomeOf(status: number, errorsCount: number): 'ok' | 'errors' | 'refused' | 'failed' {
  if (status >= 500) return 'failed';
  if (status >= 400) return 'refused';
  return errorsCount > 0 ? 'errors' : 'ok';
}

function split(url: string): { readonly path: string; readonly search: string } {
  const target = url.startsWith('/') ? url : withoutOrigin(url);
  const searchAt = target.indexOf('?');
  return searchAt < 0
    ? { path: target, search: '' }
    : { path: target.slice(0, searchAt), search: target.slice(searchAt) };
}

/** What proxies may send: `POST http://host/graphql HTTP/1.1`. */
function withoutOrigin(url: string): string {
  if (!URL.canParse(url)) return url;
  const { pathname, search } = new URL(url);
  return pathname + search;
}
