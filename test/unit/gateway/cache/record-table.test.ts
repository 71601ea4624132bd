// The table of records: against the plainest model, a list in the order of use.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRecordTable, type RecordTable } from '../../../../gateway/cache/record-table.ts';

type Step =
  | { readonly do: 'put'; readonly key: string; readonly size: number }
  | { readonly do: 'touch' | 'remove'; readonly key: string }
  | { readonly do: 'evict' };

const key = fc.constantFrom('a/1', 'a/2', 'a/3', 'b/1', 'b/2', 'c/1');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('put' as const), key, size: fc.nat(1_000) }),
  fc.record({ do: fc.constantFrom('touch' as const, 'remove' as const), key }),
  fc.record({ do: fc.constant('evict' as const) }),
);

const halves = (text: string) => ({ prefix: text.slice(0, 2), id: text.slice(2) });

function put(table: RecordTable<number>, text: string, size: number): void {
  const known = table.find(halves(text));
  if (known === undefined) table.insert(halves(text), size, size);
  else table.replace(known, size, size);
}

describe('the table of records', () => {
  it('finds, orders and counts as a list in the order of use would', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const table = createRecordTable<number>();
        // The most recently used last.
        let model: { key: string; size: number }[] = [];
        for (const one of steps) {
          const without = 'key' in one ? model.filter((entry) => entry.key !== one.key) : model;
          if (one.do === 'put') {
            put(table, one.key, one.size);
            model = [...without, { key: one.key, size: one.size }];
          } else if (one.do === 'evict') {
            const oldest = table.oldest();
            expect(oldest === null ? null : oldest.group.prefix + oldest.id).toBe(model[0]?.key ?? null);
            if (oldest !== null) table.remove(oldest);
            model = model.slice(1);
          } else {
            const record = table.find(halves(one.key));
            const known = model.find((entry) => entry.key === one.key);
            expect(record?.held).toBe(known?.size);
            if (record !== undefined && one.do === 'touch') table.touch(record);
            if (record !== undefined && one.do === 'remove') table.remove(record);
            model = known !== undefined && one.do === 'touch' ? [...without, known] : without;
          }
          expect(table.count()).toBe(model.length);
        }
        const overhead = table.bytes() - model.reduce((sum, { size }) => sum + size, 0);
        expect(overhead % (model.length || 1)).toBe(0);
        for (const entry of model) {
          const oldest = table.oldest();
          expect(oldest === null ? null : oldest.group.prefix + oldest.id).toBe(entry.key);
          if (oldest !== null) table.remove(oldest);
        }
        expect([table.bytes(), table.count(), table.oldest()]).toEqual([0, 0, null]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes no harm when a record is removed twice', () => {
    const table = createRecordTable<number>();
    put(table, 'a/1', 1);
    const record = table.find(halves('a/1'))!;
    table.remove(record);
    put(table, 'a/1', 2);
    table.remove(record);
    expect(table.find(halves('a/1'))?.held).toBe(2);
    expect(table.count()).toBe(1);
  });

  it('leaves a record that is removed with no hold on its neighbours', () => {
    const table = createRecordTable<number>();
    for (const text of ['a/1', 'a/2', 'a/3']) put(table, text, 1);
    const record = table.find(halves('a/2'))!;
    table.remove(record);
    expect([record.newer, record.older]).toEqual([null, null]);
  });
});
