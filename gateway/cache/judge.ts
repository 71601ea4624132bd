// The question that the cache puts to the purge log: may this be served? The purge room gives the answer.

/** How far the purge log had been read when a fetch began. Positions compare only under one log id. */
export interface Stamp {
  readonly logId: string;
  /**
   * Offset of the last record of the subgraph's sources that was applied to the ledger (of several sources: the least), −1 for
   * none. Never the next offset.
   */
  readonly position: number;
}

/** A tag as entries bear it and the ledger finds it: made by `Judge.digest`, compared by identity of `hi` and `lo`. */
export interface TagDigest {
  /** Two halves of a keyed 64-bit digest as signed 32-bit numbers, which V8 keeps without a box. */
  readonly hi: number;
  readonly lo: number;
}

export type Policy =
  | { readonly kind: 'bounded'; readonly boundMs: number }
  | { readonly kind: 'ttl' }
  | { readonly kind: 'never' };

/** What of an entry is judged. Entries of one subgraph; what is derived from several is judged part by part. */
export interface Judged {
  readonly stamp: Stamp;
  readonly tags: readonly TagDigest[];
  /** Epoch ms. */
  readonly expiresAt: number;
}

/**
 * `fresh`: serve. `expired`: its TTL has passed. `purged`: data may have changed since, or the log cannot tell.
 * `bypass`: nothing of this subgraph may be served now, because the log has not been heard for longer than the bound.
 */
export type Verdict = 'fresh' | 'expired' | 'purged' | 'bypass';

export interface Judge {
  /**
   * The stamp for a fetch that is sent next; take it before, never after.
   * Null: the log of this subgraph is not known yet, nothing that is fetched now may be stored or joined.
   */
  stamp(subgraph: string): Stamp | null;
  /**
   * How far purges of the subgraph were applied: none up to this position is still to come.
   * Null: that is not known, or positions are times, which pass while a purge is on its way.
   */
  applied(subgraph: string): Stamp | null;
  /** @param nowAt epoch ms, by the clock that the ledger was given */
  judge(entry: Judged, subgraph: string, policy: Policy, nowAt: number): Verdict;
  /** May a flight that began with this stamp be joined now? The same rule without expiry. */
  mayJoin(stamp: Stamp, tags: readonly TagDigest[], subgraph: string, policy: Policy, nowAt: number): boolean;
  /** How old the subgraph's as-of is, in ms; Infinity when it was never heard. For `Cache-Control` and metrics. */
  asOfAgeMs(subgraph: string, nowAt: number): number;
  /** The digest of a tag. Keyed per process: never stored, never sent. */
  digest(tag: string): TagDigest;
}
