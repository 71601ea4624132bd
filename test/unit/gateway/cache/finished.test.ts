// Finished responses: served exactly as long as every entry that they were made of would be.

import { array, assert, constantFrom, integer, nat, oneof, property, record, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFinishedResponses, type FinishedDraft } from '../../../../gateway/cache/finished.ts';
import type { FinishedResponse } from '../../../../gateway/cache/finished-response.ts';
import type { Judge, Policy } from '../../../../gateway/cache/judge.ts';
import type { RecordAddress, Slice } from '../../../../gateway/cache/record.ts';
import { createSlicePacker } from '../../../../gateway/cache/slice-packer.ts';
import { createEntityStore } from '../../../../gateway/cache/store.ts';
import { entityTag, typeTag } from '../../../../schema/tag.ts';
import {
  BOUNDED,
  createRelay,
  createWorld,
  entityEvent,
  manual,
  NOW_AT,
  stampOf,
  TTL,
  type World,
} from '../../purge/purge-world.ts';
import { listedMetrics, productFamily, productKey, slice, testAddressing } from './samples.ts';

const KEY = 'operation{"upc":"1"}';
const MAX_BYTES = 1024 * 1024;

/** Two subgraphs with a relay each, heard up to offset 3. */
function heard() {
  const subgraphs = [
    { name: 'catalog', sources: ['catalog'] },
    { name: 'reviews', sources: ['reviews'] },
  ];
  const world = createWorld({ subgraphs });
  const relays = { catalog: createRelay('catalog'), reviews: createRelay('reviews') };
  let offset = -1;
  const apply = (made: Parameters<World['ledger']['apply']>[1]): void => {
    offset += 1;
    world.ledger.apply(offset, made);
  };
  for (const relay of [relays.catalog, relays.reviews, relays.catalog, relays.reviews]) apply(relay.beat());
  const finished = createFinishedResponses(world.ledger, MAX_BYTES, 1);
  return { ...world, finished, relays, apply };
}

const address = (subgraph: string, upc: number | string, policy: Policy = BOUNDED): RecordAddress => ({
  ...productFamily(testAddressing(), policy)(productKey(upc), ''),
  text: `${subgraph}/${upc}`,
  subgraph,
  typename: 'Product',
  kind: 'entity',
  policy,
  keyText: productKey(upc),
});

/** With every key of the type: an event that lacks one purges the type. */
const wholeKey = (upc: string) => ({ upc, sku: `sku ${upc}`, brand: { name: 'b' } });

/** A slice as a fetch that begins now stores it. */
const sliceNow = (world: World, subgraph: string, parts: Partial<Slice> = {}): Slice => ({
  ...slice(),
  stamp: stampOf(world.ledger, subgraph),
  tags: [],
  storedAt: world.clock.nowAt,
  expiresAt: NOW_AT + 60_000,
  ...parts,
});

function draftOf(found: FinishedResponse | FinishedDraft | null): FinishedDraft {
  if (found === null || 'bytes' in found) throw new Error('expected a draft');
  return found;
}

/** Takes the slice as L1 hands it out. */
function take(draft: FinishedDraft, judge: Judge, at: RecordAddress, one: Slice): void {
  const packed = createSlicePacker(judge).pack(at, one, undefined);
  if (packed === null) throw new Error('expected a slice that can be packed');
  draft.derivation.take(at, [packed]);
}

/** Asks twice, and keeps what the second asker puts together out of these. */
function keep(
  { finished, clock, ledger }: ReturnType<typeof heard>,
  taken: readonly (readonly [RecordAddress, Slice])[],
  text = '{"a":1}',
): void {
  finished.find(KEY, clock.nowAt);
  const draft = draftOf(finished.find(KEY, clock.nowAt));
  for (const [{ subgraph }] of taken) draft.derivation.enter(subgraph);
  for (const [from, one] of taken) take(draft, ledger, from, one);
  finished.keep(KEY, text, null, draft);
}

const isServed = ({ finished, clock }: ReturnType<typeof heard>): boolean => {
  const found = finished.find(KEY, clock.nowAt);
  return found !== null && 'bytes' in found;
};

function foundIn({ finished, clock }: ReturnType<typeof heard>): FinishedResponse {
  const found = finished.find(KEY, clock.nowAt);
  if (found === null || !('bytes' in found)) throw new Error('expected a finished response');
  return found;
}

