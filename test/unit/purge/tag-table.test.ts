// The table of tags against a plain Map, and what it does when it is full.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTagTable, type OwnerKind, type TagTable } from '../../../gateway/purge/tag-table.ts';

const KINDS: readonly OwnerKind[] = ['pinned', 'cheap', 'dear'];
const [PINNED, CHEAP, DEAR] = [0, 1, 2];

interface Tried {
  readonly table: TagTable;
  /** owner → the greatest position that was given up. */
  readonly floors: Map<number, number>;
}

function tryTable(maxTags: number): Tried {
  const floors = new Map<number, number>();
  const table = createTagTable({
    maxTags,
    kindOf: (owner) => KINDS[owner]!,
    givenUp: (owner, position) => void floors.set(owner, Math.max(floors.get(owner) ?? -1, position)),
  });
  return { table, floors };
}

/** Few values, so that slots collide, and halves of either sign. */
const half = fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 2 ** 32 - 6, max: 2 ** 32 - 1 }));
const purge = fc
  .record({ tag: fc.record({ hi: half, lo: half }), position: fc.integer({ min: 0, max: 2 ** 53 - 1 }) })
  // A tag has the same owner always.
  .map(({ tag, position }) => ({ tag, position, owner: (tag.hi + tag.lo) % KINDS.length }));

describe('a table with room', () => {
  it('remembers the greatest position of every tag', () => {
    fc.assert(
      fc.property(fc.array(purge, { maxLength: 400, size: 'max' }), (purges) => {
        const { table } = tryTable(10_000);
        const expected = new Map<string, number>();
        for (const { tag, position, owner } of purges) {
          table.purge(tag, position, owner);
          const name = `${tag.hi}/${tag.lo}`;
          expected.set(name, Math.max(expected.get(name) ?? -1, position));
        }
        for (const { tag } of purges) expect(table.lastPurge(tag)).toBe(expected.get(`${tag.hi}/${tag.lo}`));
        expect(table.tagCount).toBe(expected.size);
      }),
    );
  });

  it('knows nothing of a tag that was never purged', () => {
    const { table } = tryTable(10);
    table.purge({ hi: 1, lo: 5 }, 7, CHEAP);
    expect(table.lastPurge({ hi: 2, lo: 5 })).toBe(-1);
    expect(table.lastPurge({ hi: 1, lo: 6 })).toBe(-1);
  });

  it('takes halves with and without sign for the same tag', () => {
    const { table } = tryTable(10);
    table.purge({ hi: 2 ** 32 - 1, lo: 2 ** 31 }, 7, CHEAP);
    expect(table.lastPurge({ hi: -1, lo: -(2 ** 31) })).toBe(7);
  });
});

describe('a full table', () => {
  it('never forgets a purge without saying so, holds its bound, and keeps pinned tags', () => {
    fc.assert(
      fc.property(
        fc.array(purge, { maxLength: 300, size: 'max' }),
        fc.integer({ min: 1, max: 50 }),
        (purges, maxTags) => {
          const { table, floors } = tryTable(maxTags);
          const last = new Map<string, (typeof purges)[number]>();
          for (const each of purges) {
            const name = `${each.tag.hi}/${each.tag.lo}`;
            const before = last.get(name);
            table.purge(each.tag, each.position, each.owner);
            if (before === undefined) last.set(name, each);
            else if (before.position < each.position) last.set(name, { ...each, owner: before.owner });
          }
          const pinnedCount = [...last.values()].filter(({ owner }) => owner === PINNED).length;
          expect(table.tagCount).toBeLessThanOrEqual(maxTags + pinnedCount);
          for (const { tag, position, owner } of last.values()) {
            const floor = floors.get(owner) ?? -1;
            expect(Math.max(table.lastPurge(tag), floor)).toBeGreaterThanOrEqual(position);
          }
        },
      ),
    );
  });

  it('gives up the oldest quarter first', () => {
    const { table, floors } = tryTable(1_000);
    for (let n = 1; n <= 1_100; n += 1) table.purge({ hi: n, lo: n * 2_654_435_761 }, n, CHEAP);
    expect(floors.get(CHEAP)).toBeLessThanOrEqual(500);
    expect(table.lastPurge({ hi: 1_100, lo: 1_100 * 2_654_435_761 })).toBe(1_100);
  });

  it('gives up tags for which a type can stand before those for which only the subgraph can', () => {
    const { table, floors } = tryTable(100);
    for (let n = 1; n <= 50; n += 1) table.purge({ hi: n, lo: n }, n, DEAR);
    for (let n = 51; n <= 120; n += 1) table.purge({ hi: n, lo: n }, n, CHEAP);
    expect(floors.get(DEAR)).toBeUndefined();
    expect(floors.get(CHEAP)).toBeGreaterThan(50);
  });

  it('is full of a million tags in at most 40 MB', () => {
    const { table } = tryTable(1_000_000);
    for (let n = 1; n <= 1_100_000; n += 1) table.purge({ hi: n, lo: Math.imul(n, 2_654_435_761) }, n, CHEAP);
    expect(table.tagCount).toBe(1_000_000);
    expect(table.sizeBytes).toBeLessThanOrEqual(40_000_000);
  });
});

describe('owners that are gone', () => {
  it('take their tags with them and leave the others', () => {
    const { table } = tryTable(1_000);
    for (let n = 1; n <= 900; n += 1) table.purge({ hi: n, lo: n % 7 }, n, n % 2 === 0 ? CHEAP : PINNED);
    table.forget((owner) => owner === CHEAP);
    expect(table.tagCount).toBe(450);
    for (let n = 1; n <= 900; n += 1) expect(table.lastPurge({ hi: n, lo: n % 7 })).toBe(n % 2 === 0 ? -1 : n);
  });
});
