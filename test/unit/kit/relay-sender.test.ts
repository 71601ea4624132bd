// What a relay sends: numbered without a gap, in bounded batches, each acknowledgement looked at.
import { expect, it } from 'vitest';
import { systemClock } from '../../../gateway/clock.ts';
import { createMemoryLog } from '../../../gateway/purge/memory-log.ts';
import { type PurgeEvent, parsePurgeRecord, type WireRecord } from '../../../schema/purge-event.ts';
import { PurgeLogError, type PurgeLogProducer } from '../../../subgraphs/kit/purge-log.ts';
import { createSender, LogTrouble, type Outgoing } from '../../../subgraphs/kit/relay-sender.ts';

interface Setting {
  readonly batches: WireRecord[][];
  readonly sender: ReturnType<typeof createSender>;
}

/** @param shape lets a test refuse a batch or change its offset */
function openSender(shape: (batch: readonly WireRecord[], offset: number) => number = (_, offset) => offset): Setting {
  const log = createMemoryLog({ clock: systemClock(), name: 'log' });
  const batches: WireRecord[][] = [];
  const shaped: PurgeLogProducer = {
    ...log,
    async append(records) {
      shape(records, 0);
      const { baseOffset } = await log.append(records);
      batches.push([...records]);
      return { baseOffset: shape(records, baseOffset) };
    },
  };
  return {
    batches,
    sender: createSender({ log: shaped, source: 'catalog', logId: 'log' }),
  };
}

const entity = (upc: string): Outgoing => ({
  id: upc,
  event: { kind: 'entity', type: 'Product', keys: [{ upc }], op: 'update', list: false, tags: [], ts: 1 },
});
const numbers = (batches: readonly (readonly WireRecord[])[]): number[] =>
  batches
    .flat()
    .map((record) => parsePurgeRecord(record))
    .map((parsed) => (parsed.kind === 'unreadable' ? Number.NaN : (parsed.origin?.number ?? Number.NaN)));
const noted = (): { counts: number[]; note: (batch: readonly Outgoing[]) => Promise<void> } => {
  const counts: number[] = [];
  return { counts, note: async (batch) => void counts.push(batch.length) };
};

it('counts purges on by one, and a heartbeat repeats the last number', async () => {
  const { batches, sender } = openSender();
  const heartbeat = { asOfAt: 5, system: 's', timeline: 1 };
  await sender.beat(heartbeat);
  const { counts, note } = noted();
  await sender.send([entity('a'), entity('b')], note);
  await sender.beat(heartbeat);
  await sender.send([entity('c')], note);
  expect(numbers(batches)).toEqual([0, 1, 2, 2, 3]);
  expect(counts).toEqual([2, 1]);
});

it('gives each record the id of its event, and records of one entity one key', async () => {
  const { batches, sender } = openSender();
  await sender.send([entity('a'), entity('b'), { ...entity('a'), id: 'again' }], async () => undefined);
  const [a, b, again] = batches.flat();
  expect([a?.headers.ce_id, b?.headers.ce_id, again?.headers.ce_id]).toEqual(['a', 'b', 'again']);
  expect(a?.key).toBe(again?.key);
  expect(a?.key).not.toBe(b?.key);
});

it('sends no batch of more than 500 records or about half a MiB', async () => {
  const { batches, sender } = openSender();
  await sender.send(
    Array.from({ length: 1_201 }, (_, index) => entity(`${index}`)),
    async () => undefined,
  );
  expect(batches.map((batch) => batch.length)).toEqual([500, 500, 201]);
  batches.length = 0;
  await sender.send(
    Array.from({ length: 10 }, (_, index) => entity('x'.repeat(150_000) + index)),
    async () => undefined,
  );
  expect(batches.map((batch) => batch.length)).toEqual([3, 3, 3, 1]);
  expect(numbers(batches)).toEqual(Array.from({ length: 10 }, (_, index) => 1_202 + index));
});

it('waits for each batch to be noted before it sends the next', async () => {
  const { batches, sender } = openSender();
  const atNote: number[] = [];
  await sender.send(
    Array.from({ length: 1_000 }, (_, index) => entity(`${index}`)),
    async () => {
      await new Promise((resolve) => setImmediate(resolve));
      atNote.push(batches.length);
    },
  );
  expect(atNote).toEqual([1, 2]);
});

it('halves a batch that the log does not take, with the numbers that it had', async () => {
  const { batches, sender } = openSender((batch, offset) => {
    if (batch.length > 2) throw new PurgeLogError('too-large', 'no');
    return offset;
  });
  const { counts, note } = noted();
  await sender.send(['a', 'b', 'c', 'd', 'e'].map(entity), note);
  expect(numbers(batches)).toEqual([1, 2, 3, 4, 5]);
  expect(counts).toEqual([2, 1, 2]);
});

it('sends a purge of everything for one event that the log does not take, and gives up when it does not take that', async () => {
  const refuseEntities = openSender((batch, offset) => {
    if (batch.some((record) => record.value.includes('Product'))) throw new PurgeLogError('too-large', 'no');
    return offset;
  });
  const { counts, note } = noted();
  const event: PurgeEvent = { kind: 'type', subgraph: 'one', type: 'Product', tags: [], ts: 7 };
  await refuseEntities.sender.send([{ id: 'a', event }], note);
  expect(counts).toEqual([1]);
  expect(JSON.parse(refuseEntities.batches[0]?.[0]?.value ?? '')).toEqual({
    subgraph: 'one',
    op: 'subgraph',
    reason: 'an event was larger than the log takes',
    ts: 7,
  });
  const refuseAll = openSender(() => {
    throw new PurgeLogError('too-large', 'no');
  });
  await expect(refuseAll.sender.send([entity('a')], note)).rejects.toBeInstanceOf(LogTrouble);
});

const ANOTHER = 'it was made anew or lost its end';

it('says that the log is another one when an offset does not lie beyond all records of the batch before', async () => {
  let offset = 100;
  const { sender } = openSender((_, real) => (real === 0 ? 0 : offset));
  await sender.send([entity('a'), entity('b'), entity('c')], async () => undefined);
  offset = 103;
  await sender.send([entity('d')], async () => undefined);
  offset = 103;
  await expect(sender.send([entity('e')], async () => undefined)).rejects.toThrow(ANOTHER);
  const overlapping = openSender((_, real) => (real === 0 ? 0 : offset));
  await overlapping.sender.send([entity('a'), entity('b'), entity('c')], async () => undefined);
  offset = 105;
  await expect(overlapping.sender.beat({ asOfAt: 1, system: 's', timeline: 1 })).rejects.toThrow(ANOTHER);
});

it('says that the log could not be reached, with the cause in its words', async () => {
  const { sender } = openSender(() => {
    throw new PurgeLogError('unreachable', 'no broker');
  });
  await expect(sender.send([entity('a')], async () => undefined)).rejects.toThrow(
    'the purge log did not take a record: no broker',
  );
});

it('hands on what goes wrong while a batch is noted as it is: that is not the log', async () => {
  const { sender } = openSender();
  const lost = new Error('the connection to the database');
  await expect(sender.send([entity('a')], () => Promise.reject(lost))).rejects.toBe(lost);
});
