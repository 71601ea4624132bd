// The janitor: removes the bytes of changed entities from the shards. The guarantee does not need it; tidiness and erasure do.

import type { KeyObject } from '../../schema/tag.ts';
import type { Timer } from '../clock.ts';
import { wordsOf } from '../errors.ts';
import type { PurgeLogger, PurgeMetrics } from './report.ts';

export interface JanitorOptions {
  /** Removes an entity's public record from its shard. Rejects when the shard did not do it. */
  readonly remove: (subgraph: string, typename: string, key: KeyObject) => Promise<void>;
  /** The longest that a fetch may take: what it stores late is removed by a second visit. */
  readonly fetchDeadlineMs: number;
  readonly timer: Timer;
  readonly logger: PurgeLogger;
  readonly metrics: PurgeMetrics;
  /** Removals at the same time. Default 8. */
  readonly concurrency?: number;
  /** Removals that wait at most, the second visits among them. Default 10,000; what comes on top is left to expire. */
  readonly maxWaiting?: number;
}

export interface Janitor {
  /** Returns at once: removes now, and once more when no fetch from before can store any more. */
  removeTwice(subgraph: string, typename: string, key: KeyObject): void;
  /** Removals that wait or run. */
  readonly waitingCount: number;
  /** What waits is left to expire. */
  stop(): void;
}

interface Removal {
  readonly subgraph: string;
  readonly typename: string;
  readonly key: KeyObject;
  readonly attempt: number;
}

/** A shard that is away is tried again after these, then left to expire. */
const RETRY_AFTER_MS = [1_000, 5_000, 25_000];

export function createJanitor(options: JanitorOptions): Janitor {
  const { remove, fetchDeadlineMs, timer, logger, metrics, concurrency = 8, maxWaiting = 10_000 } = options;
  const due: Removal[] = [];
  const later = new Set<() => void>();
  let runningCount = 0;
  let stopped = false;

  const waitingCount = (): number => due.length + later.size + runningCount;
  const isFull = (): boolean => {
    if (waitingCount() < maxWaiting) return false;
    metrics.dropped('removal');
    return true;
  };
  const put = (removal: Removal): void => {
    due.push(removal);
    while (runningCount < concurrency && due.length > 0) void run(due.shift()!);
  };
  const putLater = (delayMs: number, removal: Removal): void => {
    if (isFull()) return;
    const cancel = timer(delayMs, () => {
      later.delete(cancel);
      put(removal);
    });
    later.add(cancel);
  };
  const run = async (removal: Removal): Promise<void> => {
    runningCount += 1;
    try {
      await remove(removal.subgraph, removal.typename, removal.key);
    } catch (error) {
      retry(removal, error);
    } finally {
      runningCount -= 1;
    }
    if (!stopped && due.length > 0) put(due.shift()!);
  };
  const retry = (removal: Removal, error: unknown): void => {
    if (stopped) return;
    const delayMs = RETRY_AFTER_MS[removal.attempt];
    if (delayMs !== undefined) {
      putLater(delayMs, { ...removal, attempt: removal.attempt + 1 });
      return;
    }
    const { subgraph, typename } = removal;
    const words = wordsOf(error);
    logger.warn({ subgraph, typename, error: words }, 'a removed entity is left in its shard to expire');
  };

  return {
    removeTwice(subgraph, typename, key) {
      if (stopped || isFull()) return;
      const removal = { subgraph, typename, key, attempt: 0 };
      put(removal);
      putLater(fetchDeadlineMs, removal);
    },
    get waitingCount() {
      return waitingCount();
    },
    stop() {
      stopped = true;
      due.length = 0;
      for (const cancel of later) cancel();
      later.clear();
    },
  };
}
