// The table of records: against the plainest model, a Map of what was put in.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOBODY } from '../../../../gateway/cache/eviction-queues.ts';
import { createHashIndex } from '../../../../gateway/cache/hash-index.ts';
import { createRecordTable, type RecordTable, type TableKey } from '../../../../gateway/cache/record-table.ts';
import { stringBytes } from '../../../../gateway/cache/resident-bytes.ts';

const MAX_BYTES = 20_000;
const SEED = 7;

type Step =
  | { readonly do: 'put'; readonly key: TableKey; readonly size: number }
  | { readonly do: 'use' | 'remove'; readonly key: TableKey }
  | { readonly do: 'evict' };

const key: fc.Arbitrary<TableKey> = fc.record({
  prefix: fc.constantFrom('a/', 'b/', 'c/'),
  head: fc.constantFrom('', '/v/', '/w/'),
  keyText: fc.nat(60).map(String),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('put' as const), key, size: fc.nat(1_000) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('use' as const, 'remove' as const), key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('evict' as const) }) },
);
const idOf = ({ head, keyText }: TableKey): string => head + keyText;
const textOf = (one: TableKey): string => one.prefix + idOf(one);

interface Held {
  readonly text: string;
  readonly size: number;
}

function put(table: RecordTable<Held>, one: TableKey, size: number): void {
  const record = table.find(one);
  const held = { text: textOf(one), size };
  if (record === NOBODY) table.insert(one, idOf(one), held, size);
  else table.replace(record, held, size);
}

describe('the table of records', () => {
  it('finds, counts and walks what was put in and not removed, whatever happened in between', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const table = createRecordTable<Held>(MAX_BYTES, SEED);
        const model = new Map<string, { readonly key: TableKey; readonly size: number }>();
        for (const one of steps) {
          if (one.do === 'evict') {
            const held = table.evict();
            expect(held === null).toBe(model.size === 0);
            if (held !== null) expect(model.get(held.text)?.size).toBe(held.size);
            model.delete(held?.text ?? '');
            continue;
          }
          const text = textOf(one.key);
          const record = table.find(one.key);
          expect(record === NOBODY).toBe(!model.has(text));
          if (one.do === 'put') {
            put(table, one.key, one.size);
            model.set(text, { key: one.key, size: one.size });
          } else if (record !== NOBODY && one.do === 'use') table.use(record);
          else if (record !== NOBODY) {
            table.remove(record);
            model.delete(text);
          }
        }
        expect(table.count()).toBe(model.size);
        for (const [text, { key: known, size }] of model) {
          const record = table.find(known);
          expect([table.held(record), table.idOf(record)]).toEqual([{ text, size }, idOf(known)]);
        }
        const walked = [...table.within('a/')].map((record) => table.held(record).text).sort();
        expect(walked).toEqual([...model.keys()].filter((text) => text.startsWith('a/')).sort());
        const before = table.bytes();
        const heldBytes = [...model.values()].reduce(
          (sum, { key: one, size }) => sum + size + stringBytes(idOf(one)),
          0,
        );
        for (const { key: one } of model.values()) table.replace(table.find(one), { text: '', size: 0 }, 0);
        const idBytes = [...model.values()].reduce((sum, { key: one }) => sum + stringBytes(idOf(one)), 0);
        expect(before - table.bytes()).toBe(heldBytes - idBytes);
        while (table.evict() !== null);
        expect([table.bytes(), table.count()]).toEqual([0, 0]);
      }),
      { numRuns: 500 },
    );
  });

  it('tells records apart though all their hashes are the same number by chance', () => {
    const index = createHashIndex();
    fc.assert(
      fc.property(
        fc.array(fc.record({ hash: fc.constantFrom(1, 17, 33, 2, -1), number: fc.nat(30), add: fc.boolean() })),
        (steps) => {
          index.clear();
          const model = new Set<string>();
          for (const { hash, number, add } of steps) {
            const text = `${hash}/${number}`;
            if (add && !model.has(text)) {
              index.add(hash, number);
              model.add(text);
            } else if (!add) {
              index.delete(hash, number);
              model.delete(text);
            }
            const found: string[] = [];
            for (const one of [1, 17, 33, 2, -1])
              for (let place = index.first(one); place >= 0; place = index.next(place, one))
                found.push(`${one}/${index.at(place)}`);
            expect(found.sort()).toEqual([...model].sort());
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
