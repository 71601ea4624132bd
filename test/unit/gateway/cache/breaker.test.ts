// The breaker: leaves a failing shard alone, tries it with one call, and never forgets to try again.
import { describe, expect, it } from 'vitest';
import { type Breaker, createBreaker } from '../../../../gateway/cache/breaker.ts';

const LIMITS = { failureCount: 3, firstPauseMs: 100, longestPauseMs: 350 };

function opened(): Breaker {
  const breaker = createBreaker(LIMITS);
  for (let failure = 0; failure < 3; failure += 1) breaker.failed(0);
  return breaker;
}

describe('a breaker', () => {
  it('opens after failures in a row, not after as many with a success between them', () => {
    const breaker = createBreaker(LIMITS);
    for (const outcome of ['failed', 'failed', 'succeeded', 'failed', 'failed'] as const) breaker[outcome](0);
    expect(breaker.admits(0)).toBe(true);
    breaker.failed(0);
    expect(breaker.admits(0)).toBe(false);
  });

  it('lets one call through after the pause and holds the others until its outcome is known', () => {
    const breaker = opened();
    expect(breaker.admits(99)).toBe(false);
    expect([breaker.admits(100), breaker.admits(100), breaker.admits(5_000)]).toEqual([true, false, false]);
    breaker.succeeded();
    expect([breaker.admits(5_001), breaker.admits(5_001)]).toEqual([true, true]);
  });

  it('waits twice as long after each probe that fails, up to a limit', () => {
    const breaker = opened();
    let nowMs = 0;
    for (const pauseMs of [100, 200, 350, 350]) {
      expect(breaker.admits(nowMs + pauseMs - 1)).toBe(false);
      nowMs += pauseMs;
      expect(breaker.admits(nowMs)).toBe(true);
      breaker.failed(nowMs);
    }
  });

  it('is not closed by an answer to a call that was sent before it opened', () => {
    const breaker = opened();
    breaker.succeeded();
    expect(breaker.admits(50)).toBe(false);
  });

  it('is not kept open longer by failures of calls that were sent before it opened', () => {
    const breaker = opened();
    breaker.failed(90);
    expect(breaker.admits(100)).toBe(true);
  });

  it('tries at once when something speaks for the shard, still with one call', () => {
    const breaker = opened();
    breaker.tryNow();
    expect([breaker.admits(1), breaker.admits(1)]).toEqual([true, false]);
    breaker.failed(1);
    expect(breaker.admits(200)).toBe(false);
  });
});
