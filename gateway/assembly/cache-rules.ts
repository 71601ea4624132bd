// The configuration as execution asks it: policies and lifetimes of types and fields.

import { type CachePolicy, fieldPolicyFor, policyFor } from '../config/policy.ts';
import type { Config } from '../config.ts';
import type { CacheRules } from '../execution/run.ts';

/** Longest time for which "there is no such entity" is kept where nothing is configured. */
const NEGATIVE_TTL_MS = 10_000;

export function createCacheRules(config: Config): CacheRules {
  const known = new Map<string, Map<string, CachePolicy>>();
  const settled = (subgraph: string, coordinate: string): CachePolicy => {
    const ofSubgraph = known.get(subgraph) ?? new Map<string, CachePolicy>();
    known.set(subgraph, ofSubgraph);
    let policy = ofSubgraph.get(coordinate);
    if (policy === undefined) {
      const [typename = '', field] = coordinate.split('.');
      policy =
        field === undefined ? policyFor(config, subgraph, typename) : fieldPolicyFor(config, subgraph, typename, field);
      ofSubgraph.set(coordinate, policy);
    }
    return policy;
  };
  const inline = new Set([...config.cache.subgraphs.values()].flatMap((subgraph) => [...subgraph.inline]));
  return {
    policy: (subgraph, coordinate) => settled(subgraph, coordinate).policy,
    isCached(subgraph) {
      const declared = config.cache.subgraphs.get(subgraph);
      if (settled(subgraph, '').policy.kind !== 'never') return true;
      return (
        declared !== undefined &&
        [...declared.types.values(), ...declared.fields.values()].some(
          ({ policy }) => policy !== null && policy !== 'never',
        )
      );
    },
    ttlMs: (subgraph, coordinate) => settled(subgraph, coordinate).ttlMs,
    negativeTtlMs: (subgraph, typename) => settled(subgraph, typename).negativeTtlMs ?? NEGATIVE_TTL_MS,
    isPrecise: (subgraph, coordinate) => settled(subgraph, coordinate).precise,
    isInline: (coordinate) => inline.has(coordinate),
  };
}
