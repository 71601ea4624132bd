// From a supergraph's text to an executor of it.

import type { Flights } from '../cache/flights.ts';
import type { EntityStore } from '../cache/record.ts';
import type { Addressing } from '../cache/record-address.ts';
import type { Clock } from '../clock.ts';
import { isBoundedAnywhere, sourcesOf } from '../config/policy.ts';
import type { Config } from '../config.ts';
import { createExecutor } from '../execution/create-executor.ts';
import type { Executor } from '../execution/executor.ts';
import { createFamilies } from '../execution/families.ts';
import { createHttpSubgraphClient } from '../execution/http-subgraph-client.ts';
import { createKnowledge } from '../execution/knowledge.ts';
import type { CacheRules, Delivered } from '../execution/run.ts';
import type { Waits } from '../execution/waits.ts';
import { readEntityFacts } from '../federation/entity-facts.ts';
import type { Supergraph } from '../federation/supergraph.ts';
import { forwardHeaders, hashSubject } from '../origin/forwarded-headers.ts';
import type { Origin, OriginSubgraph } from '../origin/origin.ts';
import type { Ledger } from '../purge/ledger.ts';
import type { LedgerSchema } from '../purge/ledger-state.ts';

export interface ExecutorTools {
  readonly config: Config;
  readonly clock: Clock;
  readonly rules: CacheRules;
  readonly ledger: Ledger;
  readonly store: EntityStore;
  readonly flights: Flights<Delivered>;
  readonly addressing: Addressing;
  readonly origin: Origin;
  readonly waits: Waits;
}

/** Compiled operations that are kept for one supergraph. */
const OPERATIONS_COUNT = 2_000;

export function createSupergraphExecutor(supergraph: Supergraph, tools: ExecutorTools): Executor {
  const { config, clock, rules, ledger, store, flights, addressing, origin, waits } = tools;
  const { facts } = supergraph;
  const keyed = new Set(config.headers.filter(({ key }) => key !== 'none').map(({ name }) => name));
  const client = createHttpSubgraphClient({
    origin,
    isBounded: (subgraph) => isBoundedAnywhere(config, subgraph),
    keyedHeaders: () => keyed,
  });
  return createExecutor({
    supergraph,
    operationsCount: OPERATIONS_COUNT,
    subjectHash: ({ subject }) => (subject === null ? null : hashSubject(config.graph, subject.issuer, subject.name)),
    scopeFor(subgraph, { headers }, subjectHash) {
      const forwarded = forwardHeaders(config.headers, subgraph, headers, subjectHash, config.origin.secret);
      const { headers: sent, digest, cacheable, isPersonal } = forwarded;
      return { cacheable, headersDigest: digest, headers: sent, isPersonal };
    },
    context: {
      facts,
      rules,
      store,
      judge: ledger,
      flights,
      client,
      family: createFamilies(addressing, facts, rules),
      knowledge: createKnowledge(),
      waits,
      nowAt: clock.nowAt,
      random: Math.random,
    },
  });
}

/** What purges must know: keys of types, and the databases behind each subgraph. */
export function ledgerSchemaOf({ facts }: Supergraph, config: Config): LedgerSchema {
  return {
    facts: readEntityFacts(facts),
    subgraphs: [...facts.subgraphs.keys()].map((name) => ({
      name,
      sources: isBoundedAnywhere(config, name) ? sourcesOf(config.cache, name) : [],
    })),
  };
}

/** Ms. No fetch takes longer, of whatever subgraph, with its wait for a turn. */
export const longestFetchMs = (config: Config): number =>
  config.origin.waitTimeoutMs +
  Math.max(config.origin.timeoutMs, ...[...config.subgraphs.values()].map(({ timeoutMs }) => timeoutMs ?? 0));

export function originSubgraphsOf({ facts }: Supergraph, config: Config): readonly OriginSubgraph[] {
  return [...facts.subgraphs.values()].map(({ name, url }) => {
    const own = config.subgraphs.get(name);
    return {
      name,
      url: own?.url ?? url,
      timeoutMs: own?.timeoutMs ?? config.origin.timeoutMs,
      maxBytes: own?.maxBytes ?? config.origin.maxBytes,
    };
  });
}
