// Plain @apollo/gateway in this process, over subgraphs that run: what others answer to the same question.

import { ApolloGateway, type GraphQLDataSourceProcessOptions, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import type { FormattedExecutionResult } from 'graphql';
import type { ClientOperation } from '../../schema/operations.ts';
import { supergraphForApollo } from './supergraph-for-apollo.ts';

type Headers = Readonly<Record<string, string>>;

export interface PlainApolloOptions {
  readonly supergraphSdl: string;
  /** Where each subgraph answers. Default: where the supergraph says. */
  readonly urls?: Readonly<Record<string, string>>;
  /** Of every request to a subgraph. */
  readonly headers?: Headers;
}

export interface PlainApollo {
  /** @param headers are passed on to the subgraphs, as ours passes those of its config */
  ask(operation: ClientOperation, headers?: Headers): Promise<FormattedExecutionResult>;
  stop(): Promise<void>;
}

interface Context {
  readonly headers?: Headers;
}

class PassingDataSource extends RemoteGraphQLDataSource<Context> {
  override willSendRequest({ request, context }: GraphQLDataSourceProcessOptions<Context>): void {
    // Absent while the gateway asks for schemas.
    const headers: Headers = context?.headers ?? {};
    for (const [name, value] of Object.entries(headers)) request.http?.headers.set(name, value);
  }
}

export async function startPlainApollo(options: PlainApolloOptions): Promise<PlainApollo> {
  const { supergraphSdl, urls, headers: fixed } = options;
  const gateway = new ApolloGateway({
    supergraphSdl: supergraphForApollo(supergraphSdl),
    buildService: ({ name, url }) => new PassingDataSource({ url: urls?.[name] ?? url }),
  });
  const server = new ApolloServer<Context>({ gateway, introspection: true });
  await server.start();
  return {
    async ask({ text, variables }, headers) {
      const { body } = await server.executeOperation(
        { query: text, variables: { ...variables } },
        { contextValue: { headers: { ...fixed, ...headers } } },
      );
      if (body.kind !== 'single') throw new Error('expected a single answer');
      return body.singleResult;
    },
    stop: () => server.stop(),
  };
}
