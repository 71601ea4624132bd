// One GraphQL request to a subgraph: sent, and its failures said as Apollo's gateway says them.

import type { OriginLifetime } from '../origin/cache-control.ts';

export type SubgraphAnswer =
  /** JSON, as it came. */
  | { readonly kind: 'answer'; readonly body: Buffer; readonly lifetime: OriginLifetime }
  | { readonly kind: 'failure'; readonly message: string; readonly extensions: Readonly<Record<string, unknown>> };

export interface SubgraphClient {
  /**
   * Never rejects.
   * @param body the whole JSON body, as text or in UTF-8
   * @param abandon the client's, where nobody else can wait for the answer; null: the subgraph's deadline alone ends it
   */
  send(
    subgraph: string,
    body: string | Buffer,
    headers: Readonly<Record<string, string>>,
    abandon: AbortSignal | null,
  ): Promise<SubgraphAnswer>;
}
