// Who asks: the subject of a verified bearer token.

import { readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import { GatewayError, wordsOf } from '../errors.ts';
import type { Subject } from '../execution/executor.ts';

export interface JwtSettings {
  readonly keys:
    | { readonly kind: 'secret'; readonly secret: string }
    | { readonly kind: 'jwks-file'; readonly path: string }
    | { readonly kind: 'jwks-url'; readonly url: string };
  readonly algorithms: readonly string[];
  /** Null: any. */
  readonly issuer: string | null;
  readonly audience: string | null;
}

/** Null: nobody is known. An error: the token is not valid, or its keys cannot be had. */
export type Identified = { readonly subject: Subject | null } | { readonly refused: GatewayError };

export interface Subjects {
  /** At once where there is no token or it was verified within the last minute. Never rejects. */
  identify(headers: IncomingHttpHeaders): Identified | Promise<Identified>;
}

const NOBODY: Identified = { subject: null };
/** A key that is withdrawn is believed for so long. */
const REMEMBERED_MS = 60_000;
const REMEMBERED_COUNT = 10_000;
/** Ms. For the request to a JWKS URL. */
const KEYS_TIMEOUT_MS = 5_000;
/** Seconds that clocks may differ, for exp and nbf. */
const CLOCK_TOLERANCE_S = 5;

/**
 * Verifies tokens as configured; without a config nobody is known and no token is looked at. Reads a JWKS file at once, a URL when the
 * first token comes.
 * @param nowAt epoch ms
 * @throws {GatewayError} CONFIG_INVALID where the JWKS file cannot be read
 */
export async function createSubjects(config: JwtSettings | null, nowAt: () => number): Promise<Subjects> {
  if (config === null) return { identify: () => NOBODY };
  const key = await keysOf(config.keys);
  const options: JWTVerifyOptions = {
    algorithms: [...config.algorithms],
    requiredClaims: ['sub'],
    clockTolerance: CLOCK_TOLERANCE_S,
    ...(config.issuer === null ? {} : { issuer: config.issuer }),
    ...(config.audience === null ? {} : { audience: config.audience }),
  };
  const verified = new Map<string, { readonly known: Identified; readonly untilAt: number }>();
  const verify = async (token: string): Promise<Identified> => {
    try {
      const { payload } = await jwtVerify(token, key, { ...options, currentDate: new Date(nowAt()) });
      if (typeof payload.sub !== 'string' || payload.sub === '') return refused('a token without a subject');
      const { iss: issuer = null } = payload;
      if (issuer !== null && typeof issuer !== 'string') return refused('a token whose issuer is no text');
      const known = { subject: { issuer, name: payload.sub } };
      const expiresAt = payload.exp === undefined ? Number.POSITIVE_INFINITY : payload.exp * 1000;
      if (verified.size >= REMEMBERED_COUNT) verified.delete(verified.keys().next().value ?? token);
      verified.set(token, { known, untilAt: Math.min(expiresAt, nowAt() + REMEMBERED_MS) });
      return known;
    } catch (cause) {
      return isAboutKeys(cause) ? keysAway(cause) : refused(wordsOf(cause), cause);
    }
  };
  return {
    identify({ authorization }) {
      if (authorization === undefined) return NOBODY;
      const token = /^Bearer +([\w.~+/-]+=*) *$/i.exec(authorization)?.[1];
      if (token === undefined) return refused('something else');
      const remembered = verified.get(token);
      if (remembered !== undefined && nowAt() < remembered.untilAt) return remembered.known;
      verified.delete(token);
      return verify(token);
    },
  };
}

async function keysOf(keys: JwtSettings['keys']): Promise<JWTVerifyGetKey> {
  switch (keys.kind) {
    case 'secret': {
      const secret = new TextEncoder().encode(keys.secret);
      return async () => secret;
    }
    case 'jwks-url':
      return createRemoteJWKSet(new URL(keys.url), { timeoutDuration: KEYS_TIMEOUT_MS });
    case 'jwks-file':
      try {
        return createLocalJWKSet(JSON.parse(await readFile(keys.path, 'utf8')));
      } catch (cause) {
        const why = wordsOf(cause);
        throw new GatewayError('CONFIG_INVALID', `Expected a JWKS in ${keys.path} (auth.jwt.jwks.path), got: ${why}`, {
          cause,
        });
      }
  }
}

/** Not the token's fault: the keys could not be fetched or are not a JWKS. */
function isAboutKeys(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return true;
  return [errors.JWKSTimeout.code, errors.JWKSInvalid.code, errors.JOSEError.code].includes(error.code);
}

function keysAway(cause: unknown): Identified {
  const message = 'Expected the keys that verify bearer tokens (auth.jwt), they could not be fetched';
  return { refused: new GatewayError('TOKEN_KEYS_UNREACHABLE', message, { cause }) };
}

function refused(came: string, cause?: unknown): Identified {
  return { refused: new GatewayError('UNAUTHENTICATED', `Expected a valid bearer token, got: ${came}`, { cause }) };
}
