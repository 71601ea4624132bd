// Coalescing: concurrent fetches of the same thing become one, and nobody is given what they might not have been served from the cache.

import { hash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { CacheMetrics } from './cache-metrics.ts';
import { withinDeadline } from './deadline.ts';
import type { Judge, Stamp, TagDigest } from './judge.ts';
import type { RecordAddress } from './record.ts';
import { createUnsharedKeys } from './unshared-keys.ts';

/** One thing that is missing. */
export interface FlightRequest {
  readonly address: RecordAddress;
  /** What is selected of it, short: two requests with equal address and selection want the same. */
  readonly selection: string;
  /** What is known of its tags before the answer: the base tags at least. */
  readonly tags: readonly TagDigest[];
}

/**
 * What a fetch gave for one request. `shareable` is only what may be stored: no error, not `no-store`, not private to somebody else than the
 * variant of its address. Everything else is the fetcher's `own`. The fetcher stores what may be stored, those who join never do.
 */
export type Landing<Value> =
  | { readonly kind: 'shareable'; readonly value: Value; readonly tags: readonly TagDigest[] }
  | { readonly kind: 'own'; readonly value: Value };

/**
 * Fetches what is wanted in one request to the subgraph. Others may wait for it: it must not end with the signal of one client.
 * @param wanted places in the list of requests, ascending, no two for the same thing
 * @param stamp taken just before; null = nothing of it may be stored
 * @returns one landing for each place, in order. A rejection reaches the caller whose fetch it was, and nobody else
 */
export type Fetch<Value> = (wanted: readonly number[], stamp: Stamp | null) => Promise<readonly Landing<Value>[]>;

export interface Flights<Value> {
  /**
   * Gives each request its value: from flights that may be joined, and from one call of `fetch` for all others. What was joined is judged again
   * with the tags that it turned out to have; what is refused then, was not shareable, failed or took too long is fetched after all. `fetch` is
   * called at most three times.
   * @param requests all of one subgraph
   * @returns as many as were asked, in order
   * @throws what `fetch` rejected with
   */
  fly(subgraph: string, requests: readonly FlightRequest[], fetch: Fetch<Value>): Promise<readonly Value[]>;
  /** From now on nobody joins what is under way to this subgraph: a mutation has just changed it. Who waits already goes on to wait. */
  closeFor(subgraph: string): void;
  openCount(): number;
}

/** Null: the fetch failed. Never rejects. */
type Landed<Value> = Promise<readonly Landing<Value>[] | null>;

interface Flight<Value> {
  readonly subgraph: string;
  readonly stamp: Stamp;
  /** One promise for all that was fetched together. */
  readonly landed: Landed<Value>;
  readonly place: number;
}

/** All requests of one call for the same thing, and whether they may still wait for somebody else's fetch. */
interface Party {
  readonly key: string;
  readonly request: FlightRequest;
  /** Their places in the call, the first one first. */
  readonly indexes: readonly [number, ...number[]];
  readonly may: 'join' | 'go alone';
}

interface Joined<Value> {
  readonly party: Party;
  readonly flight: Flight<Value>;
}

/** Past it a fetch is nobody else's business: the memory for flights is bounded. */
const LARGEST_FLIGHT_COUNT = 100_000;
/** Those whom a purge overtook in the first round may join a newer flight in the second. */
const LAST_JOINING_ROUND = 2;

export function createFlights<Value>(options: {
  readonly judge: Judge;
  readonly clock: Clock;
  readonly metrics: CacheMetrics;
  /** Longest that anyone waits for another's fetch, in ms: the longest deadline of a subgraph. */
  readonly longestFetchMs: number;
}): Flights<Value> {
  const { judge, clock, metrics, longestFetchMs } = options;
  const flights = new Map<string, Flight<Value>>();
  const unshared = createUnsharedKeys(clock);

  const mayJoin = (flight: Flight<Value>, tags: readonly TagDigest[], { subgraph, policy }: RecordAddress): boolean =>
    policy.kind !== 'never' && judge.mayJoin(flight.stamp, tags, subgraph, policy, clock.nowAt());

  const flightFor = ({ key, request, may }: Party): Flight<Value> | undefined => {
    const flight = flights.get(key);
    if (flight === undefined || may === 'go alone' || unshared.has(key)) return undefined;
    return mayJoin(flight, request.tags, request.address) ? flight : undefined;
  };

  /** Begins one fetch for all of these, open to others until it has landed. */
  const begin = (subgraph: string, own: readonly Party[], fetch: Fetch<Value>): Promise<readonly Landing<Value>[]> => {
    const stamp = judge.stamp(subgraph);
    const fetched = callFetch(fetch, own, stamp);
    if (stamp === null) return fetched;
    const landed: Landed<Value> = fetched.catch(() => null);
    own.forEach(({ key }, place) => {
      if (flights.size < LARGEST_FLIGHT_COUNT) flights.set(key, { subgraph, stamp, landed, place });
    });
    void landed.then(() => {
      for (const { key } of own) if (flights.get(key)?.landed === landed) flights.delete(key);
    });
    return fetched;
  };

  /** @returns those who got nothing, for the next round */
  const settle = async (
    joined: readonly Joined<Value>[],
    deliver: (party: Party, value: Value) => void,
    round: number,
  ): Promise<readonly Party[]> => {
    const ends = new Map<Landed<Value>, readonly Landing<Value>[] | null>();
    const waitFor = async (landed: Landed<Value>): Promise<void> => {
      const end = await withinDeadline(longestFetchMs, landed);
      ends.set(landed, end.kind === 'done' ? end.value : null);
    };
    await Promise.all([...new Set(joined.map(({ flight }) => flight.landed))].map(waitFor));
    const left: Party[] = [];
    for (const { party, flight } of joined) {
      const landing = ends.get(flight.landed)?.[flight.place];
      if (landing?.kind !== 'shareable') left.push({ ...party, may: 'go alone' });
      else if (mayJoin(flight, landing.tags, party.request.address)) deliver(party, landing.value);
      else left.push({ ...party, may: round < LAST_JOINING_ROUND ? 'join' : 'go alone' });
    }
    return left;
  };

  return {
    async fly(subgraph, requests, fetch) {
      const values = new Array<Value>(requests.length);
      const deliver = ({ indexes }: Party, value: Value): void => {
        for (const index of indexes) values[index] = value;
      };
      let waiting: readonly Party[] = partiesOf(requests);
      for (let round = 1; waiting.length > 0; round += 1) {
        const joined: Joined<Value>[] = [];
        const own: Party[] = [];
        for (const party of waiting) {
          const flight = flightFor(party);
          if (flight === undefined) own.push(party);
          else joined.push({ party, flight });
        }
        const [landings, left] = await Promise.all([
          own.length === 0 ? [] : begin(subgraph, own, fetch),
          settle(joined, deliver, round),
        ]);
        own.forEach((party, place) => {
          const landing = landings[place];
          if (landing === undefined) throw new Error(`Expected ${own.length} landings, got ${landings.length}`);
          if (landing.kind === 'own') unshared.add(party.key);
          deliver(party, landing.value);
        });
        if (joined.length > left.length) metrics.coalesced(subgraph, joined.length - left.length);
        waiting = left;
      }
      return values;
    },
    closeFor(subgraph) {
      for (const [key, flight] of flights) if (flight.subgraph === subgraph) flights.delete(key);
    },
    openCount: () => flights.size,
  };
}

function partiesOf(requests: readonly FlightRequest[]): readonly Party[] {
  const parties = new Map<string, Party>();
  requests.forEach((request, index) => {
    const key = keyOf(request);
    const known = parties.get(key);
    parties.set(key, { key, request, may: 'join', indexes: known === undefined ? [index] : [...known.indexes, index] });
  });
  return [...parties.values()];
}

/** A fetch that throws at once rejects like one that fails later. */
async function callFetch<Value>(
  fetch: Fetch<Value>,
  own: readonly Party[],
  stamp: Stamp | null,
): Promise<readonly Landing<Value>[]> {
  return await fetch(
    own.map(({ indexes }) => indexes[0]),
    stamp,
  );
}

/** Selections hold what clients sent and may be long: keys are remembered, so they are not. */
function keyOf({ selection, address }: FlightRequest): string {
  const key = `${selection.length}:${selection}${address.text}`;
  return key.length <= LONGEST_PLAIN_KEY ? key : hash('sha256', key, 'base64url');
}

const LONGEST_PLAIN_KEY = 1_000;
