// Plans with a request that its subgraph must refuse to merge are seen; those whose fields can be merged are not suspected.

import { buildSubgraphSchema } from '@apollo/subgraph';
import { OverlappingFieldsCanBeMergedRule, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { conflictAsked } from '../../../gateway/federation/conflicting-fetch.ts';
import { readPlanDocuments } from '../../../gateway/federation/plan-documents.ts';
import { readSupergraphFacts } from '../../../gateway/federation/subgraph-facts.ts';
import { composedLocally } from '../../support/composed.ts';
import { rootFetch } from './root-fetch.ts';

const TYPES = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { box: Box side: Side }
  type Box { sides: [Side] left: Left right: Right }
  interface Side { y(of: Int): Int }
  type Left implements Side @key(fields: "id") { id: ID! y(of: Int): Int z: Int deep: Low list: [Low!]! }
  type Right implements Side @key(fields: "id") { id: Int! y(of: Int): Int z: Int deep: High list: [Low]! }
  type Low { x: String! same: Int } type High { x: String same: Int }`;
const facts = readSupergraphFacts(parse(composedLocally([{ name: 'a', typeDefs: TYPES }])));
const schema = buildSubgraphSchema(parse(TYPES));
const seen = (document: string): string | null =>
  conflictAsked(readPlanDocuments({ kind: 'parallel', nodes: [rootFetch('a', document)] }, facts));
/** In the subgraph's own words. */
const refusals = (document: string): number =>
  validate(schema, parse(document), [OverlappingFieldsCanBeMergedRule]).length;
const entities = (asked: string): string => `query($r:[_Any!]!){_entities(representations:$r){${asked}}}`;

describe('a plan', () => {
  it.each([
    '{side{__typename ...on Left{__typename deep{same}} ...on Right{deep{same}}}}',
    '{side{...on Left{deep{x}} ...on Right{deep{other: x}}}}',
    '{box{left{deep{x}} right{deep{x}}}}',
    '{side{...on Left{one: y(of: 1)} ...on Right{two: y(of: 2)}}}',
    '{side{...on Left{n: y} ...on Right{n: z}}}',
  ])('may ask for %s', (document) => {
    expect(seen(document)).toBe(null);
    expect(refusals(document)).toBe(0);
  });

  it('may ask for types of entities that conflict, since each can be asked for apart', () => {
    expect(seen(entities('...on Left{id deep{x}} ...on Right{id deep{x}}'))).toBe(null);
  });

  it.each([
    ['{side{...on Left{id} ...on Right{id}}}', 'side.id in a'],
    ['{box{sides{...on Left{deep{x}} ...on Right{deep{x}}}}}', 'box.sides.deep.x in a'],
    ['{side{...L ...R}} fragment L on Left{deep{x}} fragment R on Right{deep{x}}', 'side.deep.x in a'],
    ['{side{...on Left{list{same}} ...on Right{list{same}}}}', 'side.list in a'],
    ['{side{...on Left{n: deep{same}} ...on Right{n: z}}}', 'side.n in a'],
    ['{side{y ...on Left{y(of: 1)}}}', 'side.y in a'],
    ['{box{left{n: y} left{n: z}}}', 'box.left.n in a'],
    [entities('...on Left{n: y} ...on Left{n: z}'), 'n in a'],
  ])('may not ask for %s', (document, where) => {
    expect(seen(document)).toBe(where);
    expect(refusals(document)).toBeGreaterThan(0);
  });
});