describe('a finished response', () => {
  it('is remembered when it is asked for again, not at once', () => {
    const world = heard();
    expect(world.finished.find(KEY, NOW_AT)).toBeNull();
    keep(world, [[address('catalog', 1), sliceNow(world, 'catalog')]]);
    expect(world.finished.find(KEY, NOW_AT)).toMatchObject({ bytes: Buffer.from('{"a":1}'), extensions: null });
    expect(world.finished.find(`${KEY} other`, NOW_AT)).toBeNull();
  });

  it('is refused from the moment that an entity in it is purged, whatever else it holds', () => {
    const world = heard();
    const many = Array.from({ length: 300 }, (_, upc): [RecordAddress, Slice] => [
      address('catalog', upc),
      sliceNow(world, 'catalog'),
    ]);
    for (const upc of [0, 63, 64, 299]) {
      keep(world, many);
      expect(isServed(world)).toBe(true);
      world.apply(world.relays.catalog.purge({ keys: [wholeKey(String(upc))] }));
      expect(isServed(world)).toBe(false);
      // They are fetched again.
      for (const one of many) one[1] = sliceNow(world, 'catalog');
    }
  });

  it('goes on when something else is purged, and is still refused when its own turn comes', () => {
    const world = heard();
    keep(world, [[address('catalog', 1), sliceNow(world, 'catalog')]]);
    for (let upc = 2; upc < 9; upc += 1) {
      world.apply(world.relays.catalog.purge({ keys: [wholeKey(String(upc))] }));
      world.apply(world.relays.catalog.beat());
      expect(isServed(world)).toBe(true);
    }
    world.apply(world.relays.catalog.purge({ keys: [wholeKey('1')] }));
    expect(isServed(world)).toBe(false);
  });

  it('is refused when a purge came while it was put together', () => {
    const world = heard();
    world.finished.find(KEY, NOW_AT);
    const draft = draftOf(world.finished.find(KEY, NOW_AT));
    draft.derivation.enter('catalog');
    take(draft, world.ledger, address('catalog', 1), sliceNow(world, 'catalog'));
    world.apply(world.relays.catalog.purge({ keys: [wholeKey('1')] }));
    // The next wave of the same run.
    draft.derivation.enter('catalog');
    take(draft, world.ledger, address('catalog', 2), sliceNow(world, 'catalog'));
    world.finished.keep(KEY, 'old', null, draft);
    expect(isServed(world)).toBe(false);
  });

  it('keeps what was made of it in other encodings, counted, each begun once, and gone with it', () => {
    const world = heard();
    keep(world, [[address('catalog', 1), sliceNow(world, 'catalog')]]);
    const found = foundIn(world);
    expect(found.variant('br')).toBeUndefined();
    expect([found.beginVariant('br'), found.beginVariant('br'), found.beginVariant('gzip')]).toEqual([
      true,
      false,
      true,
    ]);
    const before = world.finished.bytes();
    found.addVariant('br', Buffer.alloc(10_000, 1));
    found.addVariant('gzip', Buffer.alloc(20_000, 2));
    expect(world.finished.bytes()).toBeGreaterThan(before + 30_000);
    expect(world.finished.bytes()).toBeLessThan(before + 31_000);
    const again = foundIn(world);
    expect(again.bytes).toEqual(found.bytes);
    expect([again.variant('br')?.length, again.variant('gzip')?.length]).toEqual([10_000, 20_000]);
    expect([again.beginVariant('br'), again.beginVariant('zstd')]).toEqual([false, true]);
    world.apply(world.relays.catalog.purge({ keys: [wholeKey('1')] }));
    expect(isServed(world)).toBe(false);
    // It comes too late for the new one.
    keep(world, [[address('catalog', 1), sliceNow(world, 'catalog')]]);
    again.addVariant('zstd', Buffer.alloc(5));
    expect(foundIn(world).variant('zstd')).toBeUndefined();
    expect(foundIn(world).variant('br')).toBeUndefined();
  });

  it('keeps no variant that is larger than all of the memory, and itself then too', () => {
    const world = heard();
    keep(world, [[address('catalog', 1), sliceNow(world, 'catalog')]]);
    foundIn(world).addVariant('br', Buffer.alloc(MAX_BYTES));
    expect(foundIn(world).variant('br')).toBeUndefined();
  });

  it.each(['found fresh', 'put together'])(
    'is refused by a purge that was on its way when it was %s, where positions are times',
    (what) => {
      const world = createWorld({ numbering: 'clock', subgraphs: [{ name: 'catalog', sources: [] }] });
      const { ledger, clock } = world;
      const finished = createFinishedResponses(ledger, MAX_BYTES, 1);
      const isHit = (): boolean => {
        const found = finished.find(KEY, clock.nowAt);
        return found !== null && 'bytes' in found;
      };
      const putTogether = (): void => {
        const draft = draftOf(finished.find(KEY, clock.nowAt));
        draft.derivation.enter('catalog');
        take(draft, ledger, address('catalog', 1, TTL), taken);
        finished.keep(KEY, 'text', null, draft);
      };
      const taken = sliceNow(world, 'catalog');
      finished.find(KEY, clock.nowAt);
      if (what === 'found fresh') putTogether();
      clock.nowAt += 10;
      const offset = Math.floor(clock.nowAt * 1000);
      // It is asked for, and applied some turns of the event loop later.
      clock.nowAt += 10;
      if (what === 'put together') putTogether();
      expect(isHit()).toBe(true);
      ledger.apply(offset, manual(entityEvent({ keys: [wholeKey('1')], subgraph: 'catalog' })));
      expect(isHit()).toBe(false);
    },
  );

  it('expires with the first of its parts, to the millisecond', () => {
    const world = heard();
    keep(world, [
      [address('catalog', 1, TTL), sliceNow(world, 'catalog', { expiresAt: NOW_AT + 9_000 })],
      [address('reviews', 1, TTL), sliceNow(world, 'reviews', { expiresAt: NOW_AT + 3_000 })],
    ]);
    world.clock.nowAt = NOW_AT + 2_999;
    expect(isServed(world)).toBe(true);
    world.clock.nowAt = NOW_AT + 3_000;
    expect(isServed(world)).toBe(false);
  });

  it('is refused while any of its bounded subgraphs is silent for longer than the strictest bound', () => {
    const world = heard();
    keep(world, [
      [address('catalog', 1, TTL), sliceNow(world, 'catalog')],
      [address('reviews', 1, BOUNDED), sliceNow(world, 'reviews')],
      [address('reviews', 2, { kind: 'bounded', boundMs: 2_000 }), sliceNow(world, 'reviews')],
    ]);
    world.clock.nowAt = NOW_AT + 2_000;
    expect(isServed(world)).toBe(true);
    world.clock.nowAt = NOW_AT + 2_001;
    expect(isServed(world)).toBe(false);
  });

  it('tells how old its oldest part is, and when the first bound or lifetime ends', () => {
    const world = heard();
    keep(world, [
      [address('catalog', 1), sliceNow(world, 'catalog', { storedAt: NOW_AT - 700, expiresAt: NOW_AT + 9_000 })],
      [address('reviews', 1), sliceNow(world, 'reviews')],
    ]);
    const found = world.finished.find(KEY, NOW_AT);
    if (found === null || !('bytes' in found)) throw new Error('expected a response');
    expect(found.derived.storedAt).toBe(NOW_AT - 700);
    expect(found.derived.expiresAt).toBe(NOW_AT + 9_000);
    expect(found.derived.boundAt(NOW_AT)).toBe(NOW_AT + 5_000);
  });

  it('is not remembered when something was taken whose position is not known', () => {
    const subgraphs = ['catalog', 'reviews'].map((name) => ({ name, sources: [name] }));
    const { ledger } = createWorld({ subgraphs });
    ledger.apply(0, createRelay('catalog').beat());
    const finished = createFinishedResponses(ledger, MAX_BYTES, 1);
    finished.find(KEY, NOW_AT);
    const draft = draftOf(finished.find(KEY, NOW_AT));
    for (const name of ['catalog', 'reviews']) {
      draft.derivation.enter(name);
      take(draft, ledger, address(name, 1, TTL), { ...slice(), stamp: stampOf(ledger, 'catalog') });
    }
    finished.keep(KEY, 'text', null, draft);
    expect(draftOf(finished.find(KEY, NOW_AT))).toBeDefined();
  });

  it('holds no more bytes than it may, and gives up texts that nobody asked for', () => {
    const { ledger } = heard();
    const finished = createFinishedResponses(ledger, 100_000, 1);
    const put = (key: string): void => {
      finished.find(key, NOW_AT);
      const draft = draftOf(finished.find(key, NOW_AT));
      draft.derivation.enter('catalog');
      take(draft, ledger, address('catalog', 1), { ...slice(), stamp: stampOf(ledger, 'catalog') });
      finished.keep(key, 'x'.repeat(5_000), null, draft);
    };
    for (let n = 0; n < 30; n += 1) put(`key ${n}`);
    expect(finished.bytes()).toBeLessThanOrEqual(100_000);
    expect(finished.bytes()).toBeGreaterThan(80_000);
    const isKept = (n: number): boolean => 'bytes' in (finished.find(`key ${n}`, NOW_AT) ?? {});
    expect(Array.from({ length: 30 }, (_, n) => n).filter(isKept).length).toBeLessThan(20);
  });

  it('is not kept where it would drive out many for itself', () => {
    const { ledger } = heard();
    const finished = createFinishedResponses(ledger, 100_000, 1);
    const put = (key: string, length: number): FinishedResponse | FinishedDraft | null => {
      finished.find(key, NOW_AT);
      const draft = draftOf(finished.find(key, NOW_AT));
      draft.derivation.enter('catalog');
      take(draft, ledger, address('catalog', 1), { ...slice(), stamp: stampOf(ledger, 'catalog') });
      finished.keep(key, 'x'.repeat(length), null, draft);
      return finished.find(key, NOW_AT);
    };
    expect(put('small', 5_000)).toHaveProperty('bytes');
    expect(put('large', 50_000)).not.toHaveProperty('bytes');
    expect(finished.find('small', NOW_AT)).toHaveProperty('bytes');
  });

  it('keeps nothing at all where no bytes are given to it', () => {
    const finished = createFinishedResponses(heard().ledger, 0, 1);
    expect([finished.find(KEY, NOW_AT), finished.find(KEY, NOW_AT), finished.bytes()]).toEqual([null, null, 0]);
  });
});

