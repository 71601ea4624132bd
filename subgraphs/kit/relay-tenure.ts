// What the one working relay of a source does: makes sure of the log, tells what may have changed unseen, then polls and beats.

import { type AcknowledgedRecord, logHolds } from './log-identity.ts';
import type { PurgeLogProducer } from './purge-log.ts';
import type { RelayClock } from './relay-clock.ts';
import { createSender, type Outgoing, type RelaySender, troubleOf } from './relay-sender.ts';
import type { SentRows, SourceSession, SourceState } from './relay-source.ts';
import type { SourceMoment, SourcePlace } from './source-moment.ts';

export interface TenureOptions {
  readonly source: string;
  readonly log: PurgeLogProducer;
  readonly clock: RelayClock;
  /** Never the same twice. */
  readonly randomId: () => string;
  readonly pollMs: number;
  readonly heartbeatMs: number;
  readonly report: TenureReport;
}

/** `unwatched`: changes of the tables named go unseen; no heartbeats until that is mended. */
export type TenurePhase =
  | { readonly kind: 'standby' }
  | { readonly kind: 'identifying' }
  | { readonly kind: 'working' }
  | { readonly kind: 'unwatched'; readonly problems: readonly string[] };

export interface TenureReport {
  /** May be called again with the same phase. */
  phase(phase: TenurePhase): void;
  newLogId(reason: string): void;
  purgedAll(reason: string): void;
  /** @param waitedMs since the oldest of them happened */
  acknowledged(eventCount: number, waitedMs: number): void;
  collapsed(rowCount: number): void;
  beaten(asOfAt: number): void;
}

// How old the record may get that shows that the log is still the same. A write to the source is not worth more.
const REMEMBER_MS = 10_000;
const STANDBY_POLL_MS = 500;

/**
 * Works until the source is on a standby or elsewhere in its history; then returns, to be called again.
 * @param renewal why the log is known to be another one, or null
 * @throws {LogTrouble} to be called again with the same session. After anything else the session is no longer good.
 */
export async function runTenure(
  session: SourceSession,
  options: TenureOptions,
  renewal: string | null,
  signal: AbortSignal,
): Promise<void> {
  const { clock, report } = options;
  const { place } = await session.moment();
  if (place === null) {
    report.phase({ kind: 'standby' });
    return clock.wait(STANDBY_POLL_MS, signal);
  }
  report.phase({ kind: 'identifying' });
  let state = await settleLogId(session, options, place, renewal);
  const { source, log } = options;
  const firstOffset = (state.acknowledged?.offset ?? -1) + 1;
  const sender = createSender({ log, source, logId: state.logId, instance: options.randomId(), firstOffset });
  const remember = async (change: Partial<SourceState>): Promise<void> => {
    state = { ...state, ...change };
    await session.remember(state);
  };
  // Its offset becomes the horizon of every subgraph that reads from this source: nothing that was read before is served.
  const purgeAll = async (reason: string, ts: number, seen: Partial<SourceState>): Promise<void> => {
    const event = { kind: 'subgraph', reason, ts } as const;
    await sender.send([{ id: options.randomId(), event }], (_, acknowledged) => remember({ ...seen, acknowledged }));
    report.purgedAll(reason);
  };
  let lastBeatMs = Number.NEGATIVE_INFINITY;
  let lastRememberedMs = Number.NEGATIVE_INFINITY;
  const beat = async (moment: SourceMoment): Promise<void> => {
    lastBeatMs = clock.nowMs();
    // Read after the moment: no beat may vouch for a change that went past a trigger before it.
    const { fingerprint, problems } = await session.catalog();
    if (fingerprint !== state.fingerprint) {
      await purgeAll(`watched tables were altered: ${problems.join('; ') || 'all is well now'}`, moment.asOfAt, {
        fingerprint,
      });
    }
    if (problems.length > 0) return report.phase({ kind: 'unwatched', problems });
    report.phase({ kind: 'working' });
    const acknowledged = await sender.beat({ asOfAt: moment.asOfAt, ...place });
    report.beaten(moment.asOfAt);
    if (lastBeatMs - lastRememberedMs < REMEMBER_MS) return;
    lastRememberedMs = lastBeatMs;
    await remember({ acknowledged });
  };

  const doubt = await doubtOf(session, state, place);
  if (doubt !== null) {
    await purgeAll(doubt, (await session.moment()).asOfAt, { place });
    await session.setMark(place);
  }
  while (!signal.aborted) {
    // Ended before the snapshot is taken: whatever was visible at its time is in the snapshot, so is in the log once all of that is sent.
    const moment = await session.moment();
    const beganMs = clock.nowMs();
    if (moment.place === null || !samePlace(moment.place, place)) return;
    const sent = await sendOutbox(session, sender, place, options, (batch) => {
      const oldestAt = Math.min(...batch.map(({ event }) => event.ts));
      report.acknowledged(batch.length, moment.asOfAt + clock.nowMs() - beganMs - oldestAt);
    });
    if (clock.nowMs() - lastBeatMs >= options.heartbeatMs) await beat(moment);
    if (sent.undeleted !== null) await session.acknowledge(...sent.undeleted);
    if (sent.eventCount === 0) await clock.wait(options.pollMs, signal);
  }
}

