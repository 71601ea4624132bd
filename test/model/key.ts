// When are two states the same? The key of a state, blind to what cannot matter any more and to which gateway is which.

import type { Entry, Flight, Gateway, Heard, LogRecord, Relay, RowVersion, Stamp, State } from './state.ts';
import type { World } from './world.ts';

export function stateKey(state: State, world: World): string {
  const { rows, left } = state;
  const matters = ({ values }: Entry | Flight): boolean =>
    left.commits > 0 || left.derivations > 0 || values === null || values.some((value) => isOutdated(state, value));
  const entries = state.store.filter(matters).map(entryKey);
  const gateways = state.gateways.map((gateway) => gatewayKey(gateway, gateway.flights.filter(matters), world));
  return [
    rows
      .map(({ endedAges }, row) => endedAges.map((age, version) => (isHeld(state, row, version) ? age : '-')).join(''))
      .join(),
    state.outboxes.map(valuesKey).join('/'),
    logKey(state, world),
    state.relays.map(relayKey).join('/'),
    forgetful(world) ? '' : state.remembered.map(({ offset, number }) => `${offset} ${number}`).join('/'),
    gateways.sort().join('/'),
    [...new Set(entries)].sort().join('/'),
    budgetKey(state),
  ].join('|');
}

/** Do no rules read what the databases remember? */
function forgetful({ rules }: World): boolean {
  return rules.successor === 'new log id' && rules.unanswered === 'new log id';
}

function isOutdated({ rows }: State, { row, version }: RowVersion): boolean {
  return version < rows[row]!.endedAges.length;
}

/** When a version ended matters only while an entry or a flight holds it. */
function isHeld({ store, gateways }: State, row: number, version: number): boolean {
  const holds = ({ values }: Entry | Flight): boolean =>
    values?.some((value) => value.row === row && value.version === version) ?? false;
  return store.some(holds) || gateways.some(({ flights }) => flights.some(holds));
}

/** What every gateway has read matters only where it may be read again. */
function logKey({ log, gateways }: State, { configuration: { budget } }: World): string {
  const rereads = ['redeliveries', 'gatewayRestarts', 'lostRecords', 'recreatedLogs'].some((fault) => fault in budget);
  const from = rereads ? 0 : Math.min(log.length, ...gateways.map(({ next }) => next));
  return `${log.length}:${log.slice(from).map(recordKey).join()}`;
}

function recordKey(record: LogRecord): string {
  if (record.kind === 'noise') return 'n';
  const origin = `${record.source} ${record.logId} ${record.number}`;
  if (record.kind === 'purge') return `p${origin} ${record.row}`;
  return record.kind === 'heartbeat' ? `h${origin} ${record.at} ${record.after}` : `u${origin}`;
}

function relayKey({ source, logId, number, lastAck, session, poll }: Relay): string {
  const self = `${source} ${logId} ${number} ${lastAck} ${session}`;
  if (poll.step === 'idle') return self;
  if (poll.step === 'timed') return `${self}t${poll.at}`;
  return `${self}s${poll.at} ${poll.sentCount} ${poll.beaten} ${valuesKey(poll.snapshot)}`;
}

function gatewayKey(
  { next, logPosition, heard, purged }: Gateway,
  flights: readonly Flight[],
  { rules }: World,
): string {
  const read = rules.positionOf === 'log' ? `${next} ${logPosition}` : `${next}`;
  const tags = purged.map(({ row, offset }) => `${row}@${offset}`).join();
  return `${read};${heard.map(heardKey).join()};${tags};${flights.map(flightKey).sort().join()}`;
}

function heardKey({ logId, position, number, horizon, asOf, claim }: Heard): string {
  return `${logId} ${position} ${number} ${horizon} ${asOf} ${claim}`;
}

function flightKey({ rows, stamps, values, joinedTooLate }: Flight): string {
  return `${rows.join(' ')}:${stampsKey(stamps)}:${values === null ? '' : valuesKey(values)}:${joinedTooLate}`;
}

function entryKey({ stamps, values }: Entry): string {
  return `${stampsKey(stamps)}:${valuesKey(values)}`;
}

function stampsKey(stamps: readonly Stamp[]): string {
  return stamps.map(({ source, logId, position }) => `${source} ${logId} ${position}`).join();
}

function valuesKey(values: readonly RowVersion[]): string {
  return values.map(({ row, version }) => `${row}v${version}`).join();
}

function budgetKey({ left, drawn }: State): string {
  const often = `${left.commits}${left.polls}${left.fetches}${left.derivations}${left.lostRecords}${left.recreatedLogs}`;
  const seldom = `${left.repeatedSends}${left.unansweredSends}${left.unreadable}${left.noise}${left.redeliveries}${left.jumps}`;
  return `${left.faults}${often}${seldom}${left.gatewayRestarts}${left.takeovers} ${drawn}`;
}
