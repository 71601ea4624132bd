// The end of an HTTP server: no request that has come in is lost, and none holds the end up beyond its limit.

import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export interface DrainLimits {
  /** How long connections are still taken, so that whoever balances the load learns it and connections in use end with an answer. */
  readonly delayMs: number;
  /** How long running requests may take after that. */
  readonly timeoutMs: number;
}

/**
 * Expects that every answer from now on closes its connection. The delay ends early when no connection is open.
 * @param sockets the open connections, kept by the caller
 */
export async function drain(
  server: Server,
  sockets: ReadonlySet<Socket>,
  { delayMs, timeoutMs }: DrainLimits,
): Promise<void> {
  await allClosed(sockets, delayMs);
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), timeoutMs);
  await ended;
  clearTimeout(timer);
}

function allClosed(sockets: ReadonlySet<Socket>, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, limitMs);
    const check = (): void => {
      if (sockets.size > 0) return;
      clearTimeout(timer);
      resolve();
    };
    // A socket leaves the set in an earlier listener of the same event; those that come meanwhile end by the timer.
    for (const socket of sockets) socket.once('close', check);
    check();
  });
}
