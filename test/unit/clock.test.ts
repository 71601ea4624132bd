// The gateway's clock: runs on, sleeps with the machine, and follows nobody who sets the wall clock.

import { expect, it } from 'vitest';
import { clockOf, systemClock, systemTimer } from '../../gateway/clock.ts';

function machine() {
  const time = { wall: 1_000_000, monotonic: 50, slept: 0, uptimeReadCount: 0 };
  const clock = clockOf({
    wallAt: () => time.wall,
    monotonicMs: () => time.monotonic,
    uptimeMs: () => {
      time.uptimeReadCount += 1;
      return 7_000 + time.monotonic + time.slept;
    },
  });
  const pass = (ms: number): void => {
    time.wall += ms;
    time.monotonic += ms;
  };
  const sleep = (ms: number): void => {
    time.wall += ms;
    time.slept += ms;
  };
  return { time, clock, pass, sleep };
}

it('begins at wall time and runs on', () => {
  const { clock, pass } = machine();
  expect(clock.nowAt()).toBe(1_000_000);
  pass(1_234.5);
  expect(clock.nowAt()).toBe(1_001_234.5);
});

it('does not follow a wall clock that is set back or forward', () => {
  for (const step of [-10_000, 10_000]) {
    const { clock, pass, time } = machine();
    time.wall += step;
    pass(100);
    expect(clock.nowAt()).toBe(1_000_100);
  }
});

it('counts the sleep of the machine at once, again and again', () => {
  const { clock, pass, sleep } = machine();
  sleep(3_600_000);
  expect(clock.nowAt()).toBe(4_600_000);
  pass(10);
  sleep(60_000);
  expect(clock.nowAt()).toBe(4_660_010);
});

it('counts a sleep also when the wall clock was set before', () => {
  const { clock, sleep, time } = machine();
  time.wall -= 10_000;
  expect(clock.nowAt()).toBe(1_000_000);
  sleep(60_000);
  expect(clock.nowAt()).toBe(1_060_000);
});

it('asks how long the machine has run only when the wall clock surprises it', () => {
  const { clock, pass, time } = machine();
  const before = time.uptimeReadCount;
  for (let n = 0; n < 100; n += 1) {
    pass(100);
    clock.nowAt();
  }
  expect(time.uptimeReadCount).toBe(before);
  time.wall += 10_000;
  for (let n = 0; n < 100; n += 1) clock.nowAt();
  expect(time.uptimeReadCount).toBe(before + 1);
});

it('of this process agrees with the wall clock', () => {
  expect(Math.abs(systemClock().nowAt() - Date.now())).toBeLessThan(1_000);
});

it('has timers that run once, or not when called off', async () => {
  let runs = 0;
  systemTimer(1, () => {
    runs += 100;
  })();
  await new Promise<void>((done) => systemTimer(5, done));
  expect(runs).toBe(0);
});
