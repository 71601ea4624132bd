// Asks one operation of our executor and of Apollo's, over one store that can be emptied, or thinned by chance, in between.

import type { Judge } from '../../../gateway/cache/judge.ts';
import type { EntityStore, RecordAddress } from '../../../gateway/cache/record.ts';
import type { StoreOptions } from '../../../gateway/cache/store.ts';
import type { CacheRules } from '../../../gateway/execution/run.ts';
import {
  type LocalAnswer,
  type LocalGraphOptions,
  type LocalSubgraph,
  type SentRequest,
  startLocalGraph,
} from '../../support/local-graph.ts';
import { createLocalStore } from '../../support/local-store.ts';

export type Variables = Record<string, unknown>;

/** What is compared: the data with the order of its keys, errors in any order and without codes. */
export interface Told {
  readonly data: unknown;
  readonly errors: readonly string[];
  readonly extensions: unknown;
}

export interface BothExecutors {
  /** Requests that ours sent to subgraphs, from the beginning. */
  readonly sent: readonly SentRequest[];
  ours(query: string, variables?: Variables): Promise<Told>;
  /** Ours, where the configuration says that nothing is ever cached. */
  uncached(query: string, variables?: Variables): Promise<Told>;
  apollo(query: string, variables?: Variables): Promise<Told>;
  /** Empties the store. */
  forgetAll(): void;
  /** Drops the records whose address passes. */
  forget(chooses: (address: RecordAddress) => boolean): void;
  records(): readonly RecordAddress[];
  stop(): Promise<void>;
}

/** Every subgraph says so of every answer. Longer than any test. */
const TTL_MS = 3_600_000;

/** @param planner absent: whom the product would ask */
export async function startBothExecutors(
  subgraphs: readonly LocalSubgraph[],
  planner?: LocalGraphOptions['planner'],
): Promise<BothExecutors> {
  const { store, addresses } = createListedStore();
  const judge = NOTHING_IS_PURGED;
  const graph = await startLocalGraph(subgraphs, { store, judge, rules: PLAIN_RULES, ttlMs: TTL_MS, planner });
  const forget = (chooses: (address: RecordAddress) => boolean): void => {
    for (const [text, address] of addresses) {
      if (!chooses(address)) continue;
      store.drop(address);
      addresses.delete(text);
    }
  };
  return {
    sent: graph.sent,
    ours: async (query, variables) => told(await graph.ours(query, variables)),
    uncached: async (query, variables) => told(await graph.uncached(query, variables)),
    apollo: async (query, variables) => told(await graph.apollo(query, variables)),
    forgetAll: () => forget(() => true),
    forget,
    records: () => [...addresses.values()],
    stop: () => graph.stop(),
  };
}

export const NOTHING_IS_PURGED: Judge = {
  stamp: () => ({ logId: 'log', position: 1 }),
  applied: () => ({ logId: 'log', position: 1 }),
  judge: (entry, _subgraph, _policy, nowAt) => (nowAt < entry.expiresAt ? 'fresh' : 'expired'),
  mayJoin: () => true,
  asOfAgeMs: () => 0,
  digest: () => ({ hi: 0, lo: 0 }),
};

export const PLAIN_RULES: CacheRules = {
  policy: () => ({ kind: 'ttl' }),
  ttlMs: () => null,
  negativeTtlMs: () => TTL_MS,
  isPrecise: () => false,
  isInline: () => false,
  isCached: () => true,
};

/** The real store, L1 alone, and which records were ever written to it. */
export function createListedStore(options: Partial<Pick<StoreOptions, 'clock'>> = {}): {
  readonly store: EntityStore;
  readonly addresses: Map<string, RecordAddress>;
} {
  const addresses = new Map<string, RecordAddress>();
  const real = createLocalStore({ judge: NOTHING_IS_PURGED, ...options });
  const store: EntityStore = {
    ...real,
    write(address, slice) {
      addresses.set(address.text, address);
      real.write(address, slice);
    },
  };
  return { store, addresses };
}

function told({ data, errors = [], extensions = null }: LocalAnswer): Told {
  return { data, errors: errors.map(errorText).sort(), extensions };
}

/** Codes differ where Apollo has none for what failed; stacks are for developers. */
function errorText(error: unknown): string {
  const { message, path, extensions } = JSON.parse(JSON.stringify(error));
  return JSON.stringify({ message, path, extensions: { ...extensions, code: undefined, stacktrace: undefined } });
}
