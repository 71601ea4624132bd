// Stands before a store that may hang: asks it only when it is there, waits at most one deadline, and leaves it alone after failures.

import { type Breaker, type BreakerLimits, createBreaker } from './breaker.ts';
import type { CacheMetrics, ShardOperation, ShardTrouble } from './cache-metrics.ts';
import { withinDeadline } from './deadline.ts';
import type { ShardDriver, ShardDriverEvents } from './shard-driver.ts';

/** Calls never reject and never take longer than the deadline. */
export type ShardAnswer<Value> =
  | { readonly kind: 'ok'; readonly value: Value }
  | { readonly kind: 'trouble'; readonly trouble: ShardTrouble; readonly cause: unknown };

export interface ShardStatus {
  readonly name: string;
  /** `up`: asked. `away`: not connected. `open`: connected, but its breaker is open. */
  readonly state: 'up' | 'away' | 'open';
  /** What went wrong last, for people; null when nothing ever did. */
  readonly lastTrouble: string | null;
}

export interface Shard {
  /** The URL without credentials and options: the same in every gateway, for the ring. */
  readonly name: string;
  readonly largestValueBytes: number;
  /** One multi-get. @returns as many as were asked, in order */
  getMany(keys: readonly string[]): Promise<ShardAnswer<readonly (string | undefined)[]>>;
  /** @param ttlMs from now; a fraction is cut, below 1 nothing is stored */
  set(key: string, text: string, ttlMs: number): Promise<ShardAnswer<void>>;
  delete(keys: readonly string[]): Promise<ShardAnswer<void>>;
  status(): ShardStatus;
  close(): Promise<void>;
}

export interface ShardGuardOptions {
  readonly name: string;
  /** For each call. */
  readonly deadlineMs: number;
  readonly breaker?: BreakerLimits;
  readonly metrics: CacheMetrics;
  readonly monotonicMs: () => number;
  /** Called when the state changes, for the log. */
  readonly onChange?: (status: ShardStatus) => void;
}

/** Never stored: what is asked of a shard that was left alone, to see whether it answers again. */
const PROBE_KEY = 'freshet-probe';
/** Timers may fire a little early. */
const PROBE_DELAY_MS = 5;
const DONE: ShardAnswer<void> = { kind: 'ok', value: undefined };

/** @param openDriver gets what the driver may call while it lives */
export function guardShard(options: ShardGuardOptions, openDriver: (events: ShardDriverEvents) => ShardDriver): Shard {
  const { name, deadlineMs, metrics, monotonicMs, onChange } = options;
  const breaker = createBreaker(options.breaker);
  let lastTrouble: string | null = null;
  let told: ShardStatus['state'] = 'away';
  let closed = false;
  let probe: NodeJS.Timeout | null = null;

  const status = (): ShardStatus => ({ name, state: stateOf(driver, breaker, closed), lastTrouble });
  const tellChange = (): void => {
    const now = status();
    if (now.state === told) return;
    told = now.state;
    onChange?.(now);
  };
  const driver = openDriver({
    ready() {
      breaker.tryNow();
      queueMicrotask(() => {
        probeLater(monotonicMs());
        tellChange();
      });
    },
    trouble(cause) {
      lastTrouble = messageOf(cause);
      queueMicrotask(tellChange);
    },
  });
  queueMicrotask(tellChange);

  const inTrouble = (operation: ShardOperation, trouble: ShardTrouble, cause: unknown, startMs: number) => {
    metrics.shardCall(name, operation, trouble, monotonicMs() - startMs);
    tellChange();
    return { kind: 'trouble', trouble, cause } as const;
  };
  /** The first caller after the pause finds out; where nobody calls, this does: else an idle gateway would report a dead shard for ever. */
  const probeLater = (nowMs: number): void => {
    if (breaker.state.kind !== 'open' || closed) return;
    if (probe !== null) clearTimeout(probe);
    probe = setTimeout(
      () => void call('get', () => driver.getMany([PROBE_KEY])),
      Math.max(0, breaker.state.untilMs - nowMs) + PROBE_DELAY_MS,
    );
    probe.unref();
  };
  const call = async <Value>(operation: ShardOperation, send: () => Promise<Value>): Promise<ShardAnswer<Value>> => {
    const startMs = monotonicMs();
    if (closed || !driver.isReady()) return inTrouble(operation, 'away', lastTrouble, startMs);
    if (!breaker.admits(startMs)) return inTrouble(operation, 'open', lastTrouble, startMs);
    const end = await withinDeadline(deadlineMs, send());
    const endMs = monotonicMs();
    if (end.kind === 'late') {
      lastTrouble = `no answer to ${operation} within ${deadlineMs} ms`;
      breaker.failed(endMs);
      probeLater(endMs);
      return inTrouble(operation, 'late', lastTrouble, startMs);
    }
    if (end.kind === 'failed' && !driver.isRefusal(end.cause)) {
      lastTrouble = messageOf(end.cause);
      breaker.failed(endMs);
      probeLater(endMs);
      return inTrouble(operation, 'broken', end.cause, startMs);
    }
    breaker.succeeded();
    if (end.kind === 'failed') {
      lastTrouble = messageOf(end.cause);
      return inTrouble(operation, 'refused', end.cause, startMs);
    }
    metrics.shardCall(name, operation, 'ok', endMs - startMs);
    tellChange();
    return { kind: 'ok', value: end.value };
  };
  return {
    name,
    largestValueBytes: driver.largestValueBytes,
    async getMany(keys) {
      return keys.length === 0 ? { kind: 'ok', value: [] } : await call('get', () => driver.getMany(keys));
    },
    async set(key, text, ttlMs) {
      const wholeMs = Math.floor(ttlMs);
      return wholeMs >= 1 ? await call('set', () => driver.set(key, text, wholeMs)) : DONE;
    },
    async delete(keys) {
      return keys.length === 0 ? DONE : await call('delete', () => driver.delete(keys));
    },
    status,
    async close() {
      if (closed) return;
      closed = true;
      if (probe !== null) clearTimeout(probe);
      await driver.close();
    },
  };
}

function stateOf(driver: ShardDriver, breaker: Breaker, closed: boolean): ShardStatus['state'] {
  if (closed || !driver.isReady()) return 'away';
  return breaker.state.kind === 'closed' ? 'up' : 'open';
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
