// `@cacheTag` of root fields: the arguments in it are those that the subgraph's resolver sees, which tags its own purges with them.

import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { tagsOfRoot } from '../../../gateway/execution/declared-tags.ts';
import { readSupergraphFacts } from '../../../gateway/federation/subgraph-facts.ts';
import { composedLocally } from '../../support/composed.ts';

const facts = readSupergraphFacts(
  parse(
    composedLocally([
      {
        name: 'shop',
        typeDefs: `
          extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@key", "@cacheTag"])
          enum Kind { NEW USED }
          input Range { low: Int = 1 high: Int }
          input Filter { kind: Kind = NEW price: Range = { high: 9 } word: String owner: ID }
          type Query {
            byKind(filter: Filter): [Item] @cacheTag(format: "kind-{$args.filter.kind}")
            byFilled(filter: Filter = { word: "w" }): [Item] @cacheTag(format: "{$args.filter.word}-{$args.filter.kind}")
            byPrice(filter: Filter!): [Item] @cacheTag(format: "{$args.filter.price.low}-{$args.filter.price.high}")
            byOwner(id: ID = 7, filter: Filter): [Item] @cacheTag(format: "{$args.id}-{$args.filter.owner}")
          }
          type Item @key(fields: "id") { id: ID! }`,
      },
    ]),
  ),
);

/** @param name canonical, as a root field is kept under it */
function tags(name: string): readonly string[] {
  const field = facts.subgraphs
    .get('shop')
    ?.types.get('Query')
    ?.fields.get(name.split('(')[0] ?? '');
  return tagsOfRoot(name, field);
}

describe('an argument in a tag', () => {
  it('that is left out within an input object has the default of the input type', () => {
    expect(tags('byKind({"filter":{}})')).toEqual(['kind-NEW']);
    expect(tags('byKind({"filter":{"kind":"USED"}})')).toEqual(['kind-USED']);
  });

  it('that is null, or stands in an object that is, is empty, whatever the defaults are', () => {
    expect(tags('byKind({"filter":{"kind":null}})')).toEqual(['kind-']);
    expect(tags('byKind({"filter":null})')).toEqual(['kind-']);
    expect(tags('byFilled({"filter":null})')).toEqual(['-']);
  });

  it('that is left out with the whole object is empty where the object has no default', () => {
    expect(tags('byKind')).toEqual(['kind-']);
  });

  it('has the defaults of the input type also within the default of the argument', () => {
    expect(tags('byFilled')).toEqual(['w-NEW']);
    expect(tags('byFilled({"filter":{"kind":"USED"}})')).toEqual(['-USED']);
  });

  it('has the defaults of an input type within the default of another', () => {
    expect(tags('byPrice({"filter":{}})')).toEqual(['1-9']);
    expect(tags('byPrice({"filter":{"price":{}}})')).toEqual(['1-']);
    expect(tags('byPrice({"filter":{"price":{"low":null,"high":3}}})')).toEqual(['-3']);
  });

  it('is one text for a number and a string where an ID is expected, and keeps all its digits', () => {
    expect(tags('byOwner')).toEqual(['7-']);
    expect(tags('byOwner({"filter":{"owner":5},"id":"8"})')).toEqual(['8-5']);
    expect(tags('byOwner({"id":12345678901234567890})')).toEqual(['12345678901234567890-']);
  });
});
