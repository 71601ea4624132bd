// One HTTP exchange with a subgraph over kept connections: the only door to undici.
//
// By its `dispatch`: the streams, signals and promises of `request` cost twice as much as all the rest of an exchange.

import { Agent, type Dispatcher, errors } from 'undici';
import { decode } from './content-encoding.ts';
import type { OriginAnswer } from './origin-answer.ts';

/** Where a subgraph listens. */
export interface OriginPlace {
  /** `http://host:port`. */
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
}

export interface ExchangeRequest {
  readonly place: OriginPlace;
  /** JSON, as text or in UTF-8. */
  readonly body: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** From sending to the last byte. */
  readonly timeoutMs: number;
  /** Of an answer, as it comes and decoded. */
  readonly maxBytes: number;
  /** Ends the exchange before; null: nothing does. */
  readonly abandon: AbortSignal | null;
}

export interface Exchanges {
  /** Never rejects, never takes longer than the timeout. */
  send(request: ExchangeRequest): Promise<OriginAnswer>;
  close(): Promise<void>;
}

/** Shorter than the 65 s that subgraphs keep an idle connection, so that we are the ones to close it. */
const KEEP_ALIVE_MS = 30_000;
const CONNECT_TIMEOUT_MS = 2_000;
/** Of an error's body: read to its end, so that the connection can be used again; cut where it is long. */
const DUMPED_BYTES = 64 * 1024;

/** @param maxConnections to each subgraph */
export function openExchanges(maxConnections: number): Exchanges {
  const agent = new Agent({
    connections: maxConnections,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    // The deadline of the whole exchange stands above them.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    send: (request) =>
      request.abandon?.aborted
        ? Promise.resolve({ kind: 'abandoned' })
        : new Promise((resolve) => void dispatch(agent, request, resolve)),
    close: () => agent.destroy(),
  };
}

function dispatch(agent: Agent, request: ExchangeRequest, settle: (answer: OriginAnswer) => void): void {
  const { place, body, headers, timeoutMs, maxBytes, abandon } = request;
  let controller: Dispatcher.DispatchController | null = null;
  let isGivenUp = false;
  /** The first answer counts; what else the connection brings is nobody's. */
  const giveUp = (answer: OriginAnswer): void => {
    settle(answer);
    isGivenUp = true;
    controller?.abort(new GivenUp());
  };
  const timer = setTimeout(() => giveUp({ kind: 'timeout', timeoutMs }), timeoutMs);
  const onAbandon = (): void => giveUp({ kind: 'abandoned' });
  abandon?.addEventListener('abort', onAbandon);
  const stopWatching = (): void => {
    clearTimeout(timer);
    abandon?.removeEventListener('abort', onAbandon);
  };
  let answerHeaders: AnswerHeaders = {};
  let isError = false;
  let chunks: Buffer[] = [];
  let length = 0;
  const { origin, path } = place;
  agent.dispatch(
    { origin, path, method: 'POST', headers, body },
    {
      onRequestStart(started) {
        controller = started;
        // It waited for a connection for too long.
        if (isGivenUp) started.abort(new GivenUp());
      },
      onResponseStart(_, status, received, statusText = '') {
        // An informational one: the answer comes later.
        if (status < 200) return;
        answerHeaders = received;
        isError = status >= 300;
        if (isError) settle({ kind: 'status', status, statusText });
      },
      onResponseData(_, chunk) {
        length += chunk.length;
        if (isError) {
          if (length > DUMPED_BYTES) controller?.abort(new GivenUp());
        } else if (length > maxBytes) {
          chunks = [];
          giveUp({ kind: 'too-large', maxBytes });
        } else {
          chunks.push(chunk);
        }
      },
      onResponseEnd() {
        if (isError || isGivenUp) return stopWatching();
        const bytes = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length);
        const encoding = joined(answerHeaders['content-encoding']);
        const end = (decoded: Buffer | null): void => {
          stopWatching();
          const get = (name: string): string | null => joined(answerHeaders[name]);
          settle(decoded === null ? { kind: 'too-large', maxBytes } : { kind: 'ok', headers: { get }, body: decoded });
        };
        if (encoding === null) end(bytes);
        else decode(bytes, encoding, maxBytes).then(end, fail);
      },
      onResponseError: (_, error) => fail(error),
    },
  );
  function fail(error: unknown): void {
    stopWatching();
    settle({ kind: 'unreachable', reason: reasonOf(error) });
  }
}

type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Why an exchange was ended from this side. */
class GivenUp extends Error {}

const joined = (value: string | string[] | undefined): string | null =>
  value === undefined ? null : Array.isArray(value) ? value.join(', ') : value;

/** Without addresses: it may reach clients. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.ConnectTimeoutError) return 'it did not take the connection in time';
  if (error instanceof errors.SocketError) return 'the connection broke';
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'unknown';
}
