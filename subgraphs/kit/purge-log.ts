// The purge log as whoever writes to it sees it. Kafka and the log in process both keep to it: test/contract/purge-log-producer.ts.

import type { WireRecord } from '../../schema/purge-event.ts';

export interface PurgeLogProducer {
  /**
   * Resolves when the log keeps all of them, one after the other, in this order. Either all or none are appended; after a
   * rejection that may not be known. Offsets only grow: the n-th record stands at `baseOffset + n` or later.
   * Rejects within 5 s when the log cannot be reached; the next call tries again.
   * @throws {PurgeLogError}
   */
  append(records: readonly WireRecord[]): Promise<{ readonly baseOffset: number }>;
  /** Gives up what is under way and closes connections, within 1 s. Afterwards calls reject. */
  close(): Promise<void>;
}

/**
 * `unreachable`: later it may work. `misconfigured`: it needs a person, though it is tried again. `too-large`: nothing of
 * this batch was appended, smaller ones would be.
 */
export type PurgeLogFault = 'unreachable' | 'misconfigured' | 'too-large';

export class PurgeLogError extends Error {
  readonly fault: PurgeLogFault;

  constructor(fault: PurgeLogFault, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'PurgeLogError';
    this.fault = fault;
  }
}
