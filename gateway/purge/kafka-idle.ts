// Corrects kafkajs 2.2.4: an idle connection arms a timer of 1 ms again and again, 3% of a core.

import { createRequire } from 'node:module';

interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests(): void;
}

/** The subgraph kit has its own correction; whoever comes second leaves the first. */
const CORRECTED = Symbol.for('freshet.kafka-idle-corrected');

/**
 * The timer looks for requests that are held back though there are none. Now it is armed only when there are: who holds
 * a request back asks for it. For the whole process; again without effect.
 * @throws {Error} when kafkajs is not built as expected
 */
export function correctIdleTimers(): void {
  const queueClass: unknown = createRequire(import.meta.url)('kafkajs/src/network/requestQueue');
  const prototype: unknown = typeof queueClass === 'function' ? queueClass.prototype : undefined;
  if (!isRequestQueue(prototype)) throw new Error('Expected the RequestQueue of kafkajs 2.2.4, found another kafkajs');
  if (CORRECTED in prototype) return;
  const original = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function schedule(this: RequestQueue): void {
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
