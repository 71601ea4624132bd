// What the steps of one request share.

import type { Derivation } from '../cache/derived.ts';
import type { Flights } from '../cache/flights.ts';
import type { Judge, Policy } from '../cache/judge.ts';
import type { EntityStore } from '../cache/record.ts';
import type { AddressFamily } from '../cache/record-address.ts';
import type { SupergraphFacts } from '../federation/subgraph-facts.ts';
import type { Account } from './account.ts';
import type { VariableValues } from './canonical-name.ts';
import type { RequestScope } from './executor.ts';
import type { Selection } from './selection.ts';
import type { SubgraphClient } from './subgraph-client.ts';
import type { TreeObject } from './tree.ts';
import type { VerbatimFields } from './verbatim.ts';
import type { Waits } from './waits.ts';

/** What the configuration says of keeping things. Coordinates are `Type` or `Type.field`. */
export interface CacheRules {
  policy(subgraph: string, coordinate: string): Policy;
  /** False: nothing of the subgraph is ever kept. */
  isCached(subgraph: string): boolean;
  /** Null: not kept, when the subgraph says nothing itself. */
  ttlMs(subgraph: string, coordinate: string): number | null;
  negativeTtlMs(subgraph: string, typename: string): number;
  /** "The watched tables of this type are all that it is computed from." */
  isPrecise(subgraph: string, coordinate: string): boolean;
  isInline(coordinate: string): boolean;
}

/** What the caller's headers and subject mean for one subgraph. */
export interface SubgraphScope {
  /** False: a header is forwarded that is not part of the key. */
  readonly cacheable: boolean;
  /** Digest of the keyed headers; '' without. */
  readonly headersDigest: string;
  /** A header is sent that says who asks. */
  readonly isPersonal: boolean;
  /** To be sent. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a fetch brought for one want. `doubtful`: nothing that proves the entity to be found there. */
export type Delivered =
  | {
      readonly kind: 'data';
      /** For a root want the `data` of the answer; for an entity what `_entities` gave, null for "not found". Undefined: nothing. */
      readonly json: TreeObject | null | undefined;
      readonly storedAt: number;
      /** Null: it may not be kept. */
      readonly expiresAt: number | null;
      readonly isPrivate: boolean;
    }
  | { readonly kind: 'doubtful' };

/** What outlives requests and belongs to one supergraph. */
export interface ExecutionContext {
  readonly facts: SupergraphFacts;
  readonly rules: CacheRules;
  readonly store: EntityStore;
  readonly judge: Judge;
  readonly flights: Flights<Delivered>;
  readonly client: SubgraphClient;
  /** @param field of a root type; null for an entity */
  family(subgraph: string, typename: string, field: string | null): AddressFamily;
  readonly knowledge: SubgraphKnowledge;
  readonly waits: Waits;
  nowAt(): number;
  /** 0 to 1. */
  random(): number;
}

/** What was learned about subgraphs while serving; forgotten on a reload. Costs a fetch where it is wrong, never an answer. */
export interface SubgraphKnowledge {
  /** False after a row of answers of which none might be stored: then it is not asked for keys, and nobody waits to share. */
  mayStore(subgraph: string): boolean;
  sawStorable(subgraph: string): void;
  sawUnstorable(subgraph: string): void;
  /** Do `_entities` of this type give real data? Null: not seen yet. Once true it stays true. */
  resolvesEntity(subgraph: string, typename: string): boolean | null;
  sawEntity(subgraph: string, typename: string, what: 'real' | 'empty'): void;
  /** Has `_entities` ever given a value of this field, `Type.field`? */
  resolvesField(subgraph: string, coordinate: string): boolean;
  sawField(subgraph: string, coordinate: string): void;
  /** Has an answer to this selection been private? */
  isPrivate(selection: Selection): boolean;
  /** Selections of which that is known: it only grows. */
  readonly privateCount: number;
  sawPrivate(selection: Selection): void;
}

/** An error at a place in the request's data, by plan names. Null: it has no place. */
export interface PlacedError {
  readonly message: string;
  readonly path: readonly (string | number)[] | null;
  readonly extensions: Readonly<Record<string, unknown>>;
}

export interface Run {
  readonly context: ExecutionContext;
  readonly request: RequestScope;
  /** As the client sent them. */
  readonly variables: VariableValues;
  readonly root: TreeObject;
  readonly errors: PlacedError[];
  readonly account: Account;
  /** Collects what is taken from the store; null: nobody wants to know. */
  readonly derivation: Derivation | null;
  /** False for mutations: nothing is read from the cache, joined or stored. */
  readonly usesCache: boolean;
  readonly subjectHash: string | null;
  scope(subgraph: string): SubgraphScope;
  /** Values that need not be taken apart, where nothing of them is kept. */
  verbatim(): VerbatimFields;
}
