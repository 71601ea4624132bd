// What a relay does: reads the database time, takes a snapshot of the outbox, sends its rows, beats, deletes.

import type { LogIdAfterwards } from './rules.ts';
import type { LogRecord, Origin, Poll, Relay, RowVersion, State } from './state.ts';
import { recordText, sourceName, valuesText } from './words.ts';
import { fail, type Move, mayFail, replaceAt, spend, type World } from './world.ts';

export function relayMoves(state: State, world: World): readonly Move[] {
  return state.relays.flatMap((relay, index) => movesOf(state, relay, index, world));
}

function movesOf(state: State, { session, poll }: Relay, index: number, world: World): readonly Move[] {
  const cutOff = session === 'lost' && world.rules.snapshotOn === 'the session of the lock';
  switch (poll.step) {
    case 'idle':
      return cutOff ? [] : readTime(state, index);
    case 'timed':
      return cutOff ? [] : takeSnapshot(state, index, poll.at);
    case 'sending':
      return [
        ...sendRow(state, index, poll, world),
        ...beat(state, index, poll, world),
        ...deleteRows(state, index, poll),
      ];
  }
}

function readTime(state: State, index: number): readonly Move[] {
  if (state.left.polls === 0) return [];
  const next = withRelay(spend(state, 'polls'), index, { poll: { step: 'timed', at: 0 } });
  return [{ says: () => `${relayText(state, index)} reads the database time`, state: next }];
}

function takeSnapshot(state: State, index: number, at: number): readonly Move[] {
  const snapshot = state.outboxes[state.relays[index]!.source]!;
  const next = withRelay(state, index, {
    poll: { step: 'sending', at, snapshot, sentCount: 0, beaten: 'no', acknowledged: null },
  });
  const seen = snapshot.length === 0 ? 'nothing' : valuesText(snapshot);
  return [{ says: () => `${relayText(state, index)} takes its snapshot: ${seen} in the outbox`, state: next }];
}

type Sending = Extract<Poll, { step: 'sending' }>;

function sendRow(state: State, index: number, poll: Sending, world: World): readonly Move[] {
  const change = poll.snapshot[poll.sentCount];
  if (change === undefined) return [];
  const { source, logId, number } = state.relays[index]!;
  const origin = { source, logId, number: number + 1 };
  const purge: LogRecord = { kind: 'purge', ...origin, row: change.row };
  const offset = state.log.length;
  const sent: Poll = { ...poll, sentCount: poll.sentCount + 1, acknowledged: { ...origin, offset } };
  const moves = [appended(state, index, purge, sent, world)];
  if (mayFail(state, 'unreadable')) {
    moves.push(appended(fail(state, 'unreadable'), index, { kind: 'unreadable', ...origin }, sent, world));
  }
  if (mayFail(state, 'noise')) moves.push(appended(fail(state, 'noise'), index, { kind: 'noise' }, sent, world));
  if (mayFail(state, 'repeatedSends')) {
    const once = { ...fail(state, 'repeatedSends'), log: [...state.log, purge] };
    moves.push(appended(once, index, purge, sent, world));
  }
  return [...moves, ...unanswered(state, index, purge, world)];
}

function beat(state: State, index: number, poll: Sending, world: World): readonly Move[] {
  const early = poll.sentCount < poll.snapshot.length;
  if (poll.beaten === 'yes' || (early && world.rules.heartbeatSent === 'after the last row')) return [];
  const { source, logId, number, lastAck } = state.relays[index]!;
  const at = world.rules.heartbeatTime === 'read after the snapshot' ? 0 : poll.at;
  const record: LogRecord = { kind: 'heartbeat', source, logId, number, at, after: lastAck };
  const beaten = appended(state, index, record, { ...poll, beaten: 'yes' }, world);
  const between = world.configuration.budget.takeovers !== undefined;
  const rest =
    between || early
      ? [beaten]
      : finish(beaten.state, index, poll).map(({ state: after }) => ({ ...beaten, state: after }));
  return [...rest, ...unanswered(state, index, record, world)];
}

function deleteRows(state: State, index: number, poll: Sending): readonly Move[] {
  return poll.sentCount < poll.snapshot.length || poll.beaten === 'no' ? [] : finish(state, index, poll);
}

