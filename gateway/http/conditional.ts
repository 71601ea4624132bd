// GET: what the answer depends on (`Vary`), its validator, and 304 for whoever has it already.

import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from '../execution/answer.ts';
import { entityTagOf, matchesEntityTag } from './cache-headers.ts';
import type { HttpAnswer } from './http-answer.ts';

export type Conditional = (http: HttpAnswer, headers: IncomingHttpHeaders, answer: Answer | null) => HttpAnswer;

/** Forwarded headers and the token decide what is answered. */
export interface VarySettings {
  readonly headers: readonly { readonly name: string }[];
  /** Null: no token is looked at. */
  readonly jwt: object | null;
}

/** Headers of a 200 that a 304 bears too: RFC 9110, 15.4.5. */
const KEPT = new Set(['cache-control', 'age', 'vary', 'etag']);

/**
 * Adds `Vary`, and `ETag` where the answer may be kept. Only GET: other methods have no 304, and answers to POST are kept by nobody.
 */
export function createConditional({ headers: rules, jwt }: VarySettings): Conditional {
  const names = [
    'accept',
    'accept-encoding',
    'origin',
    ...rules.map((rule) => rule.name),
    ...(jwt === null ? [] : ['authorization']),
  ];
  const vary = [...new Set(names)].join(', ');
  return (http, { 'if-none-match': ifNoneMatch }, answer) => {
    const varied = { ...http, headers: [...http.headers, 'vary', vary] };
    const isKept = http.status === 200 && answer !== null && answer.lifetime !== null && answer.errors.length === 0;
    if (!isKept) return varied;
    const entityTag = entityTagOf(http.body, headerValue(http.headers, 'content-type'));
    const headers = [...varied.headers, 'etag', entityTag];
    if (!matchesEntityTag(ifNoneMatch, entityTag)) return { ...varied, headers };
    return { status: 304, headers: only(headers, KEPT), body: '' };
  };
}

function headerValue(headers: readonly string[], name: string): string {
  const at = headers.findIndex((one, index) => index % 2 === 0 && one === name);
  return headers[at + 1] ?? '';
}

function only(headers: readonly string[], names: ReadonlySet<string>): readonly string[] {
  return headers.filter((_, index) => names.has(headers[index - (index % 2)] ?? ''));
}
