// Plans that ask a subgraph for what it cannot answer are seen; those that follow a `@provides` or a key are not suspected.

import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { externalAsked } from '../../../gateway/federation/external-fields.ts';
import type { PlanNode } from '../../../gateway/federation/plan.ts';
import { readPlanDocuments } from '../../../gateway/federation/plan-documents.ts';
import { readSupergraphFacts } from '../../../gateway/federation/subgraph-facts.ts';
import { composed } from '../../support/composed.ts';
import { rootFetch } from './root-fetch.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@provides", "@shareable"])';
const supergraphSdl = composed([
  {
    name: 'a',
    url: 'http://a.test',
    sdl: `${LINK} type Query { items: [Item] @provides(fields: "parts { id name parts { id } }") bare: [Item] media: [Media] @provides(fields: "... on Film { title }") }
      type Item @key(fields: "id") { id: ID! parts: [Part] @external }
      type Part @key(fields: "id") { id: ID! name: String @external parts: [Part] @external }
      union Media = Film | Item type Film @key(fields: "id") { id: ID! title: String @external }`,
  },
  {
    name: 'b',
    url: 'http://b.test',
    sdl: `${LINK} type Item @key(fields: "id") { id: ID! parts: [Part] @shareable }
      type Part @key(fields: "id") { id: ID! name: String @shareable parts: [Part] @shareable }
      type Film @key(fields: "id") { id: ID! title: String @shareable }`,
  },
]);
const facts = readSupergraphFacts(parse(supergraphSdl));
const root = (document: string): PlanNode => rootFetch('a', document);

describe('a plan', () => {
  it.each([
    '{items{id parts{id name}}}',
    '{items{...P}} fragment P on Item{parts{name}}',
    '{media{__typename ...on Film{id title}}}',
    'query($representations:[_Any!]!){_entities(representations:$representations){...on Item{__typename id}}}',
  ])('may ask for %s', (document) => {
    expect(externalAsked(readPlanDocuments(root(document), facts))).toBe(null);
  });

  it.each([
    ['{items{parts{parts{name}}}}', 'Part.name in a'],
    ['{items{parts{parts{parts{id}}}}}', 'Part.parts in a'],
    ['{bare{parts{id}}}', 'Item.parts in a'],
    ['{bare{...P}} fragment P on Item{parts{name}}', 'Item.parts in a'],
    ['query($r:[_Any!]!){_entities(representations:$r){...on Part{name}}}', 'Part.name in a'],
  ])('may not ask for %s', (document, where) => {
    const nodes = [root('{bare{id}}'), root(document)];
    expect(externalAsked(readPlanDocuments({ kind: 'sequence', nodes }, facts))).toBe(where);
  });
});
