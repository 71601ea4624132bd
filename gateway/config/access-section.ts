// `headers`, `auth` and `cors` of freshet.yaml: who asks, and what of it subgraphs and the cache see.

import { z } from 'zod';
import { choice, flag, httpUrl, list, names, section, text } from './fields.ts';

/** Headers of one connection or of the body, and those that the gateway writes itself. */
const NOT_FORWARDED =
  /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|host|content-.*|accept|accept-encoding|expect)$/i;

export const JWT_ALGORITHMS = [
  ...(['HS256', 'HS384', 'HS512'] as const),
  ...(['RS256', 'RS384', 'RS512'] as const),
  ...(['PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512', 'EdDSA'] as const),
] as const;

const ORIGIN_SHAPE = 'expected an origin such as https://app.example.com, or "*"';

const HEADER_SHAPE = 'the name of a header that may be forwarded (not connection, host, content-type and the like)';

export const headersSection = names(
  'Request headers that subgraphs get, and how they part the cache. Default: none is forwarded.',
  section('One header.', {
    forward: list(text('A subgraph, or * for all.'), 'The subgraphs that get it; * for all.').min(1, {
      error: 'expected at least one subgraph, or "*"',
    }),
    key: choice(
      ['subject', 'value', 'none'],
      'subject: answers belong to the verified subject; value: one entry for each value; none: what is fetched with it is not cached. Default: none.',
    ).prefault('none'),
  }),
  new RegExp(`^(?!${NOT_FORWARDED.source.slice(1)})[!#$%&'*+.^_\`|~0-9A-Za-z-]+$`, 'i'),
  HEADER_SHAPE,
);

const jwt = section('The subject is the claims iss and sub of a verified bearer token (Authorization: Bearer TOKEN).', {
  secret: text('Shared secret for HS256, at least 32 characters.')
    .min(32, { error: 'expected at least 32 characters' })
    .optional(),
  jwks: section('Public keys, as a JWKS from a file or a URL.', {
    path: text('A file, relative to this one.').optional(),
    url: httpUrl('Asked for keys that are not known yet.').optional(),
  }).optional(),
  issuer: text('The iss that a token must bear. Absent: any.').optional(),
  audience: text('The aud that a token must bear. Absent: any.').optional(),
  algorithms: list(
    z.enum(JWT_ALGORITHMS, { error: `expected one of ${JWT_ALGORITHMS.join(', ')}` }),
    'Accepted algorithms. Default: HS256 with a secret; RS256, ES256 and EdDSA with a JWKS.',
  )
    .min(1, { error: 'expected at least one algorithm' })
    .optional(),
});

export const authSection = section('Who asks. Default: nobody is known, and private data is not cached.', {
  jwt: jwt.optional(),
});

export const corsSection = section('Browsers of other origins.', {
  origins: list(
    z.string({ error: ORIGIN_SHAPE }).regex(/^(\*|https?:\/\/[^\s/]+)$/, { error: ORIGIN_SHAPE }),
    'Origins that may ask, or *. Default: Apollo Studio; none where NODE_ENV is production.',
  ).optional(),
  credentials: flag('May they send cookies? Not with *. Default: false.').prefault(false),
});
