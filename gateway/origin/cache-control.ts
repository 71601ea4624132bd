// How long an answer of a subgraph may be kept, out of its HTTP headers.

import type { OriginHeaders } from './origin-answer.ts';

export type OriginLifetime =
  | { readonly kind: 'no-store' }
  /** `ttlMs` null: the header says that it may be kept, or says nothing; the configuration says how long, if at all. */
  | { readonly kind: 'store'; readonly ttlMs: number | null; readonly scope: 'public' | 'private' };

export interface LifetimeRules {
  /** Must the answer be no older than the request? Then an answer with `Age` or `Set-Cookie` is not kept. */
  readonly isBounded: boolean;
  /** Lower case: request headers that are part of the key. */
  readonly keyedHeaders: ReadonlySet<string>;
}

const NO_STORE: OriginLifetime = { kind: 'no-store' };

/** Request headers that are the same for all requests of a gateway. */
const CONSTANT_HEADERS = new Set([
  'accept',
  'accept-encoding',
  'content-type',
  'origin',
  'apollo-require-preflight',
  'x-apollo-operation-name',
]);

/**
 * `s-maxage`, else `max-age`, minus `Age`. Unknown directives are ignored, a duration that is none refuses.
 * @see RFC 9111, 5.2.2
 */
export function readLifetime(headers: OriginHeaders, rules: LifetimeRules): OriginLifetime {
  if (headers.get('set-cookie') !== null || !isKeyed(headers.get('vary'), rules)) return NO_STORE;
  const ageText = headers.get('age');
  const ageSeconds = ageText === null ? 0 : seconds(ageText.trim());
  if (ageSeconds === null || (rules.isBounded && ageSeconds > 0)) return NO_STORE;
  const header = headers.get('cache-control');
  if (header === null) return { kind: 'store', ttlMs: null, scope: 'public' };
  const directives = readDirectives(header);
  if (directives.has('no-store') || directives.has('no-cache')) return NO_STORE;
  const scope = directives.has('private') ? 'private' : 'public';
  const duration = directives.get('s-maxage') ?? directives.get('max-age');
  if (duration === undefined) return { kind: 'store', ttlMs: null, scope };
  const lifetimeSeconds = seconds(duration);
  if (lifetimeSeconds === null || lifetimeSeconds <= ageSeconds) return NO_STORE;
  return { kind: 'store', ttlMs: (lifetimeSeconds - ageSeconds) * 1000, scope };
}

/** Subgraphs send the same few headers again and again: each is read once. Past the limit all are read anew. */
const LARGEST_KNOWN_COUNT = 1_000;
const known = new Map<string, ReadonlyMap<string, string>>();

function readDirectives(header: string): ReadonlyMap<string, string> {
  const met = known.get(header);
  if (met !== undefined) return met;
  const directives = parseDirectives(header);
  if (known.size >= LARGEST_KNOWN_COUNT) known.clear();
  known.set(header, directives);
  return directives;
}

/** Names in lower case; of a directive that stands twice the first counts. */
function parseDirectives(header: string): ReadonlyMap<string, string> {
  const directives = new Map<string, string>();
  for (const [, name = '', quoted, plain] of header.matchAll(/([^\s=,]+)\s*(?:=\s*(?:"([^"]*)"|([^\s,]*)))?/g)) {
    const key = name.toLowerCase();
    if (!directives.has(key)) directives.set(key, quoted ?? plain ?? '');
  }
  return directives;
}

function seconds(text: string): number | null {
  return /^\d{1,10}$/.test(text) ? Number(text) : null;
}

function isKeyed(vary: string | null, { keyedHeaders }: LifetimeRules): boolean {
  if (vary === null) return true;
  const names = vary
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  return names.every((name) => CONSTANT_HEADERS.has(name) || keyedHeaders.has(name));
}
