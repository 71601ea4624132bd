// Runs requests on schemas in this process, each text parsed and validated once.

import { buildSubgraphSchema } from '@apollo/subgraph';
import { type DocumentNode, execute, type GraphQLSchema, parse, validate } from 'graphql';
import type { LocalSubgraph } from '../support/local-graph.ts';

export interface SubgraphRunner {
  /** @returns the answer as JSON text */
  run(subgraph: string, query: string, variables: Record<string, unknown>): Promise<string>;
}

/** Texts of one subgraph that are kept read. */
const KEPT_COUNT = 1_000;

type Read = { readonly document: DocumentNode } | { readonly refusal: string };

export function createSubgraphRunner(subgraphs: readonly LocalSubgraph[]): SubgraphRunner {
  const served = new Map(
    subgraphs.map(({ name, typeDefs, resolvers }) => [
      name,
      { schema: buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers }]), texts: new Map<string, Read>() },
    ]),
  );
  return {
    async run(subgraph, query, variableValues) {
      const server = served.get(subgraph);
      if (server === undefined) throw new Error(`expected a subgraph of the graph, got ${subgraph}`);
      const known = server.texts.get(query) ?? read(server.schema, query);
      if (server.texts.size >= KEPT_COUNT) server.texts.clear();
      server.texts.set(query, known);
      if ('refusal' in known) return known.refusal;
      return JSON.stringify(
        await execute({ schema: server.schema, document: known.document, variableValues, contextValue: {} }),
      );
    },
  };
}

function read(schema: GraphQLSchema, query: string): Read {
  const document = parse(query);
  const invalid = validate(schema, document);
  if (invalid.length === 0) return { document };
  return {
    refusal: JSON.stringify({
      errors: invalid.map(({ message }) => ({ message: `REFUSED BY A SUBGRAPH: ${message}` })),
    }),
  };
}
