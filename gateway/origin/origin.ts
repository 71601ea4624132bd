// Sends requests to subgraphs over kept connections: the only door to undici.

import type { Readable } from 'node:stream';
import { Agent, type Dispatcher, errors } from 'undici';
import { decodedBody } from './decoded-body.ts';

export interface OriginSubgraph {
  readonly name: string;
  /** Where GraphQL is asked. */
  readonly url: string;
  /** From sending to the last byte. */
  readonly timeoutMs: number;
  /** Of an answer, decoded. */
  readonly maxBytes: number;
}

export interface OriginOptions {
  readonly subgraphs: readonly OriginSubgraph[];
  /** Connections to each subgraph at most. */
  readonly maxConnections: number;
  readonly metrics: OriginMetrics;
  /** Ms of a clock that nobody sets. */
  readonly monotonicMs: () => number;
}

export interface OriginMetrics {
  /** `freshet_origin_requests_total`, `freshet_origin_seconds`. The outcome is the kind of the answer. */
  request(subgraph: string, outcome: OriginAnswer['kind'], tookMs: number): void;
}

export interface OriginHeaders {
  /** Lower-case names. A header that came several times is joined with `, `. */
  get(name: string): string | null;
}

/** What came of a request. `status` is an HTTP error's; its body is left out: it may hold anything. */
export type OriginAnswer =
  | { readonly kind: 'ok'; readonly headers: OriginHeaders; readonly body: string }
  | { readonly kind: 'status'; readonly status: number; readonly statusText: string }
  | { readonly kind: 'unreachable'; readonly reason: string }
  | { readonly kind: 'timeout'; readonly timeoutMs: number }
  /** Whoever wanted it did no longer. */
  | { readonly kind: 'abandoned' }
  | { readonly kind: 'too-large'; readonly maxBytes: number };

export interface Origin {
  /**
   * Never rejects, never takes longer than the subgraph's timeout.
   * @param body JSON @param abandon ends the request before; null: nothing does
   */
  send(
    subgraph: string,
    body: string,
    headers: Readonly<Record<string, string>>,
    abandon: AbortSignal | null,
  ): Promise<OriginAnswer>;
  /** Other subgraphs or other places of them: after a reload. Requests under way end as they began. */
  setSubgraphs(subgraphs: readonly OriginSubgraph[]): void;
  close(): Promise<void>;
}

/** Shorter than the 65 s that subgraphs keep an idle connection, so that we are the ones to close it. */
const KEEP_ALIVE_MS = 30_000;
const CONNECT_TIMEOUT_MS = 2_000;
/** No `accept-encoding`: to a subgraph nearby, compressing costs more than it saves. */
const ACCEPTED = { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json' };

export function createOrigin(options: OriginOptions): Origin {
  const { maxConnections, metrics, monotonicMs } = options;
  const agent = new Agent({
    connections: maxConnections,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    // The deadline of the whole request stands above them.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  let subgraphs = byName(options.subgraphs);
  return {
    async send(name, body, headers, abandon) {
      const subgraph = subgraphs.get(name);
      if (subgraph === undefined) return { kind: 'unreachable', reason: `no subgraph is named ${name}` };
      const beganAt = monotonicMs();
      const answer = await ask(agent, subgraph, body, headers, abandon);
      metrics.request(name, answer.kind, monotonicMs() - beganAt);
      return answer;
    },
    setSubgraphs(next) {
      subgraphs = byName(next);
    },
    close: () => agent.destroy(),
  };
}

const byName = (subgraphs: readonly OriginSubgraph[]): ReadonlyMap<string, OriginSubgraph> =>
  new Map(subgraphs.map((subgraph) => [subgraph.name, subgraph]));

async function ask(
  dispatcher: Dispatcher,
  { url, timeoutMs, maxBytes }: OriginSubgraph,
  body: string,
  headers: Readonly<Record<string, string>>,
  abandon: AbortSignal | null,
): Promise<OriginAnswer> {
  if (abandon?.aborted) return { kind: 'abandoned' };
  const ending = new AbortController();
  const end = (): void => ending.abort();
  const timer = setTimeout(end, timeoutMs);
  abandon?.addEventListener('abort', end);
  try {
    const { origin, pathname, search } = new URL(url);
    const response = await dispatcher.request({
      origin,
      path: `${pathname}${search}`,
      method: 'POST',
      headers: { ...ACCEPTED, ...headers },
      body,
      signal: ending.signal,
    });
    if (response.statusCode < 200 || response.statusCode >= 300) {
      // Read to its end, so that the connection can be used again; cut where it is long.
      await response.body.dump({ limit: DUMPED_BYTES }).catch(() => undefined);
      return { kind: 'status', status: response.statusCode, statusText: response.statusText };
    }
    const encoding = joined(response.headers['content-encoding']);
    const text = await readBody(decodedBody(response.body, encoding), maxBytes);
    if (text === null) return { kind: 'too-large', maxBytes };
    return { kind: 'ok', headers: { get: (name) => joined(response.headers[name]) }, body: text };
  } catch (error) {
    if (abandon?.aborted) return { kind: 'abandoned' };
    if (ending.signal.aborted) return { kind: 'timeout', timeoutMs };
    return { kind: 'unreachable', reason: reasonOf(error) };
  } finally {
    clearTimeout(timer);
    abandon?.removeEventListener('abort', end);
  }
}

const DUMPED_BYTES = 64 * 1024;

/** @returns null when it is larger than allowed; the connection is given up then */
async function readBody(body: Readable, maxBytes: number): Promise<string | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    const bytes: Buffer = chunk;
    length += bytes.length;
    if (length > maxBytes) {
      body.destroy();
      return null;
    }
    chunks.push(bytes);
  }
  const [only] = chunks;
  return chunks.length === 1 && only ? only.toString('utf8') : Buffer.concat(chunks, length).toString('utf8');
}

const joined = (value: string | string[] | undefined): string | null =>
  value === undefined ? null : Array.isArray(value) ? value.join(', ') : value;

/** Without addresses: it may reach clients. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.ConnectTimeoutError) return 'it did not take the connection in time';
  if (error instanceof errors.SocketError) return 'the connection broke';
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'unknown';
}
