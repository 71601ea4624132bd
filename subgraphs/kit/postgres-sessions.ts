// Opens single connections to PostgreSQL, for who needs one for long: the relay.

import { createHash } from 'node:crypto';
import { Socket } from 'node:net';
import pg from 'pg';
import type { SqlSession, SqlSessions } from './sql.ts';

export interface SessionOptions {
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
}

const CONNECT_TIMEOUT_MS = 5_000;
// How long a clean goodbye may take before the socket is cut.
const GOODBYE_MS = 300;
const KEEP_ALIVE_AFTER_MS = 5_000;

/** Opens nothing yet: each `connect` opens one. Whoever connects closes. */
export function openSessions(options: SessionOptions): SqlSessions {
  return {
    async connect(signal) {
      signal.throwIfAborted();
      const socket = new Socket();
      const client = new pg.Client({
        connectionString: options.url,
        application_name: options.applicationName,
        connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
        keepAlive: true,
        keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
        stream: () => socket,
      });
      // The statement that meets a lost connection rejects; without a listener the event would end this process.
      client.on('error', () => undefined);
      const abort = (): void => void socket.destroy(new Error('the connection was given up'));
      signal.addEventListener('abort', abort, { once: true });
      try {
        await client.connect();
      } catch (error) {
        socket.destroy();
        throw error;
      } finally {
        signal.removeEventListener('abort', abort);
      }
      return sessionOn(client, socket);
    },
  };
}

function sessionOn(client: pg.Client, socket: Socket): SqlSession {
  let closed = false;
  return {
    // Prepared under a name: planning the catalog check anew takes longer than running it.
    query: async (text, values = []) =>
      (await client.query<object>({ name: nameOf(text), text, values: [...values] })).rows,
    close() {
      if (closed) return;
      closed = true;
      // With a statement open this cuts the socket itself.
      client.end().catch(() => undefined);
      setTimeout(() => socket.destroy(), GOODBYE_MS).unref();
    },
  };
}

const nameOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 32);
