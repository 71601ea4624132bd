// What a subgraph says in `extensions`: taken in step with what was asked, or not at all.
import { describe, expect, it } from 'vitest';
import { readRootTags, readSaidOfEntities } from '../../../../gateway/origin/said.ts';

describe('what is said of entities by their place', () => {
  it('is taken when there is one of each for every entity that was asked', () => {
    const extensions = {
      apolloEntityCacheTags: [['a'], [], ['b', 'c']],
      freshet: { entities: [{ maxAge: 300 }, null, { maxAge: 0 }] },
    };
    expect(readSaidOfEntities(extensions, 3)).toEqual({
      tags: [['a'], [], ['b', 'c']],
      ttlsMs: [300_000, null, 0],
    });
  });

  it('is nothing when nothing is said, and lets the header hold where an entity has no lifetime of its own', () => {
    expect(readSaidOfEntities({}, 2)).toEqual({ tags: null, ttlsMs: null });
    expect(readSaidOfEntities({ freshet: { committedAt: 1 } }, 2)).toEqual({ tags: null, ttlsMs: null });
    expect(readSaidOfEntities({ freshet: { entities: [{}, { later: 1 }] } }, 2)?.ttlsMs).toEqual([null, null]);
  });

  it.each([
    [{ apolloEntityCacheTags: [['a']] }],
    [{ apolloEntityCacheTags: [['a'], ['b'], ['c']] }],
    [{ apolloEntityCacheTags: ['a', 'b'] }],
    [{ apolloEntityCacheTags: [['a'], [1]] }],
    [{ apolloEntityCacheTags: 'a' }],
    [{ apolloEntityCacheTags: null }],
    [{ freshet: { entities: [{ maxAge: 1 }] } }],
    [{ freshet: { entities: [{ maxAge: 1 }, { maxAge: -1 }] } }],
    [{ freshet: { entities: [{ maxAge: 1 }, { maxAge: '1' }] } }],
    [{ freshet: { entities: {} } }],
    [{ apolloEntityCacheTags: [['a'], ['b']], freshet: { entities: [] } }],
  ])('forbids to store anything of the answer when it is not in step: %j', (extensions) => {
    expect(readSaidOfEntities(extensions, 2)).toBe(null);
  });
});

describe('the tags of root fields', () => {
  it('are those that the subgraph names', () => {
    expect(readRootTags({ apolloCacheTags: ['a', 'b'] })).toEqual(['a', 'b']);
    expect(readRootTags({})).toEqual([]);
  });

  it('that are no list of texts keep the answer out of the store', () => {
    expect(readRootTags({ apolloCacheTags: 'a' })).toBe(null);
    expect(readRootTags({ apolloCacheTags: [1] })).toBe(null);
  });
});
