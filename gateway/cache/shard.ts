// Opens a shard by its URL. The only file that imports Keyv, its adapters and the Redis client.

import KeyvRedis from '@keyv/redis';
import { createClient, ErrorReply } from '@redis/client';
import { Keyv } from 'keyv';
import type { Clock } from '../clock.ts';
import { createBoundedTexts } from './bounded-texts.ts';
import type { BreakerLimits } from './breaker.ts';
import type { CacheMetrics } from './cache-metrics.ts';
import type { ShardDriver, ShardDriverEvents } from './shard-driver.ts';
import { guardShard, type Shard, type ShardStatus } from './shard-guard.ts';
import { watchSilence } from './silence-watch.ts';

/** Where a shard is. The name is the same for every gateway and holds no password. */
export type ShardAddress =
  | { readonly kind: 'memory'; readonly name: string; readonly maxBytes: number }
  | {
      readonly kind: 'redis';
      readonly name: string;
      /** `redis://[user:password@]host[:port][/db]`, `rediss://…` */
      readonly href: string;
    };

export interface ShardOptions {
  /** Longest wait for each call, in ms. Default 50. */
  readonly deadlineMs?: number;
  readonly breaker?: BreakerLimits;
  readonly metrics: CacheMetrics;
  /** For expiry in memory shards. */
  readonly clock: Clock;
  /** Ms of a clock that nobody sets. */
  readonly monotonicMs: () => number;
  /** From 0 to 1, for the jitter of reconnecting. */
  readonly random: () => number;
  /** Called when a shard comes, goes or opens its breaker, for the log. */
  readonly onChange?: (status: ShardStatus) => void;
}

const DEADLINE_MS = 50;
const CONNECT_TIMEOUT_MS = 500;
/** For a handshake that is never answered. A connection that stands is watched, and moves far more often than this. */
const SOCKET_TIMEOUT_MS = 5_000;
const FIRST_RECONNECT_MS = 50;
const LONGEST_RECONNECT_MS = 1_000;
/** Commands that wait for one server. Past it they fail at once. */
const LONGEST_COMMAND_QUEUE = 10_000;
/** What Memcached takes by default: one limit for all kinds of shards. */
const LARGEST_VALUE_BYTES = 1_000_000;

/** Opens a shard and does not wait for it: one that is down joins when it is up. Whoever opens it closes it. */
export function openShard(address: ShardAddress, options: ShardOptions): Shard {
  const guard = {
    name: address.name,
    deadlineMs: options.deadlineMs ?? DEADLINE_MS,
    breaker: options.breaker,
    metrics: options.metrics,
    monotonicMs: options.monotonicMs,
    onChange: options.onChange,
  };
  switch (address.kind) {
    case 'memory':
      return guardShard(guard, (events) => memoryDriver(address.maxBytes, options.clock, events));
    case 'redis':
      return guardShard(guard, (events) => redisDriver(address, options.random, events));
  }
}

function memoryDriver(maxBytes: number, clock: Clock, events: ShardDriverEvents): ShardDriver {
  const texts = createBoundedTexts(maxBytes, clock);
  // The Keyv holds the store as it holds a server's adapter; its wrapping of each value is not for the hot path.
  const keyv = new Keyv({ store: texts, useKeyPrefix: false, throwOnErrors: true });
  keyv.on('error', events.trouble);
  queueMicrotask(events.ready);
  return {
    largestValueBytes: Math.min(LARGEST_VALUE_BYTES, Math.floor(maxBytes / 8)),
    isReady: () => true,
    getMany: (keys) => Promise.resolve(keys.map((key) => texts.get(key))),
    set: (key, text, ttlMs) => Promise.resolve(texts.set(key, text, ttlMs)),
    delete: (keys) => Promise.resolve(keys.forEach((key) => void texts.delete(key))),
    isRefusal: () => false,
    close: () => Promise.resolve(texts.clear()),
  };
}

function redisDriver(
  { href }: ShardAddress & { kind: 'redis' },
  random: () => number,
  events: ShardDriverEvents,
): ShardDriver {
  const connect = () => {
    const client = createClient({
      url: href,
      disableOfflineQueue: true,
      commandsQueueMaxLength: LONGEST_COMMAND_QUEUE,
      socket: {
        connectTimeout: CONNECT_TIMEOUT_MS,
        socketTimeout: SOCKET_TIMEOUT_MS,
        reconnectStrategy: (tries) => {
          const pauseMs = Math.min(FIRST_RECONNECT_MS * 2 ** Math.min(tries, 10), LONGEST_RECONNECT_MS);
          return Math.round(pauseMs * (0.5 + random() / 2));
        },
      },
    });
    client.on('error', events.trouble);
    client.on('ready', events.ready);
    client.connect().catch(events.trouble);
    return client;
  };
  let client = connect();
  const adapter = new KeyvRedis<string>(client, { throwOnErrors: true });
  const keyv = new Keyv(adapter, { useKeyPrefix: false, namespace: '', throwOnErrors: true });
  keyv.on('error', () => undefined);
  const destroy = (): void => {
    // A connection that is being made cannot be destroyed: it closes by its timeouts and must not keep the process until then.
    client.unref();
    if (client.isOpen) client.destroy();
  };
  const endWatch = watchSilence({
    isReady: () => client.isReady,
    ping: () => client.ping(),
    onSilent() {
      events.trouble(new Error('the connection stands, but a ping was not answered'));
      destroy();
      client = connect();
      adapter.client = client;
    },
  });
  return {
    largestValueBytes: LARGEST_VALUE_BYTES,
    isReady: () => client.isReady,
    getMany: (keys) => adapter.getMany<string>([...keys]),
    set: (key, text, ttlMs) => adapter.set(key, text, ttlMs),
    // One UNLINK each, in one write: the adapter's own deleteMany is a MULTI, which waits for a lost server instead of failing.
    delete: async (keys) => void (await Promise.all(keys.map((key) => adapter.delete(key)))),
    isRefusal: (cause) => cause instanceof ErrorReply,
    close() {
      endWatch();
      return Promise.resolve(destroy());
    },
  };
}
