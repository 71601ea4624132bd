// What every purge log does for a gateway, on Kafka as in process: a suite for each of them to pass.

import { randomUUID } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { GatewayError } from '../../gateway/errors.ts';
import type { LogEntry, OpenedLog, PurgeLog } from '../../gateway/purge/log.ts';
import type { WireRecord } from '../../schema/purge-event.ts';
import { eventually, within } from '../support/eventually.ts';

export interface LogUnderTest {
  readonly log: PurgeLog;
  /** The same log as another gateway has it; the very same object where there can be no other gateway. */
  other(): PurgeLog;
  nowAt(): number;
  /** Lets at least one millisecond of the log's time pass. */
  pass(): Promise<void>;
  dispose(): Promise<void>;
}

interface Seen {
  opened: OpenedLog | null;
  readonly entries: LogEntry[];
}

const WAIT = { timeoutMs: 20_000 };
/** On Kafka, members that left one test may still be known in the next. */
const newGroup = (): string => `group-${randomUUID()}`;

export function purgeLogContract(setUp: () => Promise<LogUnderTest>): void {
  let disposals: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const dispose of disposals) await dispose();
    disposals = [];
  });
  const given = async (): Promise<LogUnderTest> => {
    const under = await setUp();
    disposals.push(under.dispose);
    return under;
  };

  it('hands over every record in order, and each says what came before it', async () => {
    const { log } = await given();
    const before = await log.append([record('a'), record('b')]);
    const seen = readAll(log);
    await eventually(() => seen.entries.length === 2, WAIT);
    const after = await log.append([record('c')]);
    await eventually(() => seen.entries.length === 3, WAIT);
    expect(seen.entries.map((entry) => entry.record.value)).toEqual(['a', 'b', 'c']);
    expect(seen.entries[0]?.offset).toBe(before.baseOffset);
    expect(seen.entries[2]?.offset).toBe(after.baseOffset);
    expectChain(seen);
  });

  it('says when it is opened where it will begin and where it ends now', async () => {
    const { log } = await given();
    const { baseOffset } = await log.append([record('a'), record('b')]);
    const seen = readAll(log);
    const { position, endPosition } = await eventually(() => seen.opened, WAIT);
    expect(position).toBeLessThan(baseOffset);
    await eventually(() => seen.entries.length === 2, WAIT);
    expect(seen.entries.at(-1)?.offset).toBe(endPosition);
    expect(await log.endPosition()).toBe(endPosition);
  });

  it('that is empty ends where it begins', async () => {
    const { log } = await given();
    const seen = readAll(log);
    const { position, endPosition } = await eventually(() => seen.opened, WAIT);
    expect(endPosition).toBe(position);
    const { baseOffset } = await log.append([record('a')]);
    expect(baseOffset).toBeGreaterThan(position);
    await eventually(() => seen.entries.length === 1, WAIT);
    expectChain(seen);
  });

  it('begins at a time, not before', async () => {
    const { log, nowAt, pass } = await given();
    await log.append([record('old')]);
    await pass();
    const fromAt = nowAt();
    const { baseOffset } = await log.append([record('new')]);
    const seen = readAll(log, fromAt);
    await eventually(() => seen.entries.length === 1, WAIT);
    expect(seen.entries[0]?.offset).toBe(baseOffset);
    expectChain(seen);
  });

  it('begins at its end when nothing is as young as asked', async () => {
    const { log, nowAt } = await given();
    await log.append([record('old')]);
    const seen = readAll(log, nowAt() + 60_000);
    const { position, endPosition } = await eventually(() => seen.opened, WAIT);
    expect(position).toBe(endPosition);
    await log.append([record('new')]);
    await eventually(() => seen.entries.length === 1, WAIT);
    expect(seen.entries.map((entry) => entry.record.value)).toEqual(['new']);
  });

  it('changes nothing in a record', async () => {
    const { log } = await given();
    const records: WireRecord[] = [
      { key: null, headers: { ce_id: 'ä/€', 'content-type': 'application/json' }, value: '{"name":"żółw 🐢"}' },
      { key: 'k', headers: {}, value: '' },
      { key: 'k', headers: { a: '' }, value: 'x'.repeat(300_000) },
    ];
    await log.append(records);
    const seen = readAll(log);
    await eventually(() => seen.entries.length === records.length, WAIT);
    expect(seen.entries.map((entry) => entry.record)).toEqual(records);
  });

  it('gives offsets that only grow', async () => {
    const { log } = await given();
    let last = -1;
    for (const value of ['a', 'b', 'c']) {
      const { baseOffset } = await log.append([record(value), record(value)]);
      expect(baseOffset).toBeGreaterThan(last);
      last = baseOffset + 1;
    }
    expect(await log.endPosition()).toBe(last);
  });

  it('hands each record to one member of a group, those too that were there before', async () => {
    const { log, other } = await given();
    const group = newGroup();
    await log.append([record('0')]);
    const done: string[] = [];
    const work = async ({ record: { value } }: LogEntry): Promise<void> => void done.push(value);
    const failing = (error: unknown): void => void done.push(String(error));
    log.share(group, work, failing);
    await eventually(() => done.includes('0'), WAIT);
    other().share(group, work, failing);
    for (let n = 1; n < 20; n += 1) await log.append([record(String(n))]);
    await eventually(() => new Set(done).size === 20, WAIT);
    expect([...done].sort()).toEqual(Array.from({ length: 20 }, (_, n) => String(n)).sort());
  });

  it('goes on with the next record when a member of a group fails', async () => {
    const { log } = await given();
    const tried: string[] = [];
    const work = ({ record: { value } }: LogEntry): Promise<void> => {
      tried.push(value);
      return Promise.reject(new TypeError('a defect'));
    };
    log.share(newGroup(), work, () => undefined);
    await log.append([record('a'), record('b')]);
    await eventually(() => tried.length === 2, WAIT);
  });

  it('that is closed hands over nothing and takes nothing', async () => {
    const { log, other } = await given();
    const seen = readAll(log);
    await log.append([record('a')]);
    await eventually(() => seen.entries.length === 1, WAIT);
    await log.close();
    for (const ask of [() => log.append([record('b')]), () => log.endPosition(), () => log.setAside([record('b')])]) {
      await expect(ask()).rejects.toSatisfy(
        (error) => error instanceof GatewayError && error.code === 'PURGE_LOG_UNREACHABLE',
      );
    }
    if (other() !== log) await other().append([record('c')]);
    expect(seen.entries).toHaveLength(1);
  });

  it('that is closed at the moment when it is opened closes all the same', async () => {
    const { log } = await given();
    const { promise: closed, resolve, reject } = Promise.withResolvers<void>();
    log.read(0, {
      opened: () => void log.close().then(resolve, reject),
      read: () => undefined,
      resumeFrom: () => 0,
      failing: () => undefined,
    });
    await within(WAIT.timeoutMs, 'the log to be closed', closed);
  });

  it('says that there is no dead-letter topic where there is none', async () => {
    const { log } = await given();
    await expect(log.setAside([record('a')])).resolves.toBe('no-topic');
  });
}

export function record(value: string): WireRecord {
  return { key: null, headers: { ce_id: value }, value };
}

export function readAll(log: PurgeLog, fromAt = 0): Seen {
  const seen: Seen = { opened: null, entries: [] };
  log.read(fromAt, {
    opened(opened) {
      seen.opened = opened;
    },
    read: (entry) => void seen.entries.push(entry),
    resumeFrom: () => seen.entries.at(-1)?.offset ?? (seen.opened?.position ?? -1) + 1,
    failing: () => undefined,
  });
  return seen;
}

function expectChain({ opened, entries }: Seen): void {
  let previous = opened?.position;
  for (const { offset, previousOffset } of entries) {
    expect(previousOffset).toBe(previous);
    previous = offset;
  }
}
