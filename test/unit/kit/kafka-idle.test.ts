// The correction of kafkajs' idle timer: nothing runs while nothing waits, and what waits is still sent.
import { createRequire } from 'node:module';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { quietIdleConnections } from '../../../subgraphs/kit/kafka-idle.ts';

interface Queue {
  push(request: {
    entry: { correlationId: number; resolve(): void; reject(): void };
    expectResponse: boolean;
    sendRequest(): void;
  }): void;
  fulfillRequest(response: { correlationId: number; payload: null; size: number }): void;
  maybeThrottle(spanMs: number): void;
  checkPendingRequests(): void;
  destroy(): void;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function openQueue(maxInFlightRequests: number | null): { queue: Queue; sent: number[]; push(id: number): void } {
  quietIdleConnections();
  quietIdleConnections();
  const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue');
  const logger = { debug: () => undefined, warn: () => undefined };
  const queue: Queue = new RequestQueue({
    maxInFlightRequests,
    requestTimeout: 1_000,
    enforceRequestTimeout: false,
    clientId: 'a',
    broker: 'b',
    logger,
  });
  const sent: number[] = [];
  return {
    queue,
    sent,
    push(correlationId) {
      const entry = { correlationId, resolve: () => undefined, reject: () => undefined };
      queue.push({ entry, expectResponse: true, sendRequest: () => void sent.push(correlationId) });
    },
  };
}

it('arms no timer while no request waits', () => {
  const { queue, sent, push } = openQueue(null);
  push(1);
  queue.fulfillRequest({ correlationId: 1, payload: null, size: 0 });
  queue.checkPendingRequests();
  expect(sent).toEqual([1]);
  expect(vi.getTimerCount()).toBe(0);
});

it('sends a request that a throttled connection held back, when the throttling ends', () => {
  const { queue, sent, push } = openQueue(null);
  queue.maybeThrottle(500);
  push(1);
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(499);
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(20);
  expect(sent).toEqual([1]);
  queue.fulfillRequest({ correlationId: 1, payload: null, size: 0 });
  vi.advanceTimersByTime(20);
  expect(vi.getTimerCount()).toBe(0);
});

it('sends what waited for another answer as soon as that is there', () => {
  const { queue, sent, push } = openQueue(1);
  push(1);
  push(2);
  expect(sent).toEqual([1]);
  queue.fulfillRequest({ correlationId: 1, payload: null, size: 0 });
  expect(sent).toEqual([1, 2]);
});
