// A TCP proxy for fault tests: it can cut, delay, swallow (half-open) and heal the connections between a client and a server.
import { createServer, type Socket, connect as tcpConnect } from 'node:net';
import { freePort } from './free-port.ts';
import { type LinkState, type Pump, startPump } from './tcp-pump.ts';

export interface TcpProxyTarget {
  /** Default 127.0.0.1 */
  readonly host?: string;
  readonly port: number;
}

/** Which way is silent: nothing reaches the server, nothing comes back from it, or both. */
export type SilentWay = 'both' | 'to-server' | 'to-client';

export interface TcpProxy {
  /** 127.0.0.1 */
  readonly host: string;
  readonly port: number;
  /** Connections that clients hold open through the proxy now. */
  readonly connectionCount: number;
  /** Connections ever accepted. */
  readonly acceptedCount: number;
  /** Bytes passed on since the start. */
  readonly passed: { readonly toServerBytes: number; readonly toClientBytes: number };
  /** Resets every connection, on both sides, and refuses new ones until heal(). */
  cut(): Promise<void>;
  /** Resets every connection but accepts new ones at once: a restart that took no time. */
  reset(): void;
  /** Each chunk that comes from now on arrives this much later, in order, either way, until heal(). */
  delay(delayMs: number): void;
  /** Half-open: connections stand and new ones are accepted, but nothing passes (by default either way) until heal(). */
  silence(way?: SilentWay): void;
  /** Back to normal. What silence() held back is delivered now, late, as TCP would. */
  heal(): Promise<void>;
  /** Ends it and all connections. */
  stop(): Promise<void>;
}

type Fault =
  | { readonly kind: 'none' }
  | { readonly kind: 'slow'; readonly delayMs: number }
  | { readonly kind: 'silent'; readonly way: SilentWay };

interface Link {
  readonly client: Socket;
  readonly upstream: Socket;
  readonly pumps: readonly Pump[];
}

/** Starts a proxy on a free port of 127.0.0.1 before the server at `target`, which need not be up. */
export async function startTcpProxy(target: TcpProxyTarget): Promise<TcpProxy> {
  const port = await freePort();
  const links = new Set<Link>();
  const passed = { toServerBytes: 0, toClientBytes: 0 };
  let acceptedCount = 0;
  let fault: Fault = { kind: 'none' };

  const stateOf = (way: SilentWay): LinkState => {
    if (fault.kind === 'slow') return fault;
    const silent = fault.kind === 'silent' && (fault.way === 'both' || fault.way === way);
    return { kind: silent ? 'silent' : 'flowing' };
  };
  const accept = (client: Socket): void => {
    acceptedCount += 1;
    const upstream = tcpConnect({ host: target.host ?? '127.0.0.1', port: target.port, allowHalfOpen: true });
    const toServer = startPump(
      client,
      upstream,
      () => stateOf('to-server'),
      (bytes) => {
        passed.toServerBytes += bytes;
      },
    );
    const toClient = startPump(
      upstream,
      client,
      () => stateOf('to-client'),
      (bytes) => {
        passed.toClientBytes += bytes;
      },
    );
    const link = { client, upstream, pumps: [toServer, toClient] };
    links.add(link);
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      // `close` follows and says the same.
      socket.on('error', () => undefined);
      socket.on('close', (broken) => {
        // In silence the other side must not learn that this one is gone: that is what half-open means. heal() tells it.
        if (broken && fault.kind !== 'silent') breakLink(link);
        if (client.destroyed && upstream.destroyed) links.delete(link);
      });
    }
  };
  const server = createServer({ allowHalfOpen: true }, accept);
  const reset = (): void => links.forEach(breakLink);
  const listen = (): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    reset();
    await closed;
  };
  await listen();
  return {
    host: '127.0.0.1',
    port,
    get connectionCount() {
      return [...links].filter((link) => !link.client.destroyed).length;
    },
    get acceptedCount() {
      return acceptedCount;
    },
    passed,
    cut() {
      fault = { kind: 'none' };
      return close();
    },
    reset,
    delay(delayMs) {
      fault = { kind: 'slow', delayMs };
    },
    silence(way = 'both') {
      fault = { kind: 'silent', way };
    },
    async heal() {
      fault = { kind: 'none' };
      for (const link of links) {
        if (link.client.destroyed || link.upstream.destroyed) breakLink(link);
        else for (const pump of link.pumps) pump.drain();
      }
      if (!server.listening) await listen();
    },
    stop: close,
  };
}

function breakLink(link: Link): void {
  link.client.resetAndDestroy();
  link.upstream.resetAndDestroy();
}
