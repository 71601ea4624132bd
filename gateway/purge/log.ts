// The purge log as the gateway sees it: one order of records, read whole by every gateway and shared by the chores.

import type { WireRecord } from '../../schema/purge-event.ts';

/** One record where it stands. Without loss `previousOffset` is the offset of the record that was handed over before. */
export interface LogEntry {
  readonly offset: number;
  /** Offset of the record before this one; of one that is no longer kept, when the log does not know what came before. */
  readonly previousOffset: number;
  readonly record: WireRecord;
}

export interface OpenedLog {
  /** Tells apart logs whose offsets do not compare: two clusters, two topics, two processes. */
  readonly name: string;
  /** 'clock': offsets are epoch microseconds. */
  readonly numbering: 'offsets' | 'clock';
  /** Offset before the first record that will be handed over. */
  readonly position: number;
  /** Offset of the last record at this moment; equal to `position` when there is nothing to read. */
  readonly endPosition: number;
}

/** Who reads the whole log. Called in order, never again after close(). Must not throw. */
export interface LogReader {
  /** Once, when the log is first reached. */
  opened(log: OpenedLog): void;
  read(entry: LogEntry): void;
  /**
   * Where to go on after a break: the offset of the last record that was read. Handed over once more, it shows by its
   * content whether the log is still the same one.
   */
  resumeFrom(): number;
  /** The log cannot be reached, or is not what it must be. It is tried again without end. */
  failing(error: unknown): void;
}

/** One of a group that shares the work: each record is handed to one member at least once. Rejections are ignored. */
export type LogWorker = (entry: LogEntry) => Promise<void>;

export interface PurgeLog {
  /** Begins to read at the first record that was appended at `fromAt` (epoch ms) or later. Returns at once; once per log. */
  read(fromAt: number, reader: LogReader): void;
  /** Begins to take part in a group. Returns at once. @param onFailing as in LogReader */
  share(group: string, worker: LogWorker, onFailing: (error: unknown) => void): void;
  /** Resolves with the offset of the first of them when the log keeps them. @throws {GatewayError} PURGE_LOG_UNREACHABLE, after a deadline */
  append(records: readonly WireRecord[]): Promise<{ readonly baseOffset: number }>;
  /** Puts records into the dead-letter topic, or says that there is none. @throws {GatewayError} PURGE_LOG_UNREACHABLE, after a deadline */
  setAside(records: readonly WireRecord[]): Promise<'kept' | 'no-topic'>;
  /** Offset of the last record. @throws {GatewayError} PURGE_LOG_UNREACHABLE, after a deadline */
  endPosition(): Promise<number>;
  /** Stops reading and sharing and closes connections, within a few seconds. */
  close(): Promise<void>;
}