describe('an entity that was dropped here', () => {
  it('takes along the responses that hold it, and those alone', () => {
    const world = heard();
    keep(world, [[address('catalog', 1), sliceNow(world, 'catalog')]]);
    world.finished.drop(world.ledger.digest(entityTag('catalog', 'Product', { upc: '2' })));
    expect(isServed(world)).toBe(true);
    world.finished.drop(world.ledger.digest(entityTag('catalog', 'Product', { upc: '1' })));
    expect(isServed(world)).toBe(false);
  });

  it('takes along a response that was being put together', () => {
    const world = heard();
    world.finished.find(KEY, NOW_AT);
    const draft = draftOf(world.finished.find(KEY, NOW_AT));
    draft.derivation.enter('catalog');
    take(draft, world.ledger, address('catalog', 1), sliceNow(world, 'catalog'));
    world.finished.drop(world.ledger.digest(entityTag('catalog', 'Product', { upc: '1' })));
    world.finished.keep(KEY, 'old', null, draft);
    expect(isServed(world)).toBe(false);
  });

  it('takes along every response that has not been looked at for too many drops', () => {
    const world = heard();
    keep(world, [[address('catalog', 1), sliceNow(world, 'catalog')]]);
    for (let upc = 10; upc < 300; upc += 1) {
      world.finished.drop(world.ledger.digest(entityTag('catalog', 'Product', { upc: String(upc) })));
    }
    expect(isServed(world)).toBe(false);
  });

  it('reaches the responses through the store, where a root field takes along all of them', () => {
    const { ledger, clock } = heard();
    const addressing = testAddressing();
    const family = productFamily(addressing);
    const shards = [] as const;
    const store = createEntityStore({
      judge: ledger,
      addressing,
      l1MaxBytes: MAX_BYTES,
      shards,
      clock: { nowAt: () => clock.nowAt },
      metrics: listedMetrics(),
    });
    const remember = (): boolean => {
      store.finished.find(KEY, NOW_AT);
      const draft = store.finished.find(KEY, NOW_AT);
      if (draft === null || 'bytes' in draft) return true;
      draft.derivation.enter('catalog');
      take(draft, ledger, family(productKey(1), ''), {
        ...slice(),
        stamp: stampOf(ledger, 'catalog'),
        expiresAt: NOW_AT + 9_000,
      });
      store.finished.keep(KEY, 'text', null, draft);
      const found = store.finished.find(KEY, NOW_AT);
      return found !== null && 'bytes' in found;
    };
    const isKept = (): boolean => {
      const found = store.finished.find(KEY, NOW_AT);
      return found !== null && 'bytes' in found;
    };
    expect(remember()).toBe(true);
    store.drop(family(productKey(2), ''));
    expect(isKept()).toBe(true);
    store.drop(family(productKey(1), ''));
    expect(isKept()).toBe(false);
    expect(remember()).toBe(true);
    const root = addressing.family({
      subgraph: 'catalog',
      shapeDigest: 'd',
      typename: 'Query',
      kind: 'root',
      policy: TTL,
    });
    store.drop(root('products', ''));
    expect(isKept()).toBe(false);
  });
});

