// A suite's supergraph behind our executor, with a real ledger that can be purged, and behind Apollo's gateway.

import { parse } from 'graphql';
import type { RecordAddress } from '../../../gateway/cache/record.ts';
import type { CacheRules } from '../../../gateway/execution/run.ts';
import { readEntityFacts } from '../../../gateway/federation/entity-facts.ts';
import { readSupergraphFacts } from '../../../gateway/federation/subgraph-facts.ts';
import { createLedger } from '../../../gateway/purge/ledger.ts';
import type { PurgeEvent } from '../../../schema/purge-event.ts';
import { composedLocally } from '../../support/composed.ts';
import { type LocalAnswer, type LocalGraph, type SentRequest, startLocalGraph } from '../../support/local-graph.ts';
import { createLocalStore } from '../../support/local-store.ts';
import { collectingLogger, countingMetrics, manual } from '../../unit/purge/purge-world.ts';
import type { Suite, SuiteQuery } from './suite.ts';

export interface Told {
  readonly data: unknown;
  /** `data` as text: the order of keys counts. */
  readonly dataText: string;
  /** In any order, since fields are resolved at once; without codes and stacks. */
  readonly errors: readonly string[];
}

export interface ConformanceGraph {
  readonly sent: readonly SentRequest[];
  ours(query: SuiteQuery): Promise<Told>;
  /** Ours, where the configuration says that nothing is ever cached. */
  uncached(query: SuiteQuery): Promise<Told>;
  apollo(query: SuiteQuery): Promise<Told>;
  /** A purge of one of the things that are stored, chosen by chance: an entity, its type, or a whole subgraph. */
  purge(random: () => number): void;
  purgeBy(event: PurgeEvent): void;
  /** Nothing that was stored so far may be served. */
  purgeAll(): void;
  stop(): Promise<void>;
}

const TTL_MS = 3_600_000;

export async function startConformanceGraph(
  { subgraphs, inline = [] }: Pick<Suite, 'subgraphs' | 'inline'>,
  planner: 'hive' | 'apollo' | 'default',
): Promise<ConformanceGraph> {
  const clock = { nowAt: () => Date.now() };
  const supergraphSdl = composedLocally(subgraphs);
  const facts = readSupergraphFacts(parse(supergraphSdl));
  const ledger = createLedger({
    clock,
    metrics: countingMetrics(),
    logger: collectingLogger(),
    randomUint32: () => 7,
    facts: readEntityFacts(facts),
    subgraphs: subgraphs.map(({ name }) => ({ name, sources: [] })),
  });
  let offset = 0;
  ledger.begin({ name: 'log', numbering: 'offsets', position: offset, endPosition: offset });
  const stored = new Map<string, RecordAddress>();
  const real = createLocalStore({ judge: ledger, clock });
  const graph: LocalGraph = await startLocalGraph(subgraphs, {
    judge: ledger,
    store: {
      ...real,
      write(address, slice) {
        stored.set(address.text, address);
        real.write(address, slice);
      },
    },
    rules: { ...CONFORMANCE_RULES, isInline: (coordinate) => inline.includes(coordinate) },
    ttlMs: TTL_MS,
    ...(planner === 'default' ? {} : { planner }),
  });
  const apply = (event: PurgeEvent): void => {
    offset += 1;
    ledger.apply(offset, manual(event));
  };
  const purgeAll = (): void => {
    for (const { name } of subgraphs) apply({ kind: 'subgraph', subgraph: name, reason: 'test', ts: 0 });
  };
  return {
    sent: graph.sent,
    ours: async ({ query, variables }) => told(await graph.ours(query, variables)),
    uncached: async ({ query, variables }) => told(await graph.uncached(query, variables)),
    apollo: async ({ query, variables }) => told(await graph.apollo(query, variables)),
    purge(random) {
      const addresses = [...stored.values()];
      const address = addresses[Math.floor(random() * addresses.length)];
      if (address !== undefined) apply(purgeOf(address, random));
    },
    purgeBy: apply,
    purgeAll,
    stop: () => graph.stop(),
  };
}

function purgeOf({ kind, subgraph, typename, keyText }: RecordAddress, random: () => number): PurgeEvent {
  const choice = random();
  if (choice < 0.1 || kind === 'root') return { kind: 'subgraph', subgraph, reason: 'test', ts: 0 };
  if (choice < 0.4) return { kind: 'type', subgraph, type: typename, tags: [], ts: 0 };
  const keys = [JSON.parse(keyText)];
  return { kind: 'entity', subgraph, type: typename, keys, op: 'update', list: choice < 0.6, tags: [], ts: 0 };
}

/** Precise: so that a purge of one entity leaves the others, and a partly filled store is met often. */
export const CONFORMANCE_RULES: CacheRules = {
  policy: () => ({ kind: 'ttl' }),
  ttlMs: () => null,
  negativeTtlMs: () => TTL_MS,
  isPrecise: () => true,
  isInline: () => false,
  isCached: () => true,
};

function told({ data, errors = [] }: LocalAnswer): Told {
  return { data, dataText: JSON.stringify(data ?? null), errors: errors.map(errorText).sort() };
}

function errorText(error: unknown): string {
  const { message, path, extensions } = JSON.parse(JSON.stringify(error));
  return JSON.stringify({ message, path, extensions: { ...extensions, code: undefined, stacktrace: undefined } });
}
