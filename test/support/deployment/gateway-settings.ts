// The freshet.yaml of the gateways that tests start: two Redis shards, Kafka, S = 5 s, plain columns of users, products and brands precise.
import { fileURLToPath } from 'node:url';

/** Settings of freshet.yaml, in place of the usual ones of their section. */
export interface GatewayOverrides {
  readonly cache?: object;
  readonly purge?: object;
  readonly origin?: object;
  readonly graph?: string;
  /** The file of another supergraph. */
  readonly supergraph?: string;
}

export interface SettingsBase {
  /** GraphQL of each subgraph. */
  readonly urls: Readonly<Record<string, string>>;
  readonly shards: readonly string[];
  readonly brokers: readonly string[];
  readonly topic: string;
}

/** S of the usual config. */
export const BOUND_MS = 5_000;
/**
 * Where tests say what is a hit and count what is asked. On a busy machine a shard may take longer than the usual 50 ms and a heartbeat longer
 * than S, and then a hit is a request more: what that costs is the subject of the tests of faults. And what changed, the sample data
 * too, leaves the shards once more when every fetch from before must have ended, usually 30 s later: here not before the test has.
 */
export const UNHURRIED = { cache: { shardDeadline: '10s', bound: '60s' }, origin: { timeout: '10m' } } as const;
/** Of the tokens that name a subject: HS256. */
export const TOKEN_SECRET = 'a secret of the tests, long enough';
/** A gateway that starts without Kafka serves after this. */
const READY_TIMEOUT = '5s';
const SUPERGRAPH = fileURLToPath(new URL('../../../schema/supergraph.graphql', import.meta.url));

/** Without `listen`. */
export function gatewaySettings(base: SettingsBase, overrides: GatewayOverrides): object {
  return {
    supergraph: { path: overrides.supergraph ?? SUPERGRAPH },
    ...(overrides.graph === undefined ? {} : { graph: overrides.graph }),
    ...(overrides.origin === undefined ? {} : { origin: overrides.origin }),
    subgraphs: Object.fromEntries(Object.entries(base.urls).map(([name, url]) => [name, { url }])),
    cache: {
      shards: base.shards,
      bound: `${BOUND_MS}ms`,
      default: { ttl: '60s', negativeTtl: '10s' },
      subgraphs: {
        accounts: { types: { User: { precise: true } } },
        catalog: { types: { Product: { precise: true }, Brand: { precise: true } } },
      },
      ...overrides.cache,
    },
    purge: { kafka: { brokers: base.brokers, topic: base.topic }, readyTimeout: READY_TIMEOUT, ...overrides.purge },
    headers: { authorization: { forward: ['accounts'], key: 'subject' } },
    auth: { jwt: { secret: TOKEN_SECRET } },
  };
}
