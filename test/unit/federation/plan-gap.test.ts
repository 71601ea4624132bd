// What a plan does not bring is seen, by types alone; a plan that brings everything is not suspected.

import { Kind, parse, type SelectionSetNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { EntityGroup, PathStep, PlanNode, RequiredSelection } from '../../../gateway/federation/plan.ts';
import { readPlanDocuments } from '../../../gateway/federation/plan-documents.ts';
import { findPlanGaps, type PlanGap } from '../../../gateway/federation/plan-gap.ts';
import { readSupergraphFacts } from '../../../gateway/federation/subgraph-facts.ts';
import { composedLocally } from '../../support/composed.ts';
import { subgraph } from '../execution/subgraph.ts';
import { rootFetch } from './root-fetch.ts';

const facts = readSupergraphFacts(
  parse(
    composedLocally([
      subgraph(
        'catalog',
        `type Query { media: [Media] products: [Product] either: Either @shareable }
         interface Media @key(fields: "id") { id: ID! title: String }
         type Book implements Media @key(fields: "id") { id: ID! title: String }
         type Film implements Media @key(fields: "id") { id: ID! title: String }
         type Product @key(fields: "upc") @key(fields: "code { one two }") { upc: ID! code: Code @shareable price(in: String!): Int } type Code @shareable { one: ID two: ID }
         union Either = Book | Film`,
      ),
      subgraph(
        'ratings',
        `type Query { top: [Media] }
         type Media @key(fields: "id") @interfaceObject { id: ID! rating: Int title: String @external blurb: String @requires(fields: "title") }`,
      ),
      subgraph(
        'shipping',
        `type Query { either: Either @shareable } union Either = Book type Book @key(fields: "id") { id: ID! isbn: String }
         type Product @key(fields: "code { one two }") { code: Code @shareable price(in: String!): Int @external
           dollars: Int @requires(fields: "price(in: \\"USD\\")") euros: Int @requires(fields: "price(in: \\"EUR\\")") weight: Int }
         type Code @shareable { one: ID two: ID }`,
      ),
    ]),
  ),
);

/** `...Film{__typename id}`, and `_p->price` for what is read as `_p` and sent as `price`. */
function required(text: string): readonly RequiredSelection[] {
  const graphql = text.replaceAll('...', '... on ').replaceAll(/(\w+)->(\w+)/g, '$2: $1');
  const [definition] = parse(`{${graphql}}`).definitions;
  return definition?.kind === Kind.OPERATION_DEFINITION ? requiredIn(definition.selectionSet) : [];
}

const requiredIn = ({ selections }: SelectionSetNode): readonly RequiredSelection[] =>
  selections.flatMap((node): readonly RequiredSelection[] => {
    const below = node.kind !== Kind.FRAGMENT_SPREAD && node.selectionSet ? requiredIn(node.selectionSet) : null;
    if (node.kind === Kind.FIELD) {
      const { name, alias } = node;
      return [{ kind: 'field', name: name.value, sentAs: (alias ?? name).value, selections: below }];
    }
    if (node.kind !== Kind.INLINE_FRAGMENT) return [];
    return [{ kind: 'fragment', typename: node.typeCondition?.name.value ?? '', selections: below ?? [] }];
  });

function entities(name: string, at: string, requires: string, selects: string, sentType?: string): PlanNode {
  const path = at
    .split('.')
    .map(
      (step): PathStep =>
        step === '@'
          ? { kind: 'list' }
          : /^[A-Z]/.test(step)
            ? { kind: 'types', typenames: [step] }
            : { kind: 'field', name: step },
    );
  const group: EntityGroup = {
    alias: '_entities',
    paths: [path],
    requires: required(requires),
    inputRewrites:
      sentType === undefined
        ? []
        : [
            {
              kind: 'set',
              path: [
                { kind: 'types', typenames: [sentType] },
                { kind: 'key', name: '__typename' },
              ],
              value: sentType,
            },
          ],
    outputRewrites: [],
  };
  return {
    kind: 'entities',
    subgraph: name,
    document: `query($r:[_Any!]!){_entities(representations:$r){${selects}}}`,
    groups: [group],
  };
}

const gapsOf = (operation: string, ...nodes: PlanNode[]): readonly string[] =>
  findPlanGaps(readPlanDocuments({ kind: 'sequence', nodes }, facts), operation, facts).map(wordsOf);
const wordsOf = ({ kind, names, typename, field }: PlanGap): string =>
  `${kind} ${[...names, `${typename}.${field}`].join('.')}`;

const TOP = rootFetch('ratings', '{top{__typename id}}');
const TITLES = entities('catalog', 'top.@', '...Media{__typename id}', '...on Media{__typename title}', 'Media');
const PRODUCTS = rootFetch('catalog', '{products{__typename upc code{one two} price(in:"EUR") _p:price(in:"USD")}}');

describe('a plan that brings everything has no gap', () => {
  it('where an interface object is asked by its own name for each type', () => {
    const blurbs = entities(
      'ratings',
      'top.@',
      '...Film{__typename id}...Media{__typename title}',
      '...on Media{blurb}',
      'Media',
    );
    expect(gapsOf('{top{...on Film{blurb}}}', TOP, TITLES, blurbs)).toEqual([]);
  });

  it('where one field is required with two arguments, each under a name of its own', () => {
    const dollars = entities(
      'shipping',
      'products.@',
      '...Product{__typename code{one two} _p->price}',
      '...on Product{dollars}',
    );
    const euros = entities(
      'shipping',
      'products.@',
      '...Product{__typename code{one two} price}',
      '...on Product{euros}',
    );
    expect(gapsOf('{products{dollars euros}}', PRODUCTS, dollars, euros)).toEqual([]);
  });

  it('where a member of a union is left out that one of the subgraphs of the field does not know', () => {
    const either = rootFetch('shipping', '{either{__typename ...on Book{id}}}');
    expect(gapsOf('{either{...on Book{id} ...on Film{title}}}', either)).toEqual([]);
  });
});

describe('a gap is seen', () => {
  it('where no fetch serves a root field', () => {
    expect(gapsOf('{top{id} media{id}}', rootFetch('ratings', '{top{id}}'))).toEqual(['unfetched Query.media']);
    expect(findPlanGaps(readPlanDocuments(null, facts), '{top{id}}', facts).map(wordsOf)).toEqual([
      'unfetched Query.top',
    ]);
  });

  it('where a fetch goes to objects of one type alone', () => {
    const ratings = entities('ratings', 'media.@.Book', '...Media{__typename id}', '...on Media{rating}', 'Media');
    expect(gapsOf('{media{rating}}', rootFetch('catalog', '{media{__typename id}}'), ratings)).toEqual([
      'unfetched media.Film.rating',
    ]);
  });

  it('where what one type needs is not sent', () => {
    const ratings = entities('ratings', 'top.@', '...Book{__typename id}', '...on Media{rating blurb}', 'Media');
    expect(gapsOf('{top{...on Film{rating} ...on Book{blurb}}}', TOP, TITLES, ratings)).toEqual([
      'missing top.Book.blurb',
      'unfetched top.Film.rating',
    ]);
  });

  it('where a representation holds no whole key', () => {
    const weight = entities('shipping', 'products.@', '...Product{__typename upc code{one}}', '...on Product{weight}');
    expect(gapsOf('{products{upc weight}}', PRODUCTS, weight)).toEqual(['unfetched products.Product.weight']);
  });

  it('where a key is sent that nobody fetched', () => {
    const weight = entities('shipping', 'products.@', '...Product{__typename code{one two}}', '...on Product{weight}');
    expect(gapsOf('{products{weight}}', rootFetch('catalog', '{products{__typename upc}}'), weight)).toEqual([
      'unfetched products.Product.weight',
    ]);
  });

  it('where one value is sent for a field that is required with two arguments', () => {
    const both = entities(
      'shipping',
      'products.@',
      '...Product{__typename code{one two} price}',
      '...on Product{dollars euros}',
    );
    expect(gapsOf('{products{dollars euros}}', PRODUCTS, both)).toEqual(['other arguments products.Product.dollars']);
  });
});
