// The tier in this process: judged at every read, bounded in bytes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Judged } from '../../../../gateway/cache/judge.ts';
import { createL1 } from '../../../../gateway/cache/l1.ts';
import type { LiveRecord } from '../../../../gateway/cache/record.ts';
import { createSlicePacker } from '../../../../gateway/cache/slice-packer.ts';
import { anyTag, cacheTag, entityTag, typeTag } from '../../../../schema/tag.ts';
import {
  digestOf,
  handJudge,
  listedMetrics,
  plain,
  product,
  productFamily,
  productKey,
  purging,
  START_AT,
  slice,
  testAddressing,
} from './samples.ts';
import { anySlice } from './values.ts';

function open(maxBytes = 1024 * 1024) {
  const judge = handJudge();
  const metrics = listedMetrics();
  const packer = createSlicePacker(judge);
  return { judge, metrics, packer, l1: createL1({ maxBytes, hashSeed: 1, packer, metrics }) };
}

const fieldsOf = (record: LiveRecord | string) =>
  typeof record === 'string'
    ? record
    : record.slices.map(({ fields }) => (fields === null ? null : [...fields.keys()]));

describe('L1', () => {
  it('gives back what was added, and misses what was not', () => {
    const { l1 } = open();
    const given = slice({ fields: { name: '"Table"', offers: [null, '1'] } });
    l1.add(product(1), [given], START_AT);
    const found = l1.peek(product(1), START_AT);
    expect(typeof found === 'string' ? found : found.slices.map(plain)).toEqual([plain(given)]);
    expect(typeof found !== 'string' && found.tier).toBe('l1');
    expect(l1.peek(product(2), START_AT)).toBe('miss');
    expect(l1.peek(product(1, 'alice'), START_AT)).toBe('miss');
  });

  it('keeps the same record for an address that was made anew, and for one that is no more than its parts', () => {
    const { l1 } = open();
    l1.add(product(1), [slice()], START_AT);
    expect(fieldsOf(l1.peek(product(1), START_AT))).toEqual([['name']]);
    const spelledOut = {
      text: 'any text',
      subgraph: 'catalog',
      typename: 'Product',
      keyText: productKey(1),
      kind: 'entity',
      variant: '',
      policy: product(1).policy,
    } as const;
    expect(l1.peek(spelledOut, START_AT)).toBe('miss');
    l1.add(spelledOut, [slice()], START_AT);
    expect(fieldsOf(l1.peek({ ...spelledOut }, START_AT))).toEqual([['name']]);
  });

  it('judges at every read, with the position, the expiry and all tags of the slice', () => {
    const { l1, judge } = open();
    l1.add(product(7), [slice({ position: 42, tags: [anyTag('catalog'), cacheTag('catalog', 'x')] })], START_AT);
    const asked: Judged[] = [];
    judge.verdictOf = (entry) => {
      asked.push(structuredClone(entry));
      return 'fresh';
    };
    l1.peek(product(7), START_AT);
    const rest = { stamp: { logId: 'log', position: 42 }, expiresAt: START_AT + 60_000 };
    const shared = [entityTag('catalog', 'Product', { upc: '7' }), typeTag('catalog', 'Product'), anyTag('catalog')];
    expect(asked).toEqual([
      { ...rest, tags: shared.map(digestOf) },
      { ...rest, tags: [digestOf(cacheTag('catalog', 'x'))] },
    ]);
  });

  it('refuses what bears a purged tag, whichever of its tags it is', () => {
    const tags = [anyTag('catalog'), cacheTag('catalog', 'x'), cacheTag('catalog', 'y')];
    for (const purged of [entityTag('catalog', 'Product', { upc: '7' }), typeTag('catalog', 'Product'), ...tags]) {
      const { l1, judge } = open();
      l1.add(product(7), [slice({ tags })], START_AT);
      judge.verdictOf = purging(purged);
      expect(l1.peek(product(7), START_AT), purged).toBe('stale');
    }
  });

  it('refuses what bears a purged tag that is made from its key, though all slices of a type share the maker', () => {
    const keyTags = { name: 'k', count: 1, of: (keyText: string) => [cacheTag('catalog', keyText)] };
    const { l1, judge } = open();
    for (const upc of [1, 2, 3]) l1.add(product(upc), [{ ...slice(), keyTags }], START_AT);
    const bearing = (tag: string) => l1.countWhere('', (held, keyText) => held.bears(digestOf(tag), keyText, judge));
    expect(bearing(cacheTag('catalog', productKey(2)))).toBe(1);
    expect(bearing(anyTag('catalog'))).toBe(3);
    judge.verdictOf = purging(cacheTag('catalog', productKey(2)));
    expect([1, 2, 3].map((upc) => fieldsOf(l1.peek(product(upc), START_AT)))).toEqual([
      [['name']],
      'stale',
      [['name']],
    ]);
  });

  it('keeps the digest of each entity to itself, though all share one place when they are judged', () => {
    const { l1, judge } = open();
    for (const upc of [1, 2, 3]) l1.add(product(upc), [slice()], START_AT);
    judge.verdictOf = purging(entityTag('catalog', 'Product', { upc: '2' }));
    expect([1, 2, 3].map((upc) => fieldsOf(l1.peek(product(upc), START_AT)))).toEqual([
      [['name']],
      'stale',
      [['name']],
    ]);
  });

  it('refuses a record whose tag was purged, whichever it was, and drops it', () => {
    for (const tag of [entityTag('catalog', 'Product', { upc: '1' }), typeTag('catalog', 'Product'), 'any/catalog']) {
      const { l1, judge } = open();
      l1.add(product(1), [slice()], START_AT);
      judge.verdictOf = purging(tag);
      expect(l1.peek(product(1), START_AT)).toBe('stale');
      expect(l1.recordCount()).toBe(0);
      judge.verdictOf = () => 'fresh';
      expect(l1.peek(product(1), START_AT)).toBe('miss');
    }
  });

  it('gives the slices that are live and drops the dead ones', () => {
    const { l1, judge } = open();
    l1.add(product(1), [slice({ position: 1, fields: { a: '1' }, tags: ['one'] })], START_AT);
    l1.add(product(1), [slice({ position: 2, fields: { b: '1' }, tags: ['two'] })], START_AT);
    l1.add(product(1), [slice({ position: 3, fields: { c: '1' }, tags: ['three'] })], START_AT);
    expect(fieldsOf(l1.peek(product(1), START_AT))).toEqual([['c'], ['b'], ['a']]);
    const before = l1.bytes();
    judge.verdictOf = purging('two');
    expect(fieldsOf(l1.peek(product(1), START_AT))).toEqual([['c'], ['a']]);
    expect(l1.bytes()).toBeLessThan(before);
    judge.verdictOf = () => 'fresh';
    expect(fieldsOf(l1.peek(product(1), START_AT))).toEqual([['c'], ['a']]);
    judge.verdictOf = purging('one', 'three');
    expect(l1.peek(product(1), START_AT)).toBe('stale');
    expect(l1.bytes()).toBe(0);
  });

  it('keeps what it may not serve for the moment, because the log is silent', () => {
    const { l1, judge } = open();
    l1.add(product(1), [slice()], START_AT);
    l1.add(
      product(2),
      [slice({ position: 1, fields: { a: '1' } }), slice({ position: 2, fields: { b: '1' } })],
      START_AT,
    );
    judge.verdictOf = () => 'bypass';
    expect([l1.peek(product(1), START_AT), l1.peek(product(2), START_AT)]).toEqual(['bypass', 'bypass']);
    l1.add(product(1), [slice({ position: 3, fields: { c: '1' } })], START_AT);
    judge.verdictOf = () => 'fresh';
    expect(fieldsOf(l1.peek(product(1), START_AT))).toEqual([['c'], ['name']]);
    expect(fieldsOf(l1.peek(product(2), START_AT))).toEqual([['b'], ['a']]);
  });

  it('refuses a fill that a purge overtook, and leaves what it holds alone', () => {
    const { l1, judge } = open();
    l1.add(product(1), [slice({ fields: { a: '1' }, tags: [] })], START_AT);
    judge.verdictOf = purging('late');
    expect(l1.add(product(1), [slice({ fields: { a: '2' }, tags: ['late'], position: 9 })], START_AT)).toEqual({
      kind: 'refused',
    });
    const found = l1.peek(product(1), START_AT);
    expect(typeof found !== 'string' && found.slices[0]?.fields?.get('a')).toBe('1');
  });

  it('refuses what has expired already', () => {
    const { l1 } = open();
    expect(l1.add(product(1), [slice({ lifetimeMs: 100 })], START_AT + 100).kind).toBe('refused');
    expect(l1.recordCount()).toBe(0);
  });

  it('refuses a slice that is larger than a record may be, and keeps the others', () => {
    const { l1 } = open();
    l1.add(product(1), [slice({ fields: { a: '1' } })], START_AT);
    const huge = slice({ position: 5, fields: { b: `"${'x'.repeat(200 * 1024)}"` } });
    expect(l1.add(product(1), [huge], START_AT)).toEqual({ kind: 'oversize' });
    expect(fieldsOf(l1.peek(product(1), START_AT))).toEqual([['a']]);
  });

  it('refuses a record that nothing could purge', () => {
    const { l1 } = open();
    const unreadable = productFamily()('no key', '');
    expect(l1.add(unreadable, [slice()], START_AT).kind).toBe('refused');
  });

  it('stays within its bytes by dropping what was used least recently', () => {
    const { l1, metrics } = open(40_000);
    for (let upc = 0; upc < 200; upc += 1) {
      l1.add(product(upc), [slice()], START_AT);
      l1.peek(product(0), START_AT);
      expect(l1.bytes()).toBeLessThanOrEqual(40_000);
    }
    expect(l1.peek(product(0), START_AT)).not.toBe('miss');
    expect(l1.peek(product(199), START_AT)).not.toBe('miss');
    expect(l1.peek(product(1), START_AT)).toBe('miss');
    expect(metrics.lines.get('evicted')).toBe(200 - l1.recordCount());
  });

  it('stays within its bytes when every slice has names and tags of its own', () => {
    const { l1 } = open(100_000);
    for (let upc = 0; upc < 2_000; upc += 1) {
      const name = `f({"page":${upc},"filter":"${'x'.repeat(upc % 300)}"})`;
      l1.add(product(upc), [slice({ fields: { [name]: '1' }, tags: [`tag${upc}`] })], START_AT);
      expect(l1.bytes()).toBeLessThanOrEqual(100_000);
    }
    expect(l1.recordCount()).toBeGreaterThan(10);
  });

  it('counts nothing when nothing is left, whatever came and went', () => {
    const { l1, judge, packer } = open(20_000);
    const family = productFamily(testAddressing());
    const step = fc.record({
      upc: fc.nat(6),
      slices: fc.array(anySlice, { maxLength: 3 }),
      verdict: fc.constantFrom('fresh', 'bypass', 'purged', 'expired'),
      drop: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        for (const { upc, slices, verdict, drop } of steps) {
          const address = family(productKey(upc), '');
          judge.verdictOf = () => verdict as 'fresh';
          if (drop) l1.drop(address);
          else l1.add(address, slices, START_AT);
          l1.peek(address, START_AT);
          expect(l1.bytes()).toBeLessThanOrEqual(20_000);
        }
        for (let upc = 0; upc <= 6; upc += 1) l1.drop(family(productKey(upc), ''));
        expect([l1.bytes(), l1.recordCount(), packer.sharedBytes()]).toEqual([0, 0, 0]);
      }),
      { numRuns: 300 },
    );
  });
});
