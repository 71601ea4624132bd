// A listening HTTP server: opened with one clear error, drained within limits.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { GatewayError } from '../errors.ts';
import { type DrainLimits, drain } from './drain.ts';

/** @param connection what to do with the connection after this answer, asked when it is sent */
export type RequestHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  connection: () => 'keep' | 'close',
) => void | Promise<void>;

export interface ServerPlace {
  /** For messages: `public` or `management`. */
  readonly name: string;
  /** Null: all addresses of the machine. */
  readonly host: string | null;
  /** 0 picks a free one. */
  readonly port: number;
  /** How to choose another, for messages. */
  readonly setting: string;
}

export interface OpenServer {
  readonly port: number;
  /** With the address that a client on this machine can use. */
  readonly origin: string;
  /**
   * Takes connections for `delayMs` more while every answer closes its own, then none; resolves when all requests have ended, or after
   * `timeoutMs` more by cutting those that have not. Repeated calls wait for the same end.
   */
  drain(limits: DrainLimits): Promise<void>;
}

/** Ms. Longer than the 60 s that load balancers keep an idle connection, so that they close it first. */
const KEEP_ALIVE_MS = 65_000;
/** Ms. From the first byte of a request to the last of its headers, and to the last of its body. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
/** Ms. How often those two are looked at. */
const CHECK_MS = 2_000;

/**
 * Opens a server. A handler that throws or rejects is a defect: `onDefect` gets it, the client 500 where nothing was sent yet.
 * @throws {GatewayError} PORT_IN_USE, ADDRESS_INVALID
 */
export async function openServer(
  place: ServerPlace,
  handle: RequestHandler,
  onDefect: (error: unknown) => void,
): Promise<OpenServer> {
  let draining: Promise<void> | null = null;
  const connection = (): 'keep' | 'close' => (draining === null ? 'keep' : 'close');
  const server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      connectionsCheckingInterval: CHECK_MS,
    },
    (request, response) => {
      const failed = (error: unknown): void => {
        onDefect(error);
        if (response.headersSent) response.destroy();
        else response.writeHead(500).end();
      };
      try {
        handle(request, response, connection)?.catch(failed);
      } catch (error) {
        failed(error);
      }
    },
  );
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const port = await listen(server, place, onDefect);
  return {
    port,
    origin: `http://${shownHost(place.host)}:${port}`,
    drain(limits) {
      draining ??= drain(server, sockets, limits);
      return draining;
    },
  };
}

function listen(server: Server, place: ServerPlace, onDefect: (error: unknown) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, place)));
    server.listen({ port: place.port, ...(place.host === null ? {} : { host: place.host }) }, () => {
      server.removeAllListeners('error');
      // A connection that could not be taken (no file descriptors left): the others live on.
      server.on('error', onDefect);
      const address = server.address();
      resolve(address === null || typeof address === 'string' ? place.port : address.port);
    });
  });
}

function listenError(error: NodeJS.ErrnoException, { name, host, port, setting }: ServerPlace): GatewayError {
  const where = `${host ?? 'all addresses'}, port ${port}`;
  switch (error.code) {
    case 'EADDRINUSE':
      return new GatewayError(
        'PORT_IN_USE',
        `Expected the ${name} port ${port} to be free, another program listens there (is Freshet running already?). Choose another with ${setting}`,
        { cause: error },
      );
    case 'EACCES':
      return new GatewayError(
        'ADDRESS_INVALID',
        `Expected to be allowed to listen on ${where}, the system refused; ports under 1024 need privileges`,
        { cause: error },
      );
    default:
      return new GatewayError(
        'ADDRESS_INVALID',
        `Expected an address of this machine for the ${name} port, got ${where}: ${error.message}`,
        { cause: error },
      );
  }
}

function shownHost(host: string | null): string {
  if (host === null || host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
