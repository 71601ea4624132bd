// What the HTTP room needs of execution: admit an operation once, find it again by its text, run it.

import type { DocumentNode } from 'graphql';
import type { Answer, AnswerError } from './answer.ts';

/** Compiled for one supergraph; a reload forgets them all. */
export interface KnownOperation {
  /** No other operation has it, of whatever supergraph. */
  readonly id: string;
  readonly kind: 'query' | 'mutation';
  /** Does every request of it have to go through Apollo Server? (introspection, mutations) */
  readonly slowRoadOnly: boolean;
  /** Coerces variables as graphql-js does, with its messages. */
  coerce(
    variables: Readonly<Record<string, unknown>>,
  ): { readonly variables: Readonly<Record<string, unknown>> } | { readonly errors: readonly AnswerError[] };
}

/** Who asks. One name may stand for two people where two issuers give names: nobody is known by the name alone. */
export interface Subject {
  /** The verified token's `iss`; null where it bears none. */
  readonly issuer: string | null;
  /** Its `sub`. */
  readonly name: string;
}

export interface RequestScope {
  /** Lower-case names. For forwarding and keys. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The verified subject, or null. Private data is stored only with one. */
  readonly subject: Subject | null;
  /** Nobody waits for the answer any more. */
  readonly hasGone: boolean;
  /** Aborts when the client has gone. Made when it is first asked for: only what is fetched for this client alone needs one. */
  readonly signal: AbortSignal;
}

export interface Executor {
  /** Found only after the same text and operation name was admitted under the supergraph that is in force. */
  find(text: string, operationName: string | null): KnownOperation | null;
  /** @param document parsed and validated. @throws {GatewayError} PLAN_FAILED */
  admit(text: string, operationName: string | null, document: DocumentNode): Promise<KnownOperation>;
  /** Never rejects for what a subgraph, a shard or the log does: such things are errors in the answer. */
  run(
    operation: KnownOperation,
    /** What `coerce` gave. */
    coerced: Readonly<Record<string, unknown>>,
    /** As the client sent them: what is passed on to subgraphs. */
    variables: Readonly<Record<string, unknown>>,
    scope: RequestScope,
  ): Promise<Answer>;
}