describe('the rule', () => {
  type Step =
    | { readonly kind: 'purge'; readonly subgraph: 'catalog' | 'reviews'; readonly upc: number }
    | { readonly kind: 'beat'; readonly subgraph: 'catalog' | 'reviews' }
    | { readonly kind: 'type'; readonly subgraph: 'catalog' | 'reviews' }
    | { readonly kind: 'refill'; readonly upc: number }
    | { readonly kind: 'put together' };

  const subgraph = constantFrom('catalog' as const, 'reviews' as const);
  const step = oneof(
    record({ kind: constantFrom('purge' as const), subgraph, upc: integer({ min: 0, max: 5 }) }),
    record({ kind: constantFrom('beat' as const), subgraph }),
    record({ kind: constantFrom('type' as const), subgraph }),
    record({ kind: constantFrom('refill' as const), upc: integer({ min: 0, max: 5 }) }),
    record({ kind: constantFrom('put together' as const) }),
  );

  it('is the one of its parts: it is served when, and only when, each of them alone would be', () => {
    let servedCount = 0;
    let refusedCount = 0;
    assert(
      property(
        array(step, { minLength: 1, maxLength: 40 }),
        tuple(nat(5), nat(5)),
        (steps: readonly Step[], [a, b]) => {
          const world = heard();
          const { ledger, clock } = world;
          const parts = [
            { at: address('catalog', a), slice: sliceNow(world, 'catalog') },
            { at: address('reviews', b), slice: sliceNow(world, 'reviews') },
          ];
          const isLive = ({ at, slice: one }: (typeof parts)[number]): boolean => {
            const tags = [
              entityTag(at.subgraph, 'Product', JSON.parse(at.keyText)),
              typeTag(at.subgraph, 'Product'),
            ].map(ledger.digest);
            return (
              ledger.judge(
                { stamp: one.stamp, tags, expiresAt: one.expiresAt },
                at.subgraph,
                at.policy,
                clock.nowAt,
              ) === 'fresh'
            );
          };
          /** The slices of the response that is kept. */
          let kept: (typeof parts)[number][] | null = null;
          for (const one of steps) {
            if (one.kind === 'purge') {
              world.apply(world.relays[one.subgraph].purge({ keys: [wholeKey(String(one.upc))] }));
            } else if (one.kind === 'beat') {
              world.apply(world.relays[one.subgraph].beat());
            } else if (one.kind === 'type') {
              world.apply(world.relays[one.subgraph].event({ kind: 'type', type: 'Review', tags: [], ts: NOW_AT }));
            } else if (one.kind === 'refill') {
              for (const part of parts) part.slice = sliceNow(world, part.at.subgraph);
            } else if (parts.every(isLive)) {
              world.finished.clear();
              keep(
                world,
                parts.map(({ at, slice: taken }) => [at, taken]),
              );
              kept = parts.map((part) => ({ ...part }));
            }
            if (kept === null) continue;
            const expected = kept.every(isLive);
            expect(isServed(world)).toBe(expected);
            if (expected) servedCount += 1;
            else {
              refusedCount += 1;
              kept = null;
            }
          }
        },
      ),
      { numRuns: 400 },
    );
    expect(Math.min(servedCount, refusedCount)).toBeGreaterThan(50);
  });
});
