// The headers that tell browsers and CDNs how long they may keep an answer.

import { createHash } from 'node:crypto';
import type { Answer } from '../execution/answer.ts';

const NO_STORE = ['cache-control', 'no-store'] as const;

/** `Cache-Control` and `Age` in whole seconds, rounded towards less. Any error: nobody keeps it. Null: nothing was run. */
export function cacheHeaders(answer: Answer | null): readonly string[] {
  if (answer === null || answer.lifetime === null || answer.errors.length > 0) return NO_STORE;
  const { maxAgeMs, scope, ageMs } = answer.lifetime;
  return ['cache-control', `max-age=${wholeSeconds(maxAgeMs)}, ${scope}`, 'age', String(wholeSeconds(ageMs))];
}

/** A strong validator: equal for equal bodies, as they are sent, of one media type. */
export function entityTagOf(body: string | Buffer, contentType: string): string {
  const digest = createHash('sha256').update(`${contentType}\n`).update(body).digest('base64url');
  return `"${digest.slice(0, 27)}"`;
}

/** RFC 9110, 13.1.2: weak comparison with a list of validators, or `*`. */
export function matchesEntityTag(ifNoneMatch: string | undefined, entityTag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  const listed = ifNoneMatch.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return listed.some((one) => one.replace(/^W\//, '') === entityTag);
}

function wholeSeconds(spanMs: number): number {
  return Math.max(0, Math.floor(spanMs / 1000));
}
