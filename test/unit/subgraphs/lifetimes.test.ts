// The lifetime of an entity by its directives, where Apollo Server's own rule is hard to see from outside.
import { buildSchema, type FragmentDefinitionNode, Kind, parse } from 'graphql';
import { expect, it } from 'vitest';
import { lifetimeOf } from '../../../subgraphs/kit/lifetime.ts';

const schema = buildSchema(`
  enum CacheControlScope { PUBLIC PRIVATE }
  directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
  type Query { a: A }
  interface Node @cacheControl(maxAge: 40) { id: ID! }
  type A implements Node @cacheControl(maxAge: 100) {
    id: ID!
    leaf: String
    short: String @cacheControl(maxAge: 5)
    long: String @cacheControl(maxAge: 500)
    private: String @cacheControl(scope: PRIVATE)
    plain: Plain
    inherited: Plain @cacheControl(inheritMaxAge: true)
    aged: Plain @cacheControl(maxAge: 30)
    value: Value
    node: Node
    b: B
  }
  type B implements Node @cacheControl(maxAge: 200) { id: ID! quick: String @cacheControl(maxAge: 1) }
  type Plain { name: String quick: String @cacheControl(maxAge: 2) }
  type Value @cacheControl(inheritMaxAge: true) { name: String }
  type Bare { name: String }
`);

function lifetime(selection: string, variables: Record<string, unknown> = {}, typename = 'A'): number {
  const document = parse(`query ($yes: Boolean) { e ${selection} } fragment F on A { short }`);
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('expected an operation');
  const [field] = operation.selectionSet.selections;
  if (field?.kind !== Kind.FIELD || field.selectionSet === undefined) throw new Error('expected a selection');
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  return lifetimeOf({ schema, fragments, variables }, typename, field.selectionSet);
}

it.each([
  ['{ id leaf }', 100],
  ['{ short }', 5],
  ['{ long }', 100],
  ['{ private }', 100],
  ['{ plain { name } }', 0],
  ['{ inherited { name } }', 100],
  ['{ inherited { quick } }', 2],
  ['{ aged { name } }', 30],
  ['{ value { name } }', 100],
  ['{ b { id } }', 100],
  ['{ b { quick } }', 1],
  ['{ node { id } }', 40],
  ['{ node { ... on B { quick } } }', 1],
  ['{ ... on B { quick } }', 100],
  ['{ ... on Node { id } ... { short } }', 5],
  ['{ ...F }', 5],
  ['{ short @skip(if: true) }', 100],
  ['{ short @include(if: $yes) }', 100],
  ['{ __typename }', 100],
])('%s may be kept %i s', (selection, seconds) => {
  expect(lifetime(selection, { yes: false })).toBe(seconds);
});

it('a condition that holds counts', () => {
  expect(lifetime('{ short @include(if: $yes) }', { yes: true })).toBe(5);
});

it('for an interface every type that it may be counts', () => {
  expect(lifetime('{ ... on B { quick } ... on A { short } }', {}, 'Node')).toBe(1);
});

it('a type that nobody annotated, or that there is not, may not be kept', () => {
  expect([lifetime('{ name }', {}, 'Bare'), lifetime('{ name }', {}, 'Nothing')]).toEqual([0, 0]);
});
