// A relay without a database, for tests of the feed: numbers its records, and takes a new log id as relays do.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PurgeLog } from '../../../gateway/purge/log.ts';
import { encodeHeartbeat, encodePurge, type PurgeEvent, type RecordOrigin } from '../../../schema/purge-event.ts';

export interface Sender {
  /** Resolves when the log keeps it; tries until then. */
  purge(...events: readonly PurgeEvent[]): Promise<void>;
  /** Log ids that it has written under. */
  readonly logIds: readonly string[];
  stop(): Promise<void>;
}

const BEAT_MS = 100;

/** Beats from now on, while the log can be reached. */
export function startSender(log: PurgeLog, source: string): Sender {
  const stopping = new AbortController();
  const logIds = [randomUUID()];
  let origin: RecordOrigin = { logId: logIds[0]!, number: 0 };
  let nextOffset = 0;
  let last: Promise<unknown> = Promise.resolve();

  /** One after the other. What fell into a log that was made anew is sent again under a new log id. */
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
  const isSameLog = (baseOffset: number, count: number): boolean => {
    const same = baseOffset >= nextOffset;
    nextOffset = baseOffset + count;
    if (same) return true;
    const logId = randomUUID();
    logIds.push(logId);
    origin = { logId, number: 0 };
    nextOffset = 0;
    return false;
  };
  const sendPurges = async (events: readonly PurgeEvent[]): Promise<void> => {
    for (;;) {
      const { logId, number } = origin;
      const records = events.map((event, index) =>
        encodePurge(source, { logId, number: number + 1 + index }, event, randomUUID(), null),
      );
      const sent = await log.append(records).catch(() => null);
      if (stopping.signal.aborted) return;
      if (sent !== null) {
        origin = { ...origin, number: number + records.length };
        if (isSameLog(sent.baseOffset, records.length)) return;
      }
    }
  };
  const beat = async (): Promise<void> => {
    const heartbeat = { asOfAt: Date.now(), system: 'system', timeline: 1 };
    const sent = await log.append([encodeHeartbeat(source, origin, heartbeat, randomUUID())]).catch(() => null);
    if (sent !== null) isSameLog(sent.baseOffset, 1);
  };
  const beating = (async () => {
    while (!stopping.signal.aborted) {
      await inTurn(beat);
      await sleep(BEAT_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();

  return {
    logIds,
    purge: (...events) => inTurn(() => sendPurges(events)),
    async stop() {
      stopping.abort();
      await beating;
      await last;
    },
  };
}
