// An interface has all its object types as members, whether their names come before its own in the supergraph or after.

import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { readSupergraphFacts } from '../../../gateway/federation/subgraph-facts.ts';
import { composedLocally } from '../../support/composed.ts';
import { subgraph } from '../../unit/execution/subgraph.ts';

it('knows members of an interface that stand before it', () => {
  const { name, typeDefs } = subgraph(
    'a',
    `type Query { media: Media } interface Media { id: ID! }
     type Book implements Media @key(fields: "id") { id: ID! } type Song implements Media @key(fields: "id") { id: ID! }`,
  );
  const supergraphSdl = composedLocally([{ name, typeDefs }]);
  const facts = readSupergraphFacts(parse(supergraphSdl)).subgraphs.get('a');
  expect([...(facts?.possibleTypes('Media') ?? [])].sort()).toEqual(['Book', 'Song']);
});
