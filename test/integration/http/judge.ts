// Plain Apollo Server over the schema and resolvers of a local graph: it says what is right.
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import type { LocalGraph } from './local-graph.ts';

export interface Judge {
  readonly origin: string;
  stop(): Promise<void>;
}

export async function plainApollo({ schema, rootValue }: LocalGraph): Promise<Judge> {
  const server = new ApolloServer({
    schema,
    rootValue,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    plugins: [ApolloServerPluginCacheControlDisabled()],
  });
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
  return { origin: url.replace(/\/$/, ''), stop: () => server.stop() };
}
