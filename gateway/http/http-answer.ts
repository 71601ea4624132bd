// What is sent back over HTTP, and the sending.

import type { ServerResponse } from 'node:http';

export interface HttpAnswer {
  readonly status: number;
  /** Names (lower case) and values in turn, as `writeHead` takes them. Without content-length. */
  readonly headers: readonly string[];
  /** Text, or its bytes in UTF-8. */
  readonly body: string | Buffer;
}

/** Statuses that a subgraph's error may ask for (`extensions.http.status`) but that HTTP has not. */
const LEAST_STATUS = 200;
const GREATEST_STATUS = 599;

/**
 * Sends an answer; nothing happens when the client is gone.
 * @param connection `close`: the gateway is draining, the connection ends with this answer
 */
export function send(response: ServerResponse, answer: HttpAnswer, connection: 'keep' | 'close'): void {
  if (response.destroyed || response.headersSent) return;
  if (connection === 'close') response.shouldKeepAlive = false;
  const { status, headers, body } = answer;
  const sendable = status >= LEAST_STATUS && status <= GREATEST_STATUS ? status : 500;
  if (sendable === 204 || sendable === 304) {
    response.writeHead(sendable, [...headers]);
    response.end();
    return;
  }
  // Encoded once: its length and its bytes by themselves would each be a walk over the text.
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  response.writeHead(sendable, [...headers, 'content-length', String(bytes.length)]);
  response.end(bytes);
}

/** A small JSON answer that is no GraphQL answer: health and the like. */
export function jsonAnswer(status: number, value: unknown, headers: readonly string[] = []): HttpAnswer {
  return {
    status,
    headers: ['content-type', 'application/json; charset=utf-8', 'cache-control', 'no-store', ...headers],
    body: `${JSON.stringify(value)}\n`,
  };
}