/** A new log id is stored before it is used: whatever a record bears, the next relay knows. */
async function settleLogId(
  session: SourceSession,
  { log, source, randomId, report }: TenureOptions,
  place: SourcePlace,
  renewal: string | null,
): Promise<SourceState> {
  const known = await session.recall();
  const holds = await logHolds(log, source, known?.logId ?? '', known?.acknowledged ?? null).catch((error: unknown) => {
    throw troubleOf(error);
  });
  if (known !== null && holds && renewal === null) return known;
  const fingerprint = known?.fingerprint ?? (await session.catalog()).fingerprint;
  const state = { logId: randomId(), acknowledged: null, place: known?.place ?? place, fingerprint };
  await session.remember(state);
  if (known !== null) report.newLogId(renewal ?? 'no record of this source stands where the log acknowledged one');
  return state;
}

/** Why what readers saw of this source may no longer be so, without any event that says it. */
async function doubtOf(session: SourceSession, state: SourceState, place: SourcePlace): Promise<string | null> {
  if (!samePlace(state.place, place)) {
    return `the database is another one or went back in time: system ${state.place.system}, timeline ${state.place.timeline} became system ${place.system}, timeline ${place.timeline}`;
  }
  // With synchronous_commit off, commits that readers have seen are lost in a crash, and nothing else shows it.
  if (await session.hasMark(place)) return null;
  return 'PostgreSQL recovered from a crash or a backup, so commits may be lost; or no relay has worked here before';
}

interface SentOutbox {
  readonly eventCount: number;
  /** A backlog takes seconds to delete; the heartbeat goes first. */
  readonly undeleted: readonly [SentRows, AcknowledgedRecord] | null;
}

async function sendOutbox(
  session: SourceSession,
  sender: RelaySender,
  place: SourcePlace,
  { report, randomId }: TenureOptions,
  acknowledged: (batch: readonly Outgoing[]) => void,
): Promise<SentOutbox> {
  const snapshot = await session.outbox();
  if (snapshot.kind === 'rows') {
    const items = snapshot.rows.map(({ id, event }) => ({
      id: `${place.system}/${place.timeline}/${id}`,
      event,
      rowId: id,
    }));
    await sender.send(items, async (batch, record) => {
      await session.acknowledge({ kind: 'ids', ids: batch.map(({ rowId }) => rowId) }, record);
      acknowledged(batch);
    });
    return { eventCount: items.length, undeleted: null };
  }
  report.collapsed(snapshot.rowCount);
  const rows: SentRows = { kind: 'ranges', ids: snapshot.ids };
  let undeleted: SentOutbox['undeleted'] = null;
  await sender.send(
    snapshot.events.map((event) => ({ id: randomId(), event })),
    async (batch, record) => {
      undeleted = [rows, record];
      acknowledged(batch);
    },
  );
  return { eventCount: snapshot.events.length, undeleted };
}

function samePlace(one: SourcePlace, other: SourcePlace): boolean {
  return one.system === other.system && one.timeline === other.timeline;
}
