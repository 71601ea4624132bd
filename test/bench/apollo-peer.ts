// The peer: plain `@apollo/gateway` behind Apollo Server, as its documentation has it. Argument: the supergraph's file.

import { readFileSync } from 'node:fs';
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { supergraphForApollo } from '../support/supergraph-for-apollo.ts';

process.env.APOLLO_TELEMETRY_DISABLED = 'true';
const [file = ''] = process.argv.slice(2);
const gateway = new ApolloGateway({
  supergraphSdl: supergraphForApollo(readFileSync(file, 'utf8')),
  logger: { debug() {}, info() {}, warn: console.error, error: console.error },
});
const server = new ApolloServer({ gateway, stopOnTerminationSignals: true });
const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
console.log(`ready at ${url}`);
