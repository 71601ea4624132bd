// Directives that subgraphs define for operations and that clients write: each subgraph sees what stands on what it is asked.

import { type FieldNode, type GraphQLResolveInfo, getDirectiveValues, Kind, type SelectionNode, visit } from 'graphql';
import type { Suite } from '../suite.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])';
const LOUD = `
  directive @loud(how: How! = VERY) on FIELD | INLINE_FRAGMENT | FRAGMENT_SPREAD | FRAGMENT_DEFINITION | QUERY | VARIABLE_DEFINITION
  directive @step(n: Int) repeatable on FIELD
  directive @spreadOnly on FRAGMENT_SPREAD | FRAGMENT_DEFINITION
  enum How { VERY LITTLE }`;

/** The value, and every directive but conditions that a resolver can see: of the operation, of fragments around the field, of the field. */
const heard = (value: string) => (_: unknown, _args: unknown, __: unknown, info: GraphQLResolveInfo) => {
  const nodes = info.fieldNodes.map((node) => JSON.stringify([around(node, info), valuesOf(node, info)]));
  return `${value} ${JSON.stringify(valuesOf(info.operation, info))} ${[...new Set(nodes)].join(' ')}`;
};

function around(node: FieldNode, info: GraphQLResolveInfo): readonly unknown[] {
  let found: readonly unknown[] = [];
  visit(info.operation, {
    Field(field, _key, _parent, _path, ancestors) {
      if (field !== node) return;
      const nodes = ancestors.flatMap((one) => ('kind' in one ? [one] : []));
      const from = nodes.findLastIndex(({ kind }) => kind === Kind.FIELD);
      found = nodes.slice(from + 1).flatMap((one) => (one.kind === Kind.INLINE_FRAGMENT ? valuesOf(one, info) : []));
    },
  });
  return found;
}

function valuesOf(node: SelectionNode | GraphQLResolveInfo['operation'], info: GraphQLResolveInfo): readonly unknown[] {
  const told = (node.directives ?? []).filter(({ name }) => name.value !== 'include' && name.value !== 'skip');
  return told.map((directive) => {
    const definition = info.schema.getDirective(directive.name.value);
    if (!definition) throw new Error(`expected @${directive.name.value} to be defined`);
    return [directive.name.value, getDirectiveValues(definition, { directives: [directive] }, info.variableValues)];
  });
}

const isLoud = (info: GraphQLResolveInfo): boolean =>
  info.fieldNodes.some((node) => node.directives?.some(({ name }) => name.value === 'loud'));

/** Some subgraphs may not know it: they are not told. */
const REFUSED = { apolloIsWrong: 'its API schema does not have what @composeDirective composes' };

