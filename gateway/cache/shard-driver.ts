// What each kind of store must do for a shard. It may fail, hang and lie: the guard is in front of it.

export interface ShardDriver {
  readonly largestValueBytes: number;
  isReady(): boolean;
  /** @returns as many as were asked, in order */
  getMany(keys: readonly string[]): Promise<readonly (string | undefined)[]>;
  /** @param ttlMs a whole number above 0 */
  set(key: string, text: string, ttlMs: number): Promise<void>;
  /** Deletes what is there of these keys; absent ones are no failure. */
  delete(keys: readonly string[]): Promise<void>;
  /** Did the store answer, with an error? Everything else that rejects is a broken connection. */
  isRefusal(cause: unknown): boolean;
  close(): Promise<void>;
}

/** What a driver tells by itself, at any time. */
export interface ShardDriverEvents {
  ready(): void;
  trouble(cause: unknown): void;
}
