// Tags that resolvers declare: told for each entity of a batch, or for all root fields together.
import { expect, it } from 'vitest';
import { createCacheTags } from '../../../subgraphs/kit/cache-tags.ts';

/** A path as graphql-js gives it, from the root down. */
function at(...keys: readonly (string | number)[]) {
  let path: { prev: typeof path; key: string | number; typename: undefined } | undefined;
  for (const key of keys) path = { prev: path, key, typename: undefined };
  if (path === undefined) throw new Error('expected a path');
  return { path };
}

it('a tag belongs to the element of the batch that it was declared below', () => {
  const tags = createCacheTags();
  tags.add(at('_entities', 2, 'price'), ['a', 'b']);
  tags.add(at('_entities', 2, 'similar', 0, 'price'), ['b', 'c']);
  tags.add(at('_entities', 0), ['d']);
  expect(tags.byIndex('_entities', 4)).toEqual([['d'], [], ['a', 'b', 'c'], []]);
});

it('nothing declared below a field is not the same as empty lists', () => {
  const tags = createCacheTags();
  tags.add(at('other', 'price'), ['a']);
  expect(tags.byIndex('_entities', 1)).toBeUndefined();
});

it('all root fields together bear each tag once', () => {
  const tags = createCacheTags();
  tags.add(at('one', 'price'), ['a']);
  tags.add(at('many', 3, 'price'), ['b', 'a']);
  expect(tags.all()).toEqual(['a', 'b']);
});
