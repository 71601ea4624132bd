// Clients see the schema that Apollo's gateway would show them.

import { Supergraph } from '@apollo/federation-internals';
import { lexicographicSortSchema, parse, printSchema, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { buildApiSchema } from '../../../gateway/federation/api-schema.ts';
import { composed } from '../../support/composed.ts';

const LINK = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@inaccessible", "@tag", "@interfaceObject", "@composeDirective"])`;

function compose(...sdls: readonly string[]): string {
  return composed(
    sdls.map((sdl, index) => ({ name: `s${index}`, url: `http://s${index}.test`, sdl: `${LINK}\n${sdl}` })),
  );
}

const ours = (sdl: string): string => printSchema(lexicographicSortSchema(buildApiSchema(parse(sdl))));
const apollos = (sdl: string): string =>
  printSchema(lexicographicSortSchema(Supergraph.build(sdl).apiSchema().toGraphQLJSSchema()));

describe('the schema for clients', () => {
  it.each([
    [
      'what is inaccessible',
      `type Query { a(x: Int, hidden: Int @inaccessible): A u: U node: Node secret: String @inaccessible e(i: In): E }
       type A implements Node @key(fields: "id") { id: ID! b: Int @inaccessible } type Hidden implements Node @inaccessible { id: ID! }
       interface Node { id: ID! } union U = A | Hidden enum E { ONE TWO @inaccessible } input In { a: Int = 3 b: E = ONE c: Int @inaccessible }
       interface Secret @inaccessible { x: Int } type B implements Secret { x: Int } scalar Time @inaccessible enum H @inaccessible { Q }`,
    ],
    [
      'what is described and deprecated',
      `"""The root""" type Query { "a thing" a("an argument" x: [Int!]! = [1, 2]): String @deprecated(reason: "old") b: String @tag(name: "t") }
       "a time" scalar Time @specifiedBy(url: "https://time.test") enum E { "one" ONE TWO @deprecated }`,
    ],
    [
      'mutations and types without fields of a query',
      'type Query { a: Int } type Mutation { do(input: In!): Out } input In { a: [In!] s: String = "x\\"y" } type Out { ok: Boolean! }',
    ],
  ])('holds %s', (_, sdl) => {
    const supergraph = compose(sdl);
    expect(ours(supergraph)).toBe(apollos(supergraph));
  });

  it('holds an interface object as the interface that it is', () => {
    const supergraph = compose(
      'type Query { m: [M] } interface M @key(fields: "id") { id: ID! } type X implements M @key(fields: "id") { id: ID! }',
      'type M @key(fields: "id") @interfaceObject { id: ID! rating: Int }',
    );
    expect(ours(supergraph)).toBe(apollos(supergraph));
  });

  it('holds the directives that all subgraphs define for operations', () => {
    const directive = 'directive @loud(how: How! = VERY) on FIELD | INLINE_FRAGMENT | QUERY enum How { VERY LITTLE }';
    const supergraph = compose(`${directive} type Query { a: String }`, `${directive} type Query { b: String }`);
    expect(ours(supergraph)).toBe(apollos(supergraph));
    const document = parse('query($h: How!) @loud { a @loud(how: $h) ... @loud(how: LITTLE) { b } }');
    expect(validate(buildApiSchema(parse(supergraph)), document)).toEqual([]);
  });

  it('lets clients write a composed directive of the subgraphs, where operations may have it', () => {
    const sdl = `extend schema @link(url: "https://loud.test/loud/v1.0", import: ["@loud"]) @composeDirective(name: "@loud")
      directive @loud(how: Int) on FIELD | FIELD_DEFINITION type Query`;
    const schema = buildApiSchema(parse(compose(`${sdl} { a: String @loud }`, `${sdl} { b: String }`)));
    expect(validate(schema, parse('{ a @loud(how: 1) b @loud }'))).toEqual([]);
    expect(validate(schema, parse('{ ... @loud { a } }'))).toHaveLength(1);
  });
});
