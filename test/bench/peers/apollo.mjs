// `@apollo/gateway` behind Apollo Server, as its documentation has it; NODE_ENV=production comes from outside.
//
// node apollo.mjs SUPERGRAPH none|responses|entities [REDIS_URL]; prints `ready at URL`. It runs in the folder where the peers are installed.

import { readFileSync } from 'node:fs';
import process from 'node:process';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import responseCachePlugin from '@apollo/server-plugin-response-cache';
import { EntityCachingDataSource, openEntityCache } from './entity-cache.mjs';

const [file, cache, redisUrl] = process.argv.slice(2);
const keyv = cache === 'entities' ? await openEntityCache(redisUrl) : null;
const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(file, 'utf8'),
  logger: { debug() {}, info() {}, warn: console.error, error: console.error },
  buildService: ({ name, url }) =>
    keyv === null ? new RemoteGraphQLDataSource({ url }) : new EntityCachingDataSource({ name, url, keyv }),
});
const server = new ApolloServer({
  gateway,
  introspection: false,
  // In memory, of the default size: the fastest place that it has.
  plugins: cache === 'responses' ? [responseCachePlugin.default?.() ?? responseCachePlugin()] : [],
  stopOnTerminationSignals: true,
});
const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
console.log(`ready at ${url}`);
