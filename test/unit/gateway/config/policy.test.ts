// Which policy and lifetimes hold, by the nearest setting.
import { describe, expect, it } from 'vitest';
import { fieldPolicyFor, policyFor, sourcesOf } from '../../../../gateway/config/policy.ts';
import { resolveConfig } from '../../../../gateway/config.ts';

function configOf(yaml: string) {
  const file = { path: 'freshet.yaml', text: `supergraph: { path: a }\n${yaml}` };
  return resolveConfig({ file, env: {}, flags: {}, cwd: '/' });
}

const LOG = 'purge: { inProcess: true }\n';

describe('policyFor', () => {
  it('is bounded by S where a purge log is configured', () => {
    expect(policyFor(configOf(LOG), 'a', 'T')).toEqual({
      policy: { kind: 'bounded', boundMs: 5_000 },
      ttlMs: null,
      negativeTtlMs: null,
      precise: false,
    });
    expect(policyFor(configOf(`${LOG}cache: { bound: 2s }`), 'a', 'T').policy).toEqual({
      kind: 'bounded',
      boundMs: 2_000,
    });
  });

  it('is ttl where none is, and for a subgraph that emits no events', () => {
    expect(policyFor(configOf(''), 'a', 'T').policy).toEqual({ kind: 'ttl' });
    const config = configOf(`${LOG}cache: { subgraphs: { search: { sources: [] } } }`);
    expect(policyFor(config, 'search', 'T').policy).toEqual({ kind: 'ttl' });
    expect(policyFor(config, 'other', 'T').policy.kind).toBe('bounded');
  });

  it('takes each setting from the nearest that says it: type, subgraph, default', () => {
    const config = configOf(`${LOG}cache:
  default: { ttl: 60s, negativeTtl: 1s, policy: never }
  subgraphs: { a: { ttl: 30s, types: { T: { policy: bounded, precise: true } } } }`);
    expect(policyFor(config, 'a', 'T')).toEqual({
      policy: { kind: 'bounded', boundMs: 5_000 },
      ttlMs: 30_000,
      negativeTtlMs: 1_000,
      precise: true,
    });
    expect(policyFor(config, 'a', 'U')).toMatchObject({ policy: { kind: 'never' }, ttlMs: 30_000, precise: false });
    expect(policyFor(config, 'b', 'T')).toMatchObject({ policy: { kind: 'never' }, ttlMs: 60_000, precise: false });
  });
});

describe('fieldPolicyFor', () => {
  const config = configOf(`${LOG}cache:
  subgraphs:
    a:
      types: { Query: { ttl: 9s, precise: true } }
      fields: { Query.top: { precise: true, ttl: 1s }, Query.count: { policy: never } }`);

  it('takes the field first, then its type', () => {
    expect(fieldPolicyFor(config, 'a', 'Query', 'top')).toMatchObject({ ttlMs: 1_000, precise: true });
    expect(fieldPolicyFor(config, 'a', 'Query', 'count')).toMatchObject({ policy: { kind: 'never' }, ttlMs: 9_000 });
  });

  it('is not precise by the word of its type, which speaks of plain columns', () => {
    expect(fieldPolicyFor(config, 'a', 'Query', 'other')).toMatchObject({ ttlMs: 9_000, precise: false });
  });
});

describe('sourcesOf', () => {
  it('is the subgraph itself until something else is configured', () => {
    const { cache } = configOf('cache: { subgraphs: { a: { sources: [x, y] }, b: {} } }');
    expect([sourcesOf(cache, 'a'), sourcesOf(cache, 'b'), sourcesOf(cache, 'c')]).toEqual([['x', 'y'], ['b'], ['c']]);
  });
});
