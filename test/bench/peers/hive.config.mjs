// Hive Gateway as its documentation has it for production; what differs between its three setups comes by environment.

import process from 'node:process';
import { defineConfig } from '@graphql-hive/gateway';

const { BENCH_ALL_JOINED, BENCH_JIT, BENCH_JOINED, BENCH_RESPONSE_CACHE } = process.env;

export const gatewayConfig = defineConfig({
  logging: 'error',
  graphiql: false,
  landingPage: false,
  disableIntrospection: { disableIf: () => true },
  // It takes the place of the other planner and of the response cache, whose answers are wrong or never kept with it.
  jit: BENCH_JIT === 'yes',
  // On by default.
  transportEntries: { '*.http': { options: { deduplicateInflightRequests: BENCH_JOINED === 'yes' } } },
  inboundInflightRequestDeduplication: BENCH_ALL_JOINED === 'yes',
  ...(BENCH_RESPONSE_CACHE === 'yes'
    ? { responseCaching: { session: () => null, ttl: 36_000_000, includeExtensionMetadata: false } }
    : {}),
});
