// The log in process keeps the contract of purge logs, and what is its own: a bound, and offsets that are times.

import { describe, expect, it } from 'vitest';
import { createMemoryLog } from '../../gateway/purge/memory-log.ts';
import { eventually } from '../support/eventually.ts';
import { purgeLogContract, readAll, record } from './purge-log.ts';

function createClock() {
  const clock = { at: 1_700_000_000_000 };
  return { clock, nowAt: () => clock.at };
}

describe('the purge log in process', () => {
  purgeLogContract(async () => {
    const { clock, nowAt } = createClock();
    const log = createMemoryLog({ clock: { nowAt }, name: 'log' });
    return {
      log,
      other: () => log,
      nowAt,
      pass: async () => {
        clock.at += 1;
      },
      dispose: () => log.close(),
    };
  });

  it('numbers records by the time in microseconds, and goes on when the clock stands still or falls', async () => {
    const { clock, nowAt } = createClock();
    const log = createMemoryLog({ clock: { nowAt }, name: 'log' });
    const start = clock.at * 1000;
    expect(await log.append([record('a'), record('b')])).toEqual({ baseOffset: start + 1 });
    clock.at += 5;
    expect(await log.append([record('c')])).toEqual({ baseOffset: start + 5_000 });
    clock.at -= 5;
    expect(await log.append([record('d')])).toEqual({ baseOffset: start + 5_001 });
    await log.close();
  });

  it.each([
    ['records', { maxRecords: 10 }],
    ['characters', { maxLength: 40 }],
  ])('keeps no more than its bound of %s, and who reads too slowly sees the hole', async (_, bound) => {
    const { nowAt } = createClock();
    const log = createMemoryLog({ clock: { nowAt }, name: 'log', ...bound });
    const seen = readAll(log);
    const first = await log.append([record('0')]);
    await eventually(() => seen.entries.length === 1);
    for (let n = 1; n <= 100; n += 1) await log.append([record(String(n).padStart(4, '0'))]);
    await eventually(() => seen.entries.at(-1)?.record.value === '0100');
    expect(seen.entries.length).toBe(11);
    expect(seen.entries[1]?.previousOffset).toBeGreaterThan(first.baseOffset);
    await log.close();
  });
});
