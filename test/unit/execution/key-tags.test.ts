// Declared tags of entities: what stands in a purge must be what the entry bears, however the key is spelled.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillFormats } from '../../../gateway/execution/declared-tags.ts';
import { keyTagsOf } from '../../../gateway/execution/key-tags.ts';
import { cacheTag } from '../../../schema/tag.ts';

const FORMATS = ['user-{$key.id}', '{$key.id}/{$key.id}', 'users', '{$key.org}-{$key.id.x}', '\u0000{$key.id}'];

describe('the declared tags of an entity', () => {
  it('are its formats filled with the key, whether the key is cut out of its text or parsed', () => {
    const value = fc.oneof(fc.string({ unit: fc.constantFrom(...'01aA-_{}$"\\'), maxLength: 5 }), fc.integer());
    const key = fc.oneof(
      value.map((id) => ({ id })),
      value.map((org) => ({ org })),
      fc.record({ id: value, org: value }),
      value.map((x) => ({ id: { x } })),
    );
    const formats = fc.subarray(FORMATS);
    fc.assert(
      fc.property(formats, fc.array(key, { minLength: 1, maxLength: 8 }), (declared, keys) => {
        for (const one of keys) {
          const filled = fillFormats(declared, one).map((tag) => cacheTag('s', tag));
          expect(keyTagsOf('s', declared)?.of(JSON.stringify(one)) ?? []).toEqual(filled);
        }
      }),
      { numRuns: 500 },
    );
  });
});
