// Holds the reference graph to plain @apollo/gateway: every client operation is answered, with the errors that it declares and no others.
import { readFileSync } from 'node:fs';
import { ApolloGateway, type GraphQLDataSourceProcessOptions, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import type { FormattedExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeSupergraph } from '../../../gateway/federation/compose.ts';
import { type ClientOperation, readClientOperations } from '../../../schema/operations.ts';
import { SUBGRAPH_NAMES } from '../../../subgraphs/graph.ts';
import { supergraphForApollo } from '../../support/supergraph-for-apollo.ts';
import { bearer } from './graphql-request.ts';
import { type RunningGraph, startRunningGraph } from './running-graph.ts';

interface GatewayContext {
  readonly authorization?: string;
}

/** Forwards who asks, as our gateway does by its config. */
class ForwardingDataSource extends RemoteGraphQLDataSource<GatewayContext> {
  override willSendRequest({ request, context }: GraphQLDataSourceProcessOptions<GatewayContext>): void {
    // Absent while the gateway asks for schemas.
    if (context?.authorization !== undefined) request.http?.headers.set('authorization', context.authorization);
  }
}

const operations = readClientOperations();
let graph: RunningGraph;
let apollo: ApolloServer<GatewayContext>;

beforeAll(async () => {
  graph = await startRunningGraph(0.05);
  const sources = SUBGRAPH_NAMES.map((name) => ({
    name,
    url: graph.subgraphs[name].url,
    sdl: readFileSync(new URL(`../../../schema/${name}.graphql`, import.meta.url), 'utf8'),
  }));
  const { supergraphSdl, errors } = composeSupergraph(sources);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  const gateway = new ApolloGateway({
    supergraphSdl: supergraphForApollo(supergraphSdl),
    buildService: ({ url }) => new ForwardingDataSource({ url }),
  });
  apollo = new ApolloServer<GatewayContext>({ gateway, introspection: true });
  await apollo.start();
});

afterAll(async () => {
  await apollo?.stop();
  await graph?.stop();
});

async function answerTo({ text, variables, subject }: ClientOperation): Promise<FormattedExecutionResult> {
  const { body } = await apollo.executeOperation(
    { query: text, variables: { ...variables } },
    { contextValue: subject === null ? {} : { authorization: bearer(subject) } },
  );
  if (body.kind !== 'single') throw new Error('expected a single answer');
  // Fields are resolved at once: which of their errors comes first is chance.
  body.singleResult.errors = body.singleResult.errors?.toSorted((a, b) => String(a.path).localeCompare(String(b.path)));
  return body.singleResult;
}

const codesOf = ({ errors = [] }: FormattedExecutionResult): string[] =>
  [...new Set(errors.map(({ extensions }) => String(extensions?.code)))].sort();

describe('behind plain @apollo/gateway', () => {
  it('there are at least 60 queries to answer', () => {
    expect(operations.filter(({ kind }) => kind === 'query').length).toBeGreaterThanOrEqual(60);
  });

  it.each(operations.filter(({ kind }) => kind === 'query'))(
    'the query $name is answered, and the same twice',
    async (operation) => {
      const answer = await answerTo(operation);
      expect(codesOf(answer), JSON.stringify(answer.errors)).toEqual(operation.errorCodes);
      expect(await answerTo(operation)).toEqual(answer);
    },
  );

  it.each(operations.filter(({ kind }) => kind === 'mutation'))('the mutation $name is answered', async (operation) => {
    const answer = await answerTo(operation);
    expect(codesOf(answer), JSON.stringify(answer.errors)).toEqual(operation.errorCodes);
  });

  it('the queries are still answered when all mutations have been made', async () => {
    for (const operation of operations.filter(({ kind }) => kind === 'query')) {
      const answer = await answerTo(operation);
      expect(codesOf(answer), `${operation.name}: ${JSON.stringify(answer.errors)}`).toEqual(operation.errorCodes);
    }
  });
});
