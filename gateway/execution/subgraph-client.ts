// One GraphQL request to a subgraph: sent, parsed, and its failures said as Apollo's gateway says them.

import type { OriginLifetime } from '../origin/cache-control.ts';
import type { JsonObject } from './read-json.ts';

/** An error as the subgraph sent it. */
export interface SubgraphError {
  readonly message: string;
  readonly path: readonly (string | number)[] | null;
  readonly extensions: Readonly<Record<string, unknown>>;
}

export type SubgraphAnswer =
  | {
      readonly kind: 'answer';
      readonly data: JsonObject | null;
      readonly errors: readonly SubgraphError[];
      readonly extensions: JsonObject;
      readonly lifetime: OriginLifetime;
    }
  | { readonly kind: 'failure'; readonly message: string; readonly extensions: Readonly<Record<string, unknown>> };

export interface SubgraphClient {
  /**
   * Never rejects, and ends by the subgraph's deadline alone: others may have joined, so that a client that goes away ends nothing.
   * @param body the whole JSON body
   */
  send(subgraph: string, body: string, headers: Readonly<Record<string, string>>): Promise<SubgraphAnswer>;
}
