// A source as the relay sees it: a database with its outbox. postgres-source.ts is one; a simulation brings its own.

import type { CatalogReading } from './catalog-check.ts';
import type { OutboxSnapshot } from './outbox.ts';
import type { SourceMoment, SourcePlace } from './source-moment.ts';

/** What a source keeps for its relay between runs. */
export interface SourceState {
  /** Where the data was when the purge log last had all that is known to have changed it unseen. */
  readonly place: SourcePlace;
  readonly fingerprint: string;
}

/** Rows of a snapshot that the log has acknowledged: ids, or an int8multirange. */
export type SentRows =
  | { readonly kind: 'ids'; readonly ids: readonly string[] }
  | { readonly kind: 'ranges'; readonly ids: string };

/** One connection. Every call rejects when it is lost, or takes longer than its deadline; then it must be closed. */
export interface SourceSession {
  /** Once, first. @throws {RelaySetupError} when the schema freshet is not installed, or another version of it */
  prepare(): Promise<void>;
  /** Whether this session is now the one of all relays of the source that works. Ends with the session. */
  lock(): Promise<boolean>;
  moment(): Promise<SourceMoment>;
  outbox(): Promise<OutboxSnapshot>;
  catalog(): Promise<CatalogReading>;
  /** Null: no relay has ever worked here. @throws {RelaySetupError} when it worked under another source name */
  recall(): Promise<SourceState | null>;
  remember(state: SourceState): Promise<void>;
  deleteSent(rows: SentRows): Promise<void>;
  /** False when commits that readers saw may be gone: after a crash, a promotion, a restored backup, until the mark is set. */
  hasMark(place: SourcePlace): Promise<boolean>;
  setMark(place: SourcePlace): Promise<void>;
  close(): void;
}

export interface RelaySource {
  open(signal: AbortSignal): Promise<SourceSession>;
}

/** Trying again will not help before somebody does something; the message says what. */
export class RelaySetupError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RelaySetupError';
  }
}
