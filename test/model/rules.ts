// The rules of 3-freshness.md as a record of choices. `designRules` is what is claimed right; a mutant changes one choice.

export interface Rules {
  // A fetch and its stamp
  readonly stampTaken: 'before the fetch' | 'after the fetch';
  readonly logIdTaken: 'before the fetch' | 'when stored';
  readonly position: 'last applied' | 'next offset';
  /** Whose last record: that of the entry's own source, or of the whole log. */
  readonly positionOf: 'source' | 'log';
  // The judge
  readonly logId: 'compared' | 'ignored';
  readonly horizon: 'compared' | 'ignored';
  readonly asOf: 'of every source' | 'of the first source';
  // Flights
  readonly joining: 'judged' | 'purges ignored';
  readonly delivery: 'judged again' | 'trusted';
  // Derived entries
  readonly derivedPosition: 'least' | 'of each source' | 'brought up to date' | 'latest';
  // The feed
  readonly newLogId: 'raises the horizon' | 'trusted';
  readonly asOfAtNewLogId: 'forgotten' | 'kept';
  readonly gapInNumbers: 'raises the horizon' | 'ignored';
  readonly progress: 'the number itself' | 'one per record';
  readonly heartbeatNumber: 'compared' | 'ignored';
  /** A heartbeat may stand in a log that lost what its relay sent before. Its relay learns it from the acknowledgement alone. */
  readonly heartbeat: 'believed after its predecessor' | 'believed once confirmed' | 'believed';
  readonly redelivery: 'ignored' | 'applied as new';
  readonly repeatedSend: 'applied' | 'skipped';
  readonly unreadable: 'raises the horizon' | 'skipped';
  readonly forgetting: 'raises the horizon' | 'silent';
  // The relay
  readonly heartbeatTime: 'read before the snapshot' | 'read after the snapshot';
  readonly heartbeatSent: 'after the last row' | 'at any time';
  /** The connection of time and snapshot: the one that holds the lock, or any. */
  readonly snapshotOn: 'the session of the lock' | 'any connection';
  readonly acknowledgement: 'compared' | 'ignored';
  /** A send that ended without an acknowledgement: the record may be in the log, and read. */
  readonly unanswered: LogIdAfterwards | 'sent again by the same run';
  readonly successor: LogIdAfterwards;
}

/** A log id may be kept only while the newest record that the database remembers still stands where it was acknowledged. */
export type LogIdAfterwards = 'new log id' | 'log id kept while a record stands' | 'log id kept, offset forgotten';

export const designRules: Rules = {
  stampTaken: 'before the fetch',
  logIdTaken: 'before the fetch',
  position: 'last applied',
  positionOf: 'source',
  logId: 'compared',
  horizon: 'compared',
  asOf: 'of every source',
  joining: 'judged',
  delivery: 'judged again',
  derivedPosition: 'least',
  newLogId: 'raises the horizon',
  asOfAtNewLogId: 'forgotten',
  gapInNumbers: 'raises the horizon',
  progress: 'the number itself',
  heartbeatNumber: 'compared',
  heartbeat: 'believed after its predecessor',
  redelivery: 'ignored',
  repeatedSend: 'applied',
  unreadable: 'raises the horizon',
  forgetting: 'raises the horizon',
  heartbeatTime: 'read before the snapshot',
  heartbeatSent: 'after the last row',
  snapshotOn: 'the session of the lock',
  acknowledgement: 'compared',
  unanswered: 'new log id',
  successor: 'new log id',
};
