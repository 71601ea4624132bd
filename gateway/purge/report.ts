// What the purge room tells the outside: counts for metrics, lines for the log. The telemetry room binds both.

/** Why a subgraph's horizon was raised: what the ledger may be ignorant of. */
export type HorizonReason =
  /** A relay's numbers leave one out: a record was lost. */
  | 'gap'
  /** The log did not give all offsets: trimmed, or read too slowly. */
  | 'jump'
  /** A source writes under another log id: its relay began anew, or the first record of it is heard. */
  | 'new-log'
  /** Offsets are used anew: the log was made again, or lost its end. */
  | 'offsets-reused'
  /** The database was replaced: another system or timeline. */
  | 'rewind'
  /** A record of a known source says nothing that can be applied. */
  | 'unreadable'
  /** Somebody asked for it: a purge of the whole subgraph. */
  | 'asked'
  /** The ledger had no room for all tags. */
  | 'overflow'
  /** Keys, types or sources of the subgraph changed. */
  | 'schema'
  /** The gateway began to serve before it had read the log. */
  | 'not-caught-up';

/** Why a source's heartbeat was not believed. */
export type DistrustReason =
  /** It claims a time that has not come yet by this gateway's clock. */
  | 'clock-ahead'
  /** It was written by a log id that the source had given up. */
  | 'old-log'
  /** It comes from a timeline that the database has left: a primary that was replaced and still beats. */
  | 'old-timeline';

export interface PurgeMetrics {
  /** One record for one subgraph; 'other' for a record that is for none. */
  event(subgraph: string, result: 'applied' | 'duplicate' | 'malformed'): void;
  horizonRaised(subgraph: string, reason: HorizonReason): void;
  distrusted(source: string, reason: DistrustReason): void;
  /** From commit, by the database's clock, to the ledger. Only for events that came while the feed was caught up. */
  purgeToInvisible(delayMs: number): void;
  /** A dead letter or a removal that found its queue full. */
  dropped(what: 'dead-letter' | 'removal'): void;
}

/** The part of pino's logger that is used here. */
export interface PurgeLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
