// Dead letters: into their topic with the reason, into the log where there is none, and never waited for.

import { expect, it } from 'vitest';
import { createDeadLetters } from '../../../gateway/purge/dead-letters.ts';
import type { PurgeLog } from '../../../gateway/purge/log.ts';
import type { WireRecord } from '../../../schema/purge-event.ts';
import { collectingLogger, countingMetrics } from './purge-world.ts';

const record = (id: number): WireRecord => ({ key: 'k', headers: { ce_id: String(id), ce_source: 's' }, value: '{' });

function setUp(setAside: PurgeLog['setAside'], maxWaiting?: number) {
  const logger = collectingLogger();
  const metrics = countingMetrics();
  const options = { log: { setAside }, logger, metrics };
  const letters = createDeadLetters(maxWaiting === undefined ? options : { ...options, maxWaiting });
  return { letters, logger, metrics };
}

it('keeps the record as it came and adds offset and reason', async () => {
  const kept: WireRecord[] = [];
  const { letters, logger } = setUp(async (records) => {
    kept.push(...records);
    return 'kept';
  });
  letters.put(record(1), 77, 'expected JSON');
  await letters.idle();
  const headers = { ce_id: '1', ce_source: 's', freshet_offset: '77', freshet_reason: 'expected JSON' };
  expect(kept).toEqual([{ ...record(1), headers }]);
  expect(logger.lines).toEqual([]);
});

it('writes what has no topic to the log', async () => {
  const { letters, logger } = setUp(async () => 'no-topic');
  letters.put(record(1), 77, 'expected JSON');
  await letters.idle();
  expect(logger.lines).toHaveLength(1);
  expect(logger.lines[0]).toMatch(/error dead letter.*"offset":"77","reason":"expected JSON","value":"\{"/);
});

it('writes what cannot be sent to the log and goes on with the next', async () => {
  let calls = 0;
  const { letters, logger } = setUp(async () => {
    calls += 1;
    if (calls === 1) throw new Error('away');
    return 'kept';
  });
  letters.put(record(1), 1, 'bad');
  await letters.idle();
  letters.put(record(2), 2, 'bad');
  await letters.idle();
  expect([calls, logger.lines.length]).toEqual([2, 1]);
});

it('never waits for a log that does not answer: what comes on top is counted and written down', () => {
  const { letters, logger, metrics } = setUp(() => new Promise(() => undefined), 10);
  for (let n = 0; n < 100; n += 1) letters.put(record(n), n, 'bad');
  expect(metrics.drops.length).toBeGreaterThanOrEqual(80);
  expect(logger.lines).toHaveLength(metrics.drops.length);
});
