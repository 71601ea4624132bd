// Purges by hand: what is understood, what is refused and where, and what stands in the log afterwards.

import { describe, expect, it } from 'vitest';
import {
  dryRun,
  type InvalidationRequest,
  invalidate,
  parseInvalidation,
} from '../../../gateway/purge/invalidation.ts';
import { parsePurgeRecord, type WireRecord } from '../../../schema/purge-event.ts';
import { anyTag, entityTag, listTag } from '../../../schema/tag.ts';
import { facts, NOW_AT } from './purge-world.ts';

const requests: readonly InvalidationRequest[] = [
  { kind: 'subgraph', subgraph: 'accounts' },
  { kind: 'type', subgraph: 'accounts', type: 'User' },
  { kind: 'cache_tag', subgraphs: ['accounts', 'reviews'], cache_tag: 'user-42' },
  { kind: 'cache_tag', cache_tag: 'sale' },
  { kind: 'entity', subgraph: 'reviews', type: 'Product', key: { upc: '1', brand: { id: 7 } } },
];

describe('a body', () => {
  it('of every kind is understood', () => {
    expect(parseInvalidation(structuredClone(requests))).toEqual({ ok: true, requests });
  });

  it('that is empty is understood', () => {
    expect(parseInvalidation([])).toEqual({ ok: true, requests: [] });
  });

  it.each([
    [{ kind: 'subgraph', subgraph: 'a' }, /expected an array.*got object/],
    [null, /expected an array.*got null/],
    ['[]', /expected an array.*got string/],
  ])('that is no array is refused: %j', (body, message) => {
    const read = parseInvalidation(body);
    if (read.ok) throw new Error('expected a refusal');
    expect(read.problems).toEqual([{ index: null, message: expect.stringMatching(message) }]);
  });

  it('is refused with the index of each element that is wrong', () => {
    const body: unknown[] = [
      requests[0],
      { kind: 'subgraphs', subgraph: 'a' },
      requests[1],
      { kind: 'type', subgraph: 'a' },
      { kind: 'type', subgraph: 'a', type: 'T', extra: 1 },
      { kind: 'cache_tag', subgraphs: [], cache_tag: 'x' },
      { kind: 'entity', subgraph: 'a', type: 'T', key: {} },
      { kind: 'entity', subgraph: 'a', type: 'T', key: 'upc' },
      7,
    ];
    const read = parseInvalidation(body);
    if (read.ok) throw new Error('expected a refusal');
    expect(read.problems.map(({ index }) => index)).toEqual([1, 3, 4, 5, 6, 7, 8]);
    expect(read.problems.find(({ index }) => index === 4)?.message).toMatch(/extra/);
  });
});

describe('the records of an invalidation', () => {
  async function recordsOf(given: readonly InvalidationRequest[]) {
    const records: WireRecord[] = [];
    const append = async (batch: readonly WireRecord[]) => {
      records.push(...batch);
      return { baseOffset: 0 };
    };
    let ids = 0;
    const newId = (): string => {
      ids += 1;
      return `id-${ids}`;
    };
    const { count } = await invalidate(given, { append }, { nowAt: NOW_AT, newId });
    return { records, count };
  }

  it('say for each subgraph what is asked, and count the requests', async () => {
    const { records, count } = await recordsOf(requests);
    expect(count).toBe(5);
    const parsed = records.map(parsePurgeRecord);
    expect(parsed.map((each) => (each.kind === 'purge' ? [each.source, each.origin] : each))).toEqual(
      Array.from({ length: 6 }, () => ['freshet:invalidation', null]),
    );
    expect(parsed.map((each) => (each.kind === 'purge' ? each.event : each))).toMatchObject([
      { kind: 'subgraph', subgraph: 'accounts' },
      { kind: 'type', subgraph: 'accounts', type: 'User' },
      { kind: 'tag', subgraph: 'accounts', tags: ['user-42'] },
      { kind: 'tag', subgraph: 'reviews', tags: ['user-42'] },
      { kind: 'tag', tags: ['sale'] },
      {
        kind: 'entity',
        subgraph: 'reviews',
        type: 'Product',
        keys: [{ upc: '1', brand: { id: 7 } }],
        list: true,
        ts: NOW_AT,
      },
    ]);
    expect(new Set(records.map(({ headers }) => headers.ce_id)).size).toBe(6);
  });

  it('are none when nothing is asked, and the log is not touched', async () => {
    const append = (): never => {
      throw new Error('touched');
    };
    await expect(invalidate([], { append }, { nowAt: NOW_AT, newId: () => 'id' })).resolves.toEqual({ count: 0 });
  });

  it('that the log does not take are an error', async () => {
    const append = (): Promise<never> => Promise.reject(new Error('away'));
    await expect(invalidate(requests, { append }, { nowAt: NOW_AT, newId: () => 'id' })).rejects.toThrow('away');
  });
});

describe('a dry run', () => {
  it('counts what bears the tags that the real purge would set', () => {
    const subgraphs = [
      { name: 'catalog', sources: ['catalog'] },
      { name: 'pages', sources: [] },
    ];
    const asked: string[] = [];
    const counted = dryRun(
      [
        { kind: 'entity', subgraph: 'catalog', type: 'Product', key: { upc: '1' } },
        { kind: 'subgraph', subgraph: 'catalog' },
        { kind: 'cache_tag', cache_tag: 'sale' },
      ],
      { subgraphs, facts },
      {
        countBearing(subgraph, tags) {
          asked.push(...tags);
          return subgraph === 'catalog' ? 3 : 4;
        },
        countOf: () => 10,
      },
    );
    expect(counted.map(({ count }) => count)).toEqual([3, 10, 7]);
    expect(asked).toContain(entityTag('catalog', 'Product', { upc: '1' }));
    expect(asked).toContain(listTag('catalog', 'Product'));
    expect(asked).toContain(anyTag('catalog'));
  });
});
