// Which policy and lifetimes hold for a type or a field of a subgraph: the nearest setting wins.

import type { CacheConfig, Config, Lifetime } from './settled.ts';

/** The same shape as the judge's policy in gateway/cache. */
export type SettledPolicy =
  | { readonly kind: 'bounded'; readonly boundMs: number }
  | { readonly kind: 'ttl' }
  | { readonly kind: 'never' };

export interface CachePolicy {
  readonly policy: SettledPolicy;
  /** For answers that have no lifetime from their subgraph. Null: such answers are not kept. */
  readonly ttlMs: number | null;
  /** For "there is no such entity". Null: as any other answer. */
  readonly negativeTtlMs: number | null;
  /** Purged by its own tags alone, not by "any change" of the subgraph. */
  readonly precise: boolean;
}

type Settings = Pick<Config, 'cache' | 'purge'>;

/** What holds for entities of a type as one subgraph gives them: type, then subgraph, then default. */
export function policyFor(config: Settings, subgraph: string, typename: string): CachePolicy {
  const declared = config.cache.subgraphs.get(subgraph)?.types.get(typename);
  return nearest(config, subgraph, declared === undefined ? [] : [declared], declared?.precise ?? false);
}

/**
 * What holds for a field that is kept by itself (a root field, a list, one with arguments): field, then its type, then subgraph,
 * then default. Precise only by its own word: that of its type speaks of plain columns.
 */
export function fieldPolicyFor(config: Settings, subgraph: string, typename: string, field: string): CachePolicy {
  const settings = config.cache.subgraphs.get(subgraph);
  const ofType = settings?.types.get(typename);
  const ofField = settings?.fields.get(`${typename}.${field}`);
  const declared = [ofField, ofType].filter((one) => one !== undefined);
  return nearest(config, subgraph, declared, ofField?.precise ?? false);
}

/** May anything of the subgraph be judged by the purge log's age? */
export function isBoundedAnywhere(config: Settings, subgraph: string): boolean {
  const declared = config.cache.subgraphs.get(subgraph);
  const own = [...(declared?.types.values() ?? []), ...(declared?.fields.values() ?? [])];
  return policyFor(config, subgraph, '').policy.kind === 'bounded' || own.some(({ policy }) => policy === 'bounded');
}

/** The databases whose events tell of a subgraph: as configured, else one that is named as the subgraph. */
export function sourcesOf(cache: CacheConfig, subgraph: string): readonly string[] {
  return cache.subgraphs.get(subgraph)?.sources ?? [subgraph];
}

function nearest(config: Settings, subgraph: string, declared: readonly Lifetime[], precise: boolean): CachePolicy {
  const { cache, purge } = config;
  const ofSubgraph = cache.subgraphs.get(subgraph);
  const chain = [...declared, ...(ofSubgraph === undefined ? [] : [ofSubgraph]), cache.default];
  const emitsEvents = purge.log.kind !== 'none' && sourcesOf(cache, subgraph).length > 0;
  const kind = first(chain, 'policy') ?? (emitsEvents ? 'bounded' : 'ttl');
  return {
    policy: kind === 'bounded' ? { kind, boundMs: cache.boundMs } : { kind },
    ttlMs: first(chain, 'ttlMs'),
    negativeTtlMs: first(chain, 'negativeTtlMs'),
    precise,
  };
}

function first<Key extends keyof Lifetime>(chain: readonly Lifetime[], key: Key): Lifetime[Key] | null {
  return chain.find((one) => one[key] !== null)?.[key] ?? null;
}
