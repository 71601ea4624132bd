// The key under which a finished response is kept: everything that its text depends on beside the data.

import { hash } from 'node:crypto';
import type { VariableValues } from './canonical-name.ts';
import type { CompiledOperation } from './compile-operation.ts';
import type { SubgraphScope } from './run.ts';

/** Characters. Longer variables are kept as a digest of them. */
const LONGEST_PLAIN = 500;
/** Characters. Longer variables are not looked up: nobody sends them twice. */
const LONGEST_VARIABLES = 64 * 1024;

/**
 * @param variables as the client sent them
 * @param scopes of the subgraphs that the operation fetches from, always in the same order
 * @param privateCount what was public may be known to be private by now
 * @returns null where no response may be kept: somebody's own data, headers that are no part of any key, nothing that is fetched
 */
export function finishedKey(
  { id, kind, slowRoadOnly }: CompiledOperation,
  variables: VariableValues,
  scopes: readonly SubgraphScope[],
  privateCount: number,
): string | null {
  if (kind === 'mutation' || slowRoadOnly || scopes.length === 0) return null;
  let key = `${id}/${privateCount}`;
  for (const { cacheable, isPersonal, headersDigest } of scopes) {
    if (!cacheable || isPersonal) return null;
    key += `/${headersDigest}`;
  }
  const text = variablesKey(variables);
  return text === null ? null : `${key}\n${text}`;
}

/** What a large one was kept as, where the same object comes again. */
const digests = new WeakMap<VariableValues, string>();

/** Null: they are not looked up. A digest is no JSON: none can stand for other variables. */
function variablesKey(variables: VariableValues): string | null {
  const known = digests.get(variables);
  if (known !== undefined) return known;
  const text = JSON.stringify(variables);
  if (text.length > LONGEST_VARIABLES) return null;
  if (text.length <= LONGEST_PLAIN) return text;
  const digest = hash('sha256', text, 'base64url');
  digests.set(variables, digest);
  return digest;
}
