// What browsers of other origins may do.

import type { IncomingHttpHeaders } from 'node:http';
import type { HttpAnswer } from './http-answer.ts';

export interface CorsSettings {
  /** Origins as browsers write them, or `*` for all. */
  readonly origins: readonly string[];
  /** May they send cookies? */
  readonly credentials: boolean;
}

export interface Cors {
  /** Adds to an answer what a browser on a page of this origin has to be told. */
  dress(http: HttpAnswer, origin: string): HttpAnswer;
  /** The answer to an `OPTIONS` request. */
  preflight(headers: IncomingHttpHeaders): HttpAnswer;
}

const EVERY = '*';
/** Seconds that a browser need not ask again; Chromium takes at most 7,200. */
const PREFLIGHT_MAX_AGE_S = 7_200;
/** Headers that scripts may read beside the simple ones. */
const EXPOSED = 'age, cache-status, etag, retry-after';

export function createCors({ origins, credentials }: CorsSettings): Cors {
  const everyone = origins.includes(EVERY);
  const allowed = new Set(origins);
  const common = credentials ? ['access-control-allow-credentials', 'true'] : [];
  const allowOrigin = (origin: string): readonly string[] => {
    if (everyone) return ['access-control-allow-origin', EVERY];
    return allowed.has(origin) ? ['access-control-allow-origin', origin, ...common] : [];
  };
  return {
    dress(http, origin) {
      const allow = allowOrigin(origin);
      const vary = http.headers.includes('vary') ? [] : ['vary', 'Origin'];
      const expose = allow.length === 0 ? [] : ['access-control-expose-headers', EXPOSED];
      return { ...http, headers: [...http.headers, ...vary, ...allow, ...expose] };
    },
    preflight({ origin = '', 'access-control-request-headers': asked }) {
      const allow = allowOrigin(origin);
      const vary = ['vary', 'Origin, Access-Control-Request-Headers'];
      if (allow.length === 0) return { status: 204, headers: vary, body: '' };
      const headers = [...vary, ...allow, 'access-control-allow-methods', 'GET, POST'];
      if (asked !== undefined) headers.push('access-control-allow-headers', asked);
      return { status: 204, headers: [...headers, 'access-control-max-age', String(PREFLIGHT_MAX_AGE_S)], body: '' };
    },
  };
}
