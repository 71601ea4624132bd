// Waiting with a deadline.
import { describe, expect, it } from 'vitest';
import { withinDeadline } from '../../../../gateway/cache/deadline.ts';

const never = new Promise<never>(() => undefined);

describe('a wait with a deadline', () => {
  it('ends with what the promise did, when it did it in time', async () => {
    expect(await withinDeadline(10_000, Promise.resolve(1))).toEqual({ kind: 'done', value: 1 });
    const cause = new Error('no');
    expect(await withinDeadline(10_000, Promise.reject(cause))).toEqual({ kind: 'failed', cause });
  });

  it('ends at the deadline when the promise does nothing', async () => {
    const startMs = performance.now();
    expect(await withinDeadline(20, never)).toEqual({ kind: 'late' });
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(19);
  });

  it('leaves no unhandled rejection when the promise fails after it', async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    expect(await withinDeadline(1, promise)).toEqual({ kind: 'late' });
    reject(new Error('too late'));
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('takes an answer that lay waiting while this process was busy', async () => {
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise<unknown>((resolve) => port2.on('message', resolve));
    const wait = withinDeadline(5, answer);
    port1.postMessage('there');
    const untilMs = performance.now() + 30;
    while (performance.now() < untilMs);
    expect(await wait).toEqual({ kind: 'done', value: 'there' });
    port1.close();
  });
});
