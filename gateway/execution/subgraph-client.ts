// One GraphQL request to a subgraph: sent, and its failures said as Apollo's gateway says them.

import type { OriginLifetime } from '../origin/cache-control.ts';

export type SubgraphAnswer =
  | { readonly kind: 'answer'; readonly text: string; readonly lifetime: OriginLifetime }
  | { readonly kind: 'failure'; readonly message: string; readonly extensions: Readonly<Record<string, unknown>> };

export interface SubgraphClient {
  /**
   * Never rejects, and ends by the subgraph's deadline alone: others may have joined, so that a client that goes away ends nothing.
   * @param body the whole JSON body
   */
  send(subgraph: string, body: string, headers: Readonly<Record<string, string>>): Promise<SubgraphAnswer>;
}
