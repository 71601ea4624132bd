// What the one working relay of a source does: tells what may have changed unseen, then polls and beats, under a log id of its own.

import type { PurgeLogProducer } from './purge-log.ts';
import type { RelayClock } from './relay-clock.ts';
import { createSender, type Outgoing, type RelaySender } from './relay-sender.ts';
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
  | { readonly kind: 'working' }
  | { readonly kind: 'unwatched'; readonly problems: readonly string[] };

export interface TenureReport {
  /** May be called again with the same phase. */
  phase(phase: TenurePhase): void;
  purgedAll(reason: string): void;
  /** @param waitedMs since the oldest of them happened */
  acknowledged(eventCount: number, waitedMs: number): void;
  collapsed(rowCount: number): void;
  beaten(asOfAt: number): void;
}

const STANDBY_POLL_MS = 500;

/**
 * Works under a new log id until the source is on a standby or elsewhere in its history; then returns, to be called again.
 * @throws {LogTrouble} to be called again with the same session. After anything else the session is no longer good.
 */
export async function runTenure(session: SourceSession, options: TenureOptions, signal: AbortSignal): Promise<void> {
  const { source, log, clock, randomId, report } = options;
  const { place } = await session.moment();
  if (place === null) {
    report.phase({ kind: 'standby' });
    return clock.wait(STANDBY_POLL_MS, signal);
  }
  let state = await stateAtStart(session, place);
  const sender = createSender({ log, source, logId: randomId() });
  // Its offset becomes the horizon of every subgraph that reads from this source: nothing that was read before is served.
  const purgeAll = async (reason: string, ts: number, seen: Partial<SourceState>): Promise<void> => {
    const event = { kind: 'subgraph', reason, ts } as const;
    await sender.send([{ id: randomId(), event }], async () => {
      state = { ...state, ...seen };
      await session.remember(state);
    });
    report.purgedAll(reason);
  };
  let lastBeatMs = Number.NEGATIVE_INFINITY;
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
    await sender.beat({ asOfAt: moment.asOfAt, ...place });
    report.phase({ kind: 'working' });
    report.beaten(moment.asOfAt);
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
    if (sent.undeleted !== null) await session.deleteSent(sent.undeleted);
    if (sent.eventCount === 0) await clock.wait(options.pollMs, signal);
  }
}

async function stateAtStart(session: SourceSession, place: SourcePlace): Promise<SourceState> {
  const known = await session.recall();
  if (known !== null) return known;
  const state = { place, fingerprint: (await session.catalog()).fingerprint };
  await session.remember(state);
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
  readonly undeleted: SentRows | null;
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
    await sender.send(items, async (batch) => {
      await session.deleteSent({ kind: 'ids', ids: batch.map(({ rowId }) => rowId) });
      acknowledged(batch);
    });
    return { eventCount: items.length, undeleted: null };
  }
  report.collapsed(snapshot.rowCount);
  await sender.send(
    snapshot.events.map((event) => ({ id: randomId(), event })),
    async (batch) => acknowledged(batch),
  );
  return { eventCount: snapshot.events.length, undeleted: { kind: 'ranges', ids: snapshot.ids } };
}

function samePlace(one: SourcePlace, other: SourcePlace): boolean {
  return one.system === other.system && one.timeline === other.timeline;
}
