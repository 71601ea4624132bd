// What execution needs of flights: one fetch of one record serves all who ask for it meanwhile.

import type { Judged, Policy, Stamp } from '../cache/judge.ts';
import type { JsonObject } from './read-json.ts';

/** Who asks, and what a purge that forbids joining would name. */
export interface FlightSpec {
  /** The record, the selection and all that the answer depends on. */
  readonly key: string;
  readonly subgraph: string;
  readonly policy: Policy;
  readonly tags: readonly string[];
}

/** The JSON object that the subgraph sent, or null for "there is none"; with the facts by which it is judged. */
export interface FlightResult {
  readonly json: JsonObject | null;
  judged(): Judged;
  readonly expiresAt: number;
  /** Of the answer, for those who join: when it was asked for. */
  readonly storedAt: number;
}

export interface Coalescing {
  /**
   * @returns null when there is no flight to join; else what it brought, or null when that must not be shared
   * (an error, an answer that may not be stored, data purged meanwhile): then the caller fetches for itself
   */
  join(spec: FlightSpec, nowAt: number): Promise<FlightResult | null> | null;
  /** Call the result once, with what was brought; null when it must not be shared. Later calls do nothing. */
  begin(spec: FlightSpec, stamp: Stamp, nowAt: number): (result: FlightResult | null) => void;
}
