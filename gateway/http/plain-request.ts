// A GraphQL request out of a POST body or a GET query, where it is plainly one that Apollo Server would take as it stands.

import type { IncomingHttpHeaders } from 'node:http';
import { isJsonObject } from '../execution/json-object.ts';

export interface PlainRequest {
  /** Null: `hash` stands for it. */
  readonly text: string | null;
  /** Of a persisted query; null: none is named. */
  readonly hash: string | null;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
}

const NO_VARIABLES: Readonly<Record<string, unknown>> = Object.freeze({});
/** One of them shows that no form of another site sent the request: a browser would have asked first. */
const PREFLIGHTED_HEADERS = ['x-apollo-operation-name', 'apollo-require-preflight'] as const;
/** A query string is read again at each request: what is longer goes the long way. */
const LONGEST_SEARCH = 8 * 1024;

/** Null: it is not plain. @param body parsed JSON */
export function readPost(body: unknown): PlainRequest | null {
  if (!isJsonObject(body)) return null;
  const { query = null, operationName = null, variables = null, extensions = null } = body;
  if (query !== null && typeof query !== 'string') return null;
  if (operationName !== null && typeof operationName !== 'string') return null;
  return plainRequest(query, operationName, variables, extensions);
}

/** Null: it is not plain, or a form of another site could have sent it. @param search from the `?` on */
export function readGet(headers: IncomingHttpHeaders, search: string): PlainRequest | null {
  if (search.length > LONGEST_SEARCH || !isPreflighted(headers)) return null;
  const parameters = new URLSearchParams(search);
  if (PARAMETERS.some((name) => parameters.getAll(name).length > 1)) return null;
  const variables = jsonOf(parameters.get('variables'));
  const extensions = jsonOf(parameters.get('extensions'));
  if (variables === undefined || extensions === undefined) return null;
  return plainRequest(parameters.get('query'), parameters.get('operationName'), variables, extensions);
}

const PARAMETERS = ['query', 'operationName', 'variables', 'extensions'];

function isPreflighted(headers: IncomingHttpHeaders): boolean {
  const type = headers['content-type'];
  if (type !== undefined) return type === 'application/json';
  return PREFLIGHTED_HEADERS.some((name) => headers[name] !== undefined && headers[name] !== '');
}

/** Null where there is none, undefined where it is no JSON object. */
function jsonOf(text: string | null): Readonly<Record<string, unknown>> | null | undefined {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function plainRequest(
  text: string | null,
  operationName: string | null,
  variables: unknown,
  extensions: unknown,
): PlainRequest | null {
  if (variables !== null && !isJsonObject(variables)) return null;
  if (extensions !== null && !isJsonObject(extensions)) return null;
  const hash = hashOf(extensions?.persistedQuery);
  if (hash === undefined || (hash === null && text === null)) return null;
  return { text, hash, operationName, variables: variables ?? NO_VARIABLES };
}

/** Null where none is named, undefined where it is not plainly a hash. */
function hashOf(persistedQuery: unknown): string | null | undefined {
  if (persistedQuery === undefined) return null;
  if (!isJsonObject(persistedQuery)) return undefined;
  const { version, sha256Hash } = persistedQuery;
  return version === 1 && typeof sha256Hash === 'string' ? sha256Hash : undefined;
}