/** All is acknowledged: the rows are deleted. Where no relay can die or be doubled in between it is one step with the heartbeat. */
function finish(state: State, index: number, poll: Sending): readonly Move[] {
  const { source } = state.relays[index]!;
  const outbox = state.outboxes[source]!.filter((change) => !poll.snapshot.some((sent) => sameChange(sent, change)));
  const outboxes = replaceAt(state.outboxes, source, outbox);
  const { acknowledged } = poll;
  const remembered = acknowledged === null ? state.remembered : replaceAt(state.remembered, source, acknowledged);
  const next = withRelay({ ...state, outboxes, remembered }, index, { poll: { step: 'idle' } });
  return [{ says: () => `${relayText(state, index)} deletes what it sent`, state: next }];
}

/** The log takes a record and acknowledges its offset. One that is not greater than the last: another log; a new log id. */
function appended(state: State, index: number, record: LogRecord, poll: Poll, { rules }: World): Move {
  const offset = state.log.length;
  const relay = state.relays[index]!;
  const written: State = { ...state, log: [...state.log, record] };
  const says = (): string => `offset ${offset}: ${relayText(state, index)} sends ${recordText(record)}`;
  const number = record.kind === 'heartbeat' ? relay.number : relay.number + 1;
  if (offset > relay.lastAck || rules.acknowledgement === 'ignored') {
    return { says, state: withRelay(written, index, { poll, number, lastAck: offset }) };
  }
  return {
    says: () => `${says()}; the offset is not beyond ${relay.lastAck}: it goes on under log id ${state.drawn + 1}`,
    state: renewed(written, index, poll),
  };
}

/** The log takes a record, the acknowledgement never comes: the relay polls again, and deletes nothing. Or its client sends on as if it had not. */
function unanswered(state: State, index: number, record: LogRecord, { rules }: World): readonly Move[] {
  if (!mayFail(state, 'unansweredSends')) return [];
  const written = { ...fail(state, 'unansweredSends'), log: [...state.log, record] };
  const says = (): string =>
    `offset ${state.log.length}: ${relayText(state, index)} sends ${recordText(record)}, and is not answered`;
  if (rules.unanswered === 'sent again by the same run') return [{ says, state: written }];
  const { relay, drawn } = nextRun(written, state.relays[index]!.source, rules.unanswered);
  return [{ says, state: { ...withRelay(written, index, relay), drawn } }];
}

function renewed(state: State, index: number, poll: Poll): State {
  const { relay, drawn } = nextRun(state, state.relays[index]!.source, 'new log id');
  return { ...withRelay(state, index, { ...relay, poll }), drawn };
}

/** A relay that begins, or begins anew: what it takes over is a rule; with the log id, the number. */
export function nextRun(
  state: State,
  source: number,
  rule: LogIdAfterwards,
): { readonly relay: Relay; readonly drawn: number } {
  const drawn = state.drawn + 1;
  const { offset, ...origin } = state.remembered[source]!;
  const found = state.log[offset];
  const stands = found !== undefined && found.kind !== 'noise' && sameOrigin(found, origin);
  const isKept = rule !== 'new log id' && stands;
  const lastAck = isKept && rule !== 'log id kept, offset forgotten' ? offset : -1;
  const logId = isKept ? origin.logId : drawn;
  const number = isKept ? origin.number : 0;
  const relay: Relay = { source, logId, number, lastAck, session: 'alive', poll: { step: 'idle' } };
  return { drawn, relay };
}

function sameOrigin(left: Origin, right: Origin): boolean {
  return left.source === right.source && left.logId === right.logId && left.number === right.number;
}

function sameChange(left: RowVersion, right: RowVersion): boolean {
  return left.row === right.row && left.version === right.version;
}

function withRelay(state: State, index: number, change: Partial<Relay>): State {
  return { ...state, relays: replaceAt(state.relays, index, { ...state.relays[index]!, ...change }) };
}

export function relayText({ relays }: State, index: number): string {
  return `relay ${index + 1} of ${sourceName(relays[index]!.source)}`;
}
