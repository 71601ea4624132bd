// Corrects kafkajs 2.2.4: an idle connection re-arms a timer of 1 ms for ever, about 900 wake-ups a second each.

import { createRequire } from 'node:module';

interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests(): void;
}

const CORRECTED = Symbol.for('freshet.kafka-idle-corrected');

/**
 * `scheduleCheckPendingRequests` arms its timer even when nothing is pending, and the check arms it again. With nothing
 * pending there is nothing to check: whoever adds a request that must wait calls it again.
 * For the whole process; again without effect. @throws when kafkajs is not built as expected
 */
export function quietIdleConnections(): void {
  const queue: unknown = createRequire(import.meta.url)('kafkajs/src/network/requestQueue');
  const prototype: unknown = typeof queue === 'function' ? queue.prototype : undefined;
  if (!isRequestQueue(prototype)) throw new Error('expected kafkajs 2.2.4 with a RequestQueue, found another kafkajs');
  if (CORRECTED in prototype) return;
  const original = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
    if (this.pending.length > 0) original.call(this);
  };
  Object.defineProperty(prototype, CORRECTED, { value: true });
}

function isRequestQueue(value: unknown): value is RequestQueue {
  return (
    typeof value === 'object' &&
    value !== null &&
    'scheduleCheckPendingRequests' in value &&
    typeof value.scheduleCheckPendingRequests === 'function'
  );
}
