// Ends the wait for a promise at a deadline, whatever the promise does.

export type InTime<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'failed'; readonly cause: unknown }
  | { readonly kind: 'late' };

/**
 * Resolves with what the promise did within `timeoutMs`, else with `late`; then the promise's end is ignored. Never rejects.
 *
 * After the timer the event loop gets to read its sockets once more before it gives up: in a process that was busy for longer than
 * the timeout the answer waits in the kernel, and a shard that answered in time must not look dead because we did not.
 */
export function withinDeadline<Value>(timeoutMs: number, promise: Promise<Value>): Promise<InTime<Value>> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => void setImmediate(() => resolve({ kind: 'late' })), timeoutMs);
    promise.then(
      (value) => {
        clearTimeout(timer);
        resolve({ kind: 'done', value });
      },
      (cause: unknown) => {
        clearTimeout(timer);
        resolve({ kind: 'failed', cause });
      },
    );
  });
}