export const DIRECTIVE_SUITES: readonly Suite[] = [
  {
    name: 'a composed directive without its arguments',
    subgraphs: ['a', 'b'].map((name) => ({
      name,
      typeDefs: `
        extend schema
          @link(url: "https://specs.apollo.dev/federation/v2.1", import: ["@key", "@composeDirective"])
          @link(url: "https://example.test/access/v1.0", import: ["@access"])
          @composeDirective(name: "@access")
        directive @access(scope: Scope! = PUBLIC) on FIELD
        enum Scope { PUBLIC PRIVATE }
        type Query { ${name}: String }`,
      resolvers: { Query: { [name]: heard(name) } },
    })),
    queries: [
      { query: '{ a @access b @access }', ...REFUSED, data: { a: 'a [] [[],[]]', b: 'b [] [[],[]]' } },
      { query: '{ a @access(scope: PRIVATE) b }', ...REFUSED, data: { a: 'a [] [[],[]]', b: 'b [] [[],[]]' } },
      { query: '{ a b }' },
    ],
  },
  {
    name: 'directives on fields, fragments and operations',
    subgraphs: [
      {
        name: 'a',
        typeDefs: `${LINK} ${LOUD}
          type Query { a: A all: [A!] pick(at: Int): Part either: Either }
          type Mutation { touch: A }
          union Either = A | Other
          type Other { word: String }
          type A @key(fields: "id") { id: ID! name: String part: Part voice: String }
          type Part { x: String y: String }`,
        resolvers: {
          Query: {
            a: (_: unknown, _args: unknown, __: unknown, info: GraphQLResolveInfo) => ({
              id: '1',
              voice: isLoud(info),
            }),
            all: (_: unknown, _args: unknown, __: unknown, info: GraphQLResolveInfo) =>
              ['1', '2'].map((id) => ({ id, voice: isLoud(info) })),
            pick: () => ({}),
            either: () => ({ __typename: 'A', id: '2' }),
          },
          Mutation: { touch: () => ({ id: '1' }) },
          A: {
            __resolveReference: ({ id }: { id: string }) => ({ id }),
            name: heard('name'),
            part: () => ({}),
            // What a directive on the field above made of it.
            voice: ({ voice }: { voice?: boolean }) => (voice ? 'LOUD' : 'low'),
          },
          Part: { x: heard('x'), y: heard('y') },
        },
      },
      {
        name: 'b',
        typeDefs: `${LINK} ${LOUD}
          type Query { b: String }
          type A @key(fields: "id") { id: ID! price: String box: Box }
          type Box { w: String h: String }`,
        resolvers: {
          Query: { b: heard('b') },
          A: { __resolveReference: ({ id }: { id: string }) => ({ id }), price: heard('price'), box: () => ({}) },
          Box: { w: heard('w'), h: heard('h') },
        },
      },
    ],
    queries: [
      { query: '{ a { name price part { x y } box { w } } b }' },
      { query: '{ a { name @loud price @loud(how: LITTLE) } b @loud }' },
      { query: '{ a { n: name @loud m: name o: name @loud(how: LITTLE) } }' },
      { query: '{ a { name name @loud price @loud price } }' },
      { query: '{ a { name @step(n: 1) @step(n: 2) } }' },
      { query: '{ a { name @step(n: 2) @step(n: 1) @include(if: true) price @skip(if: true) @loud } }' },
      ...['VERY', 'LITTLE', undefined].map((how) => ({
        query: 'query($how: How! = LITTLE) { a { name @loud(how: $how) price @loud(how: $how) } }',
        ...(how !== undefined && { variables: { how } }),
      })),
      { query: 'query($how: How! = LITTLE @loud) { a { name @loud(how: $how) } }' },
      { query: 'query Q @loud { a { name price } b }' },
      { query: 'query Q($how: How!) @loud(how: $how) { a { name price } b }', variables: { how: 'LITTLE' } },
      { query: 'query Q($how: How!) @loud(how: $how) { a { name price } b }', variables: { how: 'VERY' } },
      { query: '{ a { ... @loud { name part { x } } part { y } } }' },
      { query: '{ a { ... { name } ... @loud(how: LITTLE) { name @loud } } }' },
      { query: '{ ... @loud { b } a { box { ... @loud { w } h } } }' },
      {
        query: '{ a { ...F @loud ...F } } fragment F on A { name part { x } }',
        apolloIsWrong: 'it sends the fragment by its name, and the resolver looks at those without one',
        data: { a: { name: 'name [] [[["loud",{"how":"VERY"}]],[]] [[],[]]', part: { x: 'x [] [[],[]]' } } },
      },
      { query: '{ a { ...F } all { ...F } } fragment F on A @loud { name price }' },
      { query: '{ a { part { x } part @loud { y } } }' },
      { query: '{ pick(at: 1) { x @loud } other: pick(at: 2) @loud { x } }' },
      { query: '{ either { __typename @loud ... on A @loud { name price } ... on Other { word } } }' },
      { query: '{ a { voice } all { voice price } }' },
      { query: '{ a @loud { voice } all @loud { id voice price } }' },
      { query: '{ a { voice } all @loud { voice } }' },
      {
        query: '{ a { ...F @spreadOnly } } fragment F on A @spreadOnly { part { x } }',
        apolloIsWrong: 'it sends the directive where it may not stand, and the subgraph refuses the request',
        data: { a: { part: { x: 'x [] [[],[]]' } } },
      },
      {
        query: '{ a { ...F @loud(how: LITTLE) } } fragment F on A @loud { part { x } }',
        apolloIsWrong: 'it sends the directive twice, which may stand but once, and the subgraph refuses the request',
        data: { a: { part: { x: 'x [] [[],[]]' } } },
      },
    ],
  },
];
