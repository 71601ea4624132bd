// Load on one server: as much as it takes, or at a rate. By wrk where it is on the PATH, else by autocannon.

import { findService } from '../../support/service-paths.ts';
import { loadByAutocannon } from './autocannon.ts';
import { loadByWrk } from './wrk.ts';

export interface LoadOptions {
  readonly url: string;
  /** JSON, one after the other from any place on, over and over. */
  readonly bodies: readonly string[];
  readonly seconds: number;
  readonly connections: number;
  /** Requests per second over all connections. Null: as many as the server takes. */
  readonly rate: number | null;
}

export interface Load {
  readonly requestCount: number;
  readonly seconds: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  /** Of an answer on average, with its headers. */
  readonly bytesEach: number;
  /** Answers with another status than 200, and connections that broke. */
  readonly failureCount: number;
}

/** Stands in a body where each request is to have a number of its own, so that it is the same as none before. */
export const NONCE = 'NNNNNNNNNNNN';
/** Twelve digits, like NONCE; every call begins far behind what the one before has used. */
export const firstNonce = (): number => (Date.now() % 1_000_000) * 1_000_000;

/** Anywhere: else all rounds would send the same beginning of a long list. */
export const firstPlace = (bodies: readonly string[]): number => Math.floor(Math.random() * bodies.length);

/** Which of the two, for the report. */
export const loaderName = (): string => (findService('wrk') === undefined ? 'autocannon' : 'wrk');

/** @throws {Error} when an answer failed */
export async function load(options: LoadOptions): Promise<Load> {
  const wrk = findService('wrk');
  const done = wrk === undefined ? await loadByAutocannon(options) : await loadByWrk(wrk, options);
  if (done.failureCount > 0)
    throw new Error(
      `expected only answers with 200 from ${options.url}, got ${done.failureCount} failures in ${done.requestCount}`,
    );
  return done;
}
