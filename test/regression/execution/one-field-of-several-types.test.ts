// Fields of one name whose types differ between members of a union never meet under one response name in a request.

import { afterAll, beforeAll, it } from 'vitest';
import { type BothExecutors, startBothExecutors } from '../../unit/execution/both-executors.ts';
import { expectSame } from '../../unit/execution/expect-same.ts';
import { subgraph } from '../../unit/execution/subgraph.ts';

const GADGET = { __typename: 'Gadget', id: 'g1', name: 'G' };
const WIDGET = { __typename: 'Widget', id: 5, name: 7 };

let both: BothExecutors;

beforeAll(async () => {
  both = await startBothExecutors([
    subgraph(
      'a',
      `type Query { things: [Thing] surely: [Thing!]! }
       union Thing = Gadget | Widget
       type Gadget @key(fields: "id") { id: ID! name: String! }
       type Widget @key(fields: "id") { id: Int! name: Int }`,
      {
        Query: { things: () => [GADGET, WIDGET], surely: () => [WIDGET] },
        Gadget: { __resolveReference: () => GADGET },
        Widget: { __resolveReference: () => WIDGET },
      },
    ),
    subgraph(
      'b',
      `type Gadget @key(fields: "id") { id: ID! extra: String }
       type Widget @key(fields: "id") { id: Int! extra: Int }`,
      {
        Gadget: { __resolveReference: (gadget) => ({ ...gadget, extra: 'E' }) },
        Widget: { __resolveReference: (widget) => ({ ...widget, extra: 1 }) },
      },
    ),
  ]);
});

afterAll(() => both.stop());

it('asks for keys of types that differ', () =>
  expectSame(both, [
    { query: '{ things { ... on Gadget { name } } }' },
    { query: '{ things { __typename } }' },
    { query: '{ surely { ... on Gadget { name } ... on Widget { id } } }' },
  ]));

it('keeps apart what the client kept apart by aliases, in the first fetch', () =>
  expectSame(both, [{ query: '{ things { __typename ... on Gadget { gn: name } ... on Widget { wn: name } } }' }]));

it('keeps apart what the client kept apart by aliases, in an entity fetch', () =>
  expectSame(both, [
    { query: '{ things { ... on Gadget { extra } ... on Widget { we: extra } } }' },
    { query: '{ things { ... on Gadget { gn: name extra } ... on Widget { wn: name we: extra } } }' },
  ]));
