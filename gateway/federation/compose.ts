// The door to Apollo's composer (Elastic License 2.0): subgraph schemas in, one supergraph out.

import { composeServices } from '@apollo/composition';
import { type GraphQLError, parse } from 'graphql';
import { wordsOf } from '../errors.ts';

export interface SubgraphSource {
  readonly name: string;
  /** Where the gateway reaches it; stands in the supergraph. */
  readonly url: string;
  readonly sdl: string;
}

export interface ComposeError {
  /** The composer's, such as `INVALID_FIELD_SHARING`; `INVALID_GRAPHQL` when a schema is not even SDL. */
  readonly code: string;
  readonly message: string;
}

export type ComposeResult =
  | { readonly supergraphSdl: string; readonly errors?: undefined }
  | { readonly supergraphSdl?: undefined; readonly errors: readonly ComposeError[] };

/**
 * Composes a federation-2 supergraph. Never throws for a bad schema: all errors that the composer finds are returned.
 * The same subgraphs give the same text, in whatever order they come (the composer sorts them).
 * @param subgraphs at least one; names must differ
 */
export function composeSupergraph(subgraphs: readonly SubgraphSource[]): ComposeResult {
  const services = [];
  const errors: ComposeError[] = [];
  for (const { name, url, sdl } of subgraphs) {
    try {
      services.push({ name, url, typeDefs: parse(sdl) });
    } catch (error) {
      errors.push({ code: 'INVALID_GRAPHQL', message: `[${name}] ${positionOf(error)}${wordsOf(error)}` });
    }
  }
  if (errors.length > 0) return { errors };
  try {
    const result = composeServices(services);
    if (result.errors === undefined) return { supergraphSdl: `${result.supergraphSdl.trimEnd()}\n` };
    return { errors: result.errors.map(toComposeError) };
  } catch (error) {
    // Seen with 2.14.4 for names that two subgraphs share and for links that it does not know.
    return { errors: [{ code: 'COMPOSITION_FAILED', message: wordsOf(error) }] };
  }
}

function toComposeError(error: GraphQLError): ComposeError {
  const code = error.extensions.code;
  return { code: typeof code === 'string' ? code : 'UNKNOWN', message: error.message };
}

function positionOf(error: unknown): string {
  if (!(error instanceof Error) || !('locations' in error) || !Array.isArray(error.locations)) return '';
  const [first]: unknown[] = error.locations;
  return typeof first === 'object' && first !== null && 'line' in first ? `line ${String(first.line)}: ` : '';
}
