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

  it('shows the first record of a batch where it was acknowledged, exactly as it was sent', async () => {
    const log = await given();
    const whole: WireRecord = {
      key: 'the key',
      headers: { ce_id: 'ünï/1', ce_source: 'a', empty: '' },
      value: JSON.stringify({ text: 'żółć 🐌 \u0000' }),
    };
    const first = await log.append([record('before')]);
    const { baseOffset } = await log.append([whole, record('b')]);
    await log.append([record('c')]);
    expect(await log.readAt(baseOffset)).toEqual(whole);
    expect(await log.readAt(first.baseOffset)).toEqual(record('before'));
  });

  it('keeps a record without a key, and one as large as may be', async () => {
    const log = await given();
    const { baseOffset } = await log.append([record('x'.repeat(LARGEST_RECORD_BYTES))]);
    const read = await log.readAt(baseOffset);
    expect(read?.key).toBeNull();
    expect(read?.value).toHaveLength(LARGEST_RECORD_BYTES);
  });

  it('shows nothing where nothing stands', async () => {
    const log = await given();
    const { baseOffset } = await log.append([record('a')]);
    expect(await log.readAt(baseOffset + 1)).toBeNull();
    expect(await log.readAt(baseOffset + 1_000_000)).toBeNull();
    expect(await log.readAt(-1)).toBeNull();
  });

  it('keeps apart records that are sent at the same time', async () => {
    const log = await given();
    const acks = await Promise.all(Array.from({ length: 20 }, (_, index) => log.append([record(`${index}`)])));
    expect(new Set(acks.map(({ baseOffset }) => baseOffset)).size).toBe(20);
    for (const [index, { baseOffset }] of acks.entries())
      expect((await log.readAt(baseOffset))?.value).toBe(`${index}`);
  });

  it('takes and shows nothing once it is closed, however often', async () => {
    const log = await given();
    await log.append([record('a')]);
    await log.close();
    await expect(log.append([record('b')])).rejects.toThrow();
    await expect(log.readAt(0)).rejects.toThrow();
    await log.close();
  });
}

function record(value: string): WireRecord {
  return { key: null, headers: { ce_source: 'a' }, value };
}
