// What a relay relies on in whatever it writes to: a suite for each purge log to pass.

import { afterEach, expect, it } from 'vitest';
import { LARGEST_RECORD_BYTES, type WireRecord } from '../../schema/purge-event.ts';
import type { PurgeLogProducer } from '../../subgraphs/kit/purge-log.ts';

/** @param open gives an empty log, or one that others have written to */
export function purgeLogProducerContract(open: () => Promise<PurgeLogProducer>): void {
  const opened: PurgeLogProducer[] = [];
  const given = async (): Promise<PurgeLogProducer> => {
    const log = await open();
    opened.push(log);
    return log;
  };
  afterEach(async () => {
    for (const log of opened.splice(0)) await log.close();
  });

  it('gives each batch an offset beyond all records of the one before', async () => {
    const log = await given();
    let least = 0;
    for (const length of [1, 5, 1, 100, 1]) {
      const { baseOffset } = await log.append(Array.from({ length }, (_, index) => record(`${length}/${index}`)));
      expect(baseOffset).toBeGreaterThanOrEqual(least);
      expect(Number.isSafeInteger(baseOffset)).toBe(true);
      least = baseOffset + length;
    }
  });

  it('takes a record as large as may be', async () => {
    const log = await given();
    await expect(log.append([record('x'.repeat(LARGEST_RECORD_BYTES))])).resolves.toBeDefined();
  });

  it('keeps apart records that are sent at the same time', async () => {
    const log = await given();
    const acks = await Promise.all(Array.from({ length: 20 }, (_, index) => log.append([record(`${index}`)])));
    expect(new Set(acks.map(({ baseOffset }) => baseOffset)).size).toBe(20);
  });

  it('takes nothing once it is closed, however often', async () => {
    const log = await given();
    await log.append([record('a')]);
    await log.close();
    await expect(log.append([record('b')])).rejects.toThrow();
    await log.close();
  });
}

function record(value: string): WireRecord {
  return { key: null, headers: { ce_source: 'a' }, value };
}
