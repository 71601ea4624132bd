// What a moment of the modelled world looks like. Everything is immutable; time is kept as ages, so that it need not be bounded.

/** Ticks since a moment, clipped at S + 1: older than the bound is older than the bound. */
export type Age = number;

/** A row of a database. Its version is `endedAges.length`; `endedAges[v]` is how long ago version v was replaced. */
export interface Row {
  readonly source: number;
  readonly endedAges: readonly Age[];
}

/** A row at a version: what a commit made, what an outbox row stands for, what an entry holds. */
export interface RowVersion {
  readonly row: number;
  readonly version: number;
}

/** Who sent a record: the log id under which the relay writes, and a number that runs within that. */
export interface Origin {
  readonly source: number;
  readonly logId: number;
  /** A purge: its own, from 1. A heartbeat: that of the last purge before it, 0 if none. */
  readonly number: number;
}

export type LogRecord =
  | (Origin & { readonly kind: 'purge'; readonly row: number })
  /** `after`: offset of the last record that the log acknowledged to this relay under this log id, −1 if none. */
  | (Origin & { readonly kind: 'heartbeat'; readonly at: Age; readonly after: number })
  /** The origin can be read, what is purged can not. */
  | (Origin & { readonly kind: 'unreadable' })
  /** Not even the source can be read. */
  | { readonly kind: 'noise' };

export interface Relay {
  readonly source: number;
  readonly logId: number;
  readonly number: number;
  /** Greatest offset that was acknowledged to it under this log id, −1 if none. */
  readonly lastAck: number;
  /** The session that holds the advisory lock; a successor begins only after it was lost. */
  readonly session: 'alive' | 'lost';
  readonly poll: Poll;
}

export type Poll =
  | { readonly step: 'idle' }
  /** The database time was read; the snapshot is not taken yet. */
  | { readonly step: 'timed'; readonly at: Age }
  | {
      readonly step: 'sending';
      readonly at: Age;
      readonly snapshot: readonly RowVersion[];
      readonly sentCount: number;
      readonly beaten: 'no' | 'yes';
      /** Of its last row. */
      readonly acknowledged: Acknowledged | null;
    };

/** A record of a source and the offset at which the log acknowledged it. */
export interface Acknowledged extends Origin {
  readonly offset: number;
}

/** What a gateway's ledger knows of one source. `logId` 0: never heard. */
export interface Heard {
  readonly logId: number;
  /** Offset of the last record of this source applied. */
  readonly position: number;
  readonly number: number;
  readonly horizon: number;
  /** Age of the as-of; S + 1 stands for never and for too old alike. */
  readonly asOf: Age;
  /** What the last heartbeat says, where that is believed only once a later record confirms it. */
  readonly claim: Age | null;
}

export interface Purged {
  readonly row: number;
  readonly offset: number;
}

/** How far the log of one source had been read when a fetch began. Positions compare only under one log id. */
export interface Stamp {
  readonly source: number;
  readonly logId: number;
  readonly position: number;
}

export interface Entry {
  /** One for each source whose data is in it. */
  readonly stamps: readonly Stamp[];
  readonly values: readonly RowVersion[];
}

/** A fetch on its way, which others may join. */
export interface Flight {
  readonly rows: readonly number[];
  readonly stamps: readonly Stamp[];
  /** What the subgraph read; null: it has not read yet. */
  readonly values: readonly RowVersion[] | null;
  /** Did a request join when what had been read was older than S already? Who joins earlier can get nothing too old. */
  readonly joinedTooLate: 'no' | 'yes';
}

export interface Gateway {
  /** The offset that its consumer reads next. */
  readonly next: number;
  /** Offset of the last record applied, of whatever source. */
  readonly logPosition: number;
  readonly heard: readonly Heard[];
  /** The last purge of each tag, the longest unchanged first. */
  readonly purged: readonly Purged[];
  readonly flights: readonly Flight[];
}

/** How often each thing may still happen. Ticks and reads of the log are not limited. */
export interface Budget {
  readonly commits: number;
  readonly polls: number;
  readonly fetches: number;
  readonly derivations: number;
  /** Of those below, all together. */
  readonly faults: number;
  readonly lostRecords: number;
  readonly recreatedLogs: number;
  readonly repeatedSends: number;
  readonly unansweredSends: number;
  readonly unreadable: number;
  readonly noise: number;
  readonly redeliveries: number;
  readonly jumps: number;
  readonly gatewayRestarts: number;
  readonly takeovers: number;
}

export interface State {
  readonly rows: readonly Row[];
  readonly outboxes: readonly (readonly RowVersion[])[];
  readonly log: readonly LogRecord[];
  readonly relays: readonly Relay[];
  /** The newest record that the database of each source remembers: written with the deletion of what was sent. */
  readonly remembered: readonly Acknowledged[];
  readonly gateways: readonly Gateway[];
  /** Every entry ever handed to the cache. A read may find any of them, or none: see README. */
  readonly store: readonly Entry[];
  readonly left: Budget;
  /** Log ids drawn so far. */
  readonly drawn: number;
}
