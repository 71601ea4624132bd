// Waits for a condition with a deadline: the only way in which tests may wait for something that sends no event.
import { setTimeout as sleep } from 'node:timers/promises';

export interface EventuallyOptions {
  /** Default 10 s: generous, since it is only used up when the test fails. */
  readonly timeoutMs?: number;
  /** Default 20 ms between two tries. */
  readonly everyMs?: number;
  /** What is waited for, for the message. */
  readonly what?: string;
}

/**
 * Calls `attempt` until it returns something other than false, null or undefined, and resolves with that.
 * An attempt that throws (an expect() inside) counts as "not yet"; the last error is the cause of the failure.
 * @throws {Error} past the deadline.
 */
export async function eventually<Value>(
  attempt: () => Value | Promise<Value>,
  options: EventuallyOptions = {},
): Promise<Exclude<Value, false | null | undefined>> {
  const { timeoutMs = 10_000, everyMs = 20, what = 'the condition' } = options;
  const deadline = performance.now() + timeoutMs;
  let last: { readonly kind: 'value'; readonly value: unknown } | { readonly kind: 'thrown'; readonly error: unknown };
  do {
    try {
      const value = await attempt();
      if (isThere(value)) return value;
      last = { kind: 'value', value };
    } catch (error) {
      last = { kind: 'thrown', error };
    }
    await sleep(everyMs);
  } while (performance.now() < deadline);
  const came = last.kind === 'value' ? String(last.value) : 'an error';
  throw new Error(`Expected ${what} within ${timeoutMs} ms, the last try gave ${came}`, {
    cause: last.kind === 'thrown' ? last.error : undefined,
  });
}

/**
 * Rejects when the promise has not settled within the time; for things that do send an event.
 * @throws {Error} naming `what`.
 */
export async function within<Value>(timeoutMs: number, what: string, event: Promise<Value>): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`Expected ${what} within ${timeoutMs} ms`)), timeoutMs);
  try {
    return await Promise.race([event, late]);
  } finally {
    clearTimeout(timer);
  }
}

function isThere<Value>(value: Value): value is Exclude<Value, false | null | undefined> {
  return value !== false && value !== null && value !== undefined;
}
