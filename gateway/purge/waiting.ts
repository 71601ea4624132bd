// Waiting with an end: an answer within a time, and trying again until somebody says stop.

import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 2_000;
/** What worked this long before it failed is tried again soon. */
const GOOD_RUN_MS = 10_000;

/** @throws {Error} when there is no result after timeoutMs */
export async function within<Result>(timeoutMs: number, result: Promise<Result>): Promise<Result> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    return await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Attempts again and again, whether it failed or ended. Resolves when an attempt has ended after the signal. */
export async function tryForEver(
  attempt: () => Promise<void>,
  failing: (error: unknown) => void,
  stop: AbortSignal,
): Promise<void> {
  let backoffMs = FIRST_BACKOFF_MS;
  while (!stop.aborted) {
    const beganMs = performance.now();
    try {
      await attempt();
    } catch (error) {
      if (!stop.aborted) failing(error);
    }
    if (performance.now() - beganMs > GOOD_RUN_MS) backoffMs = FIRST_BACKOFF_MS;
    await sleep(backoffMs, undefined, { signal: stop }).catch(() => undefined);
    backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS);
  }
}
