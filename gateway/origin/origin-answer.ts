// What came of a request to a subgraph, over HTTP.

export interface OriginHeaders {
  /** Lower-case names. A header that came several times is joined with `, `. */
  get(name: string): string | null;
}

/** `status` is an HTTP error's; its body is left out: it may hold anything. */
export type OriginAnswer =
  | { readonly kind: 'ok'; readonly headers: OriginHeaders; readonly body: Buffer }
  | { readonly kind: 'status'; readonly status: number; readonly statusText: string }
  | { readonly kind: 'unreachable'; readonly reason: string }
  | { readonly kind: 'timeout'; readonly timeoutMs: number }
  /** Whoever wanted it did no longer. */
  | { readonly kind: 'abandoned' }
  /** It was not asked: too many requests wait for it, or this one waited too long for its turn. */
  | { readonly kind: 'overloaded'; readonly reason: string }
  | { readonly kind: 'too-large'; readonly maxBytes: number };
