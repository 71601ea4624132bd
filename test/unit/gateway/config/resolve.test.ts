// The config as a whole: precedence, defaults, and every wrong setting named at once.
import { describe, expect, it } from 'vitest';
import { type ConfigSources, loadConfig, resolveConfig } from '../../../../gateway/config.ts';
import { GatewayError } from '../../../../gateway/errors.ts';

const LEAST = 'supergraph: { path: ./supergraph.graphql }\n';

function resolve(text: string | null, more: Partial<ConfigSources> = {}) {
  const file = text === null ? null : { path: 'conf/freshet.yaml', text };
  return resolveConfig({ file, env: {}, flags: {}, cwd: '/work', ...more });
}

/** The message of the refusal. */
function refusal(text: string | null, more: Partial<ConfigSources> = {}): string {
  try {
    resolve(text, more);
  } catch (error) {
    if (error instanceof GatewayError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('Expected the config to be refused');
}

describe('what a config gives', () => {
  it('needs no more than a supergraph', () => {
    const config = resolve(null, { flags: { supergraph: 'super.graphql' } });
    expect(config.supergraph).toEqual({ kind: 'file', path: '/work/super.graphql' });
    expect(config.listen).toMatchObject({ host: null, port: 4000, managementHost: '127.0.0.1', managementPort: 4001 });
    expect(config.cache).toMatchObject({
      shards: [],
      boundMs: 5_000,
      shardDeadlineMs: 50,
      l1MaxBytes: 256 * 1024 * 1024,
    });
    expect(config.purge).toMatchObject({
      log: { kind: 'none' },
      readyTimeoutMs: 30_000,
      ledgerMaxTagsCount: 1_000_000,
    });
    expect(config.origin).toMatchObject({ timeoutMs: 30_000, secret: null });
    expect(config.logLevel).toBe('info');
  });

  it('reads the example of the README', () => {
    const config = resolve(`
supergraph: { path: ./supergraph.graphql }
cache:
  shards: [ redis://10.0.0.1:6379, redis://:word@10.0.0.2:6379/1 ]
  bound: 5s
  default: { ttl: 60s }
  subgraphs:
    accounts: { sources: [accounts], types: { User: { ttl: 300s, negativeTtl: 10s, precise: true } } }
    search: { policy: ttl }
purge: { kafka: { brokers: [ 10.0.0.9:9092 ], topic: freshet.purge } }
headers: { Authorization: { forward: [ accounts ], key: subject } }
`);
    expect(config.supergraph).toEqual({ kind: 'file', path: '/work/conf/supergraph.graphql' });
    expect(config.cache.shards).toEqual([
      { kind: 'redis', name: 'redis://10.0.0.1:6379', href: 'redis://10.0.0.1:6379' },
      { kind: 'redis', name: 'redis://10.0.0.2:6379/1', href: 'redis://:word@10.0.0.2:6379/1' },
    ]);
    expect(config.cache.subgraphs.get('accounts')?.types.get('User')).toEqual({
      policy: null,
      ttlMs: 300_000,
      negativeTtlMs: 10_000,
      precise: true,
    });
    expect(config.purge.log).toEqual({ kind: 'kafka', brokers: ['10.0.0.9:9092'], topic: 'freshet.purge' });
    expect(config.headers).toEqual([{ name: 'authorization', forward: new Set(['accounts']), key: 'subject' }]);
  });

  it('lets a flag beat the environment and the environment beat the file', () => {
    const text = `${LEAST}listen: { port: 1001, managementPort: 1002 }\nlog: { level: warn }\n`;
    const env = { PORT: '2001', MANAGEMENT_PORT: '2002', LOG_LEVEL: '' };
    const config = resolve(text, { env, flags: { port: '3001', supergraph: 'other.graphql' } });
    expect(config.listen).toMatchObject({ port: 3001, managementPort: 2002 });
    expect(config.logLevel).toBe('warn');
    expect(config.supergraph).toEqual({ kind: 'file', path: '/work/other.graphql' });
  });

  it('replaces each embedded part by the variable that names its server', () => {
    const config = resolve(`${LEAST}cache: { shards: ['memory:a'] }\npurge: { inProcess: true }\n`, {
      env: {
        SHARD_URLS: 'redis://a:6379, redis://b:6379',
        KAFKA_BROKERS: 'a:9092,b:9092',
        INVALIDATION_KEY: 'long enough',
        SUBGRAPH_SECRET: 'hush',
      },
    });
    expect(config.cache.shards.map(({ name }) => name)).toEqual(['redis://a:6379', 'redis://b:6379']);
    expect(config.purge.log).toEqual({ kind: 'kafka', brokers: ['a:9092', 'b:9092'], topic: 'freshet.purge' });
    expect(config.purge.invalidationKey).toBe('long enough');
    expect(config.origin.secret).toBe('hush');
  });

  it('takes a section without a value for an absent one', () => {
    expect(resolve(`${LEAST}listen:\ncache:\n  default:\n`).listen.port).toBe(4000);
  });

  it('is stricter in production', () => {
    const inProduction = resolve(LEAST, { env: { NODE_ENV: 'production' } });
    expect(inProduction).toMatchObject({ production: true, introspection: false, cors: { origins: [] } });
    const elsewhere = resolve(LEAST);
    expect(elsewhere).toMatchObject({ production: false, introspection: true });
    expect(elsewhere.cors.origins).toEqual(['https://studio.apollographql.com']);
  });

  it('reads the log back as far as the longest ttl, and at least an hour', () => {
    expect(resolve(`${LEAST}cache: { default: { ttl: 60s } }`).purge.replayWindowMs).toBe(3_600_000);
    expect(resolve(`${LEAST}cache: { subgraphs: { a: { types: { T: { ttl: 2d } } } } }`).purge.replayWindowMs).toBe(
      172_800_000,
    );
    expect(resolve(`${LEAST}purge: { replayWindow: 5m }`).purge.replayWindowMs).toBe(300_000);
  });

  it('knows the keys of a token by secret, file or URL', () => {
    const secret = 'a secret of thirty-two characters';
    expect(resolve(`${LEAST}auth: { jwt: { secret: "${secret}" } }`).jwt).toEqual({
      keys: { kind: 'secret', secret },
      algorithms: ['HS256'],
      issuer: null,
      audience: null,
    });
    const byFile = resolve(`${LEAST}auth: { jwt: { jwks: { path: keys.json }, issuer: me } }`).jwt;
    expect(byFile).toMatchObject({ keys: { kind: 'jwks-file', path: '/work/conf/keys.json' }, issuer: 'me' });
  });

  it('says where the file is that could not be read', async () => {
    const loading = loadConfig('/nowhere/freshet.yaml', { env: {}, flags: {}, cwd: '/' });
    await expect(loading).rejects.toThrow(/^Expected a config file at \/nowhere\/freshet\.yaml, got: ENOENT/);
  });
});

describe('what a config refuses', () => {
  it('names all wrong settings at once, with path, expectation, what came, and line', () => {
    const text = `supergraph: { path: a.graphql }
listen:
  port: 70000
  managmentPort: 1
cache:
  bound: 5
  subgraphs:
    accounts:
      types:
        User: { ttll: 5s, policy: strict }
      fields: { topProducts: {} }
`;
    expect(refusal(text)).toBe(
      `CONFIG_INVALID: 6 settings are wrong in conf/freshet.yaml:
  listen.port: expected a whole number from 0 to 65535, got 70000 (conf/freshet.yaml:3)
  listen.managmentPort: unknown setting; did you mean managementPort? (conf/freshet.yaml:4)
  cache.bound: expected a span from 500ms to 1h, such as 250ms, 5s or 1h, got 5 (conf/freshet.yaml:6)
  cache.subgraphs.accounts.types.User.policy: expected one of bounded, ttl, never, got "strict" (conf/freshet.yaml:10)
  cache.subgraphs.accounts.types.User.ttll: unknown setting; did you mean ttl? (conf/freshet.yaml:10)
  cache.subgraphs.accounts.fields.topProducts: expected a field as Type.field, such as Query.topProducts (conf/freshet.yaml:11)`,
    );
  });

  it('names the variable or flag that a wrong value came from', () => {
    expect(refusal(LEAST, { env: { PORT: 'http' } })).toBe(
      'CONFIG_INVALID: listen.port: expected a whole number from 0 to 65535, got "http" (environment PORT)',
    );
    expect(refusal(LEAST, { flags: { port: '-1' } })).toContain('got "-1" (--port)');
  });

  it('names what does not fit together beside what is wrong by itself', () => {
    const text = `listen: { host: 5, managementPort: 7 }
cache:
  bound: 5 parsecs
  default: { ttl: never }
  subgraphs:
    accounts: { ttl: soon, types: { User: { policy: bounded } } }
cors: { origins: ["*"], credentials: true }
`;
    const env = { PORT: '7', SHARD_URLS: 'ftp://:word@a,redis://b/one,redis://c,rediss://c,redis://c:6379' };
    expect(refusal(text, { env })).toBe(
      `CONFIG_INVALID: 11 settings are wrong in conf/freshet.yaml:
  listen.host: expected a text, got 5 (conf/freshet.yaml:1)
  cache.shards.0: expected the URL of a shard (memory: redis: rediss:), got scheme ftp: (environment SHARD_URLS)
  cache.shards.1: expected the number of a database, got database "one" of b (environment SHARD_URLS)
  cache.shards.4: expected each shard once, got redis://c:6379 again (environment SHARD_URLS)
  cache.bound: expected a span from 500ms to 1h, such as 250ms, 5s or 1h, got "5 parsecs" (conf/freshet.yaml:3)
  cache.default.ttl: expected a span from 1ms to 365d, such as 250ms, 5s or 1h, got "never" (conf/freshet.yaml:4)
  cache.subgraphs.accounts.ttl: expected a span from 1ms to 365d, such as 250ms, 5s or 1h, got "soon" (conf/freshet.yaml:6)
  supergraph: expected a supergraph: --supergraph FILE, supergraph.path or supergraph.uplink, got none (conf/freshet.yaml)
  listen.managementPort: expected another port than listen.port, got 7 for both (conf/freshet.yaml:1)
  cache.subgraphs.accounts.types.User.policy: expected a purge log for policy bounded (purge.kafka), got none (conf/freshet.yaml:6)
  cors.credentials: expected named origins where credentials are allowed, got "*" (conf/freshet.yaml:7)`,
    );
  });

  it('does not hold settings to others that are wrong themselves', () => {
    const brokers = refusal(`${LEAST}cache: { default: { policy: bounded } }\npurge: { kafka: { brokers: [a] } }\n`);
    expect(brokers).not.toContain('expected a purge log');
    expect(brokers).not.toContain('\n');
    // The default of what is wrong would be the same port.
    expect(refusal(`${LEAST}listen: { port: x, managementPort: 4000 }\n`)).not.toContain('\n');
    expect(refusal('supergraph: 5\n')).not.toContain('\n');
    expect(refusal('supergrph: { path: a }\n')).not.toContain('\n');
    expect(refusal(`${LEAST}auth: { jwt: { secret: short } }\n`)).not.toContain('\n');
  });

  it('lists the known settings where none is near', () => {
    expect(refusal(`${LEAST}log: { colour: red }`)).toContain('log.colour: unknown setting; expected one of level');
  });

  it.each([
    ['a bad unit', 'cache: { bound: 5 seconds }', 'cache.bound: expected a span from 500ms to 1h'],
    ['a span out of range', 'cache: { bound: 2h }', 'got "2h"'],
    [
      'a bad size',
      'limits: { bodyBytes: 1 }',
      'limits.bodyBytes: expected a size from 1KiB to 256MiB, such as 512KiB or 64MiB, got 1 ',
    ],
    ['a list where a mapping stands', 'listen: [1]', 'listen: expected a mapping, got [1]'],
    [
      'a mapping where a list stands',
      'cache: { subgraphs: { a: { sources: {} } } }',
      'cache.subgraphs.a.sources: expected a list, got {}',
    ],
    ['text for a flag', 'introspection: "yes"', 'introspection: expected true or false, got "yes"'],
    [
      'a header of the connection',
      'headers: { Host: { forward: [a] } }',
      'headers.Host: expected the name of a header that may be forwarded',
    ],
    [
      'a header forwarded to nobody',
      'headers: { a: { forward: [] } }',
      'headers.a.forward: expected at least one subgraph, or "*", got []',
    ],
    [
      'a header twice',
      'headers: { a: { forward: [x] }, A: { forward: [x] } }',
      'headers.A: expected each header once, got a again',
    ],
    [
      'a broker without a port',
      'purge: { kafka: { brokers: [a] } }',
      'purge.kafka.brokers.0: expected a broker as host:port, got "a"',
    ],
    ['no broker', 'purge: { kafka: { brokers: [] } }', 'expected at least one broker as host:port, got []'],
    [
      'a topic name with a space',
      'purge: { kafka: { brokers: ["a:1"], topic: "a b" } }',
      'purge.kafka.topic: expected the name of a topic',
    ],
    [
      'a kind of shard that is not there',
      'cache: { shards: ["memcached://a"] }',
      'cache.shards.0: expected the URL of a shard (memory: redis: rediss:), got scheme memcached:',
    ],
    [
      'a shard twice',
      'cache: { shards: ["redis://a", "redis://:x@a:6379/0"] }',
      'cache.shards.1: expected each shard once, got redis://a:6379 again',
    ],
    [
      'bounded by default without a purge log',
      'cache: { default: { policy: bounded } }',
      'cache.default.policy: expected a purge log for policy bounded (purge.kafka), got none',
    ],
    [
      'a bounded type without a purge log',
      'cache: { subgraphs: { a: { types: { T: { policy: bounded } } } } }',
      'cache.subgraphs.a.types.T.policy: expected a purge log',
    ],
    [
      'a bounded field without a purge log',
      'cache: { subgraphs: { a: { fields: { Query.t: { policy: bounded } } } } }',
      'cache.subgraphs.a.fields."Query.t".policy: expected a purge log',
    ],
    [
      'bounded without sources',
      'purge: { inProcess: true }\ncache: { subgraphs: { a: { policy: bounded, sources: [] } } }',
      'cache.subgraphs.a.policy: expected at least one of sources',
    ],
    [
      'bounded inherited without sources',
      'purge: { inProcess: true }\ncache: { default: { policy: bounded }, subgraphs: { a: { sources: [] } } }',
      'cache.subgraphs.a.policy: expected at least one of sources',
    ],
    [
      'one port for both',
      'listen: { port: 9, managementPort: 9 }',
      'listen.managementPort: expected another port than listen.port, got 9 for both',
    ],
    [
      'two ways to know keys',
      `auth: { jwt: { secret: ${'s'.repeat(32)}, jwks: { path: a } } }`,
      'auth.jwt: expected exactly one of secret, jwks.path and jwks.url, got 2',
    ],
    [
      'a shared-secret algorithm with public keys',
      'auth: { jwt: { jwks: { path: a }, algorithms: [HS256] } }',
      'auth.jwt.algorithms: expected no HS algorithm with a JWKS, got HS256',
    ],
    [
      'credentials for every origin',
      'cors: { origins: ["*"], credentials: true }',
      'cors.credentials: expected named origins',
    ],
    [
      'an origin with a path',
      'cors: { origins: ["https://a.example/"] }',
      'cors.origins.0: expected an origin such as https://app.example.com',
    ],
  ])('refuses %s', (_what, yaml, message) => {
    expect(refusal(`${LEAST}${yaml}\n`)).toContain(message);
  });

  it('refuses a config without a supergraph, and one with two', () => {
    expect(refusal(null)).toContain(
      'supergraph: expected a supergraph: --supergraph FILE, supergraph.path or supergraph.uplink, got none',
    );
    expect(refusal('supergraph: { path: a, uplink: true }')).toContain('expected one of path and uplink, got both');
  });

  it('refuses Uplink without its key and graph', () => {
    const message = refusal('supergraph: { uplink: true }', { env: { APOLLO_KEY: 'x' } });
    expect(message).toContain(
      'supergraph.uplink: expected APOLLO_GRAPH_REF in the environment, got nothing (conf/freshet.yaml:1)',
    );
    expect(message).not.toContain('expected APOLLO_KEY');
  });

  it('does not repeat a secret in its message', () => {
    expect(refusal(`${LEAST}purge: { invalidationKey: hunter2 }`)).not.toContain('hunter2');
    expect(refusal(`${LEAST}cache: { shards: ["redis://:hunter2@"] }`)).not.toContain('hunter2');
    expect(refusal(`${LEAST}auth: { jwt: { secret: hunter2 } }`)).not.toContain('hunter2');
  });

  it('says the line where the file is no YAML', () => {
    expect(refusal('supergraph: { path: a\nlisten: 1\n')).toMatch(
      /^CONFIG_UNREADABLE: Expected YAML in conf\/freshet\.yaml:\d, got: /,
    );
    expect(refusal('a: 1\na: 2\n')).toContain('freshet.yaml:2, got: Map keys must be unique');
  });
});
