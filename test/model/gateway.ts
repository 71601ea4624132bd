// What a gateway does: reads the log, fetches, lets requests join a flight, makes derived entries.

import { applyRecord, ledgerText } from './feed.ts';
import { judge, mayJoin, stampsFor, tooOld } from './judge.ts';
import type { Entry, Flight, Gateway, Stamp, State } from './state.ts';
import { entryText, gatewayName, recordText, rowName, stampsText, valuesText } from './words.ts';
import { type Move, replaceAt, spend, type World, without } from './world.ts';

export function gatewayMoves(state: State, world: World): readonly Move[] {
  return state.gateways.flatMap((gateway, index) => [
    ...readLog(state, gateway, index, world),
    ...beginFetch(state, gateway, index, world),
    ...gateway.flights.flatMap((flight, at) => [
      ...readRows(state, gateway, index, flight, at, world),
      ...join(state, gateway, index, flight, at, world),
      ...endFetch(state, gateway, index, flight, at, world),
    ]),
    ...derive(state, gateway, index, world),
  ]);
}

function readLog(state: State, gateway: Gateway, index: number, world: World): readonly Move[] {
  const { next } = gateway;
  const record = state.log[next];
  if (record === undefined) return [];
  const after = applyRecord(state, gateway, record, next, world);
  const says = (): string => `${gatewayName(index)} reads offset ${next}: ${recordText(record)} → ${ledgerText(after)}`;
  return [{ says, state: withGateway(state, index, after) }];
}

function beginFetch(state: State, gateway: Gateway, index: number, world: World): readonly Move[] {
  const { left } = state;
  const bringsTheLatestForEver = left.commits === 0 && left.derivations === 0;
  if (left.fetches === 0 || bringsTheLatestForEver) return [];
  return world.configuration.fetches.flatMap((rows): readonly Move[] => {
    const stamps = stampsFor(state, gateway, rows, world);
    if (stamps === undefined) return [];
    const flights = [...gateway.flights, { rows, stamps, values: null, joinedTooLate: 'no' } as const];
    const says = (): string =>
      `${gatewayName(index)} begins a fetch of ${rows.map(rowName).join(' and ')} (${stampsText(stamps)})`;
    return [{ says, state: withGateway(spend(state, 'fetches'), index, { ...gateway, flights }) }];
  });
}

function readRows(
  state: State,
  gateway: Gateway,
  index: number,
  flight: Flight,
  at: number,
  world: World,
): readonly Move[] {
  if (flight.values !== null) return [];
  const values = flight.rows.map((row) => ({ row, version: state.rows[row]!.endedAges.length }));
  const read = { ...flight, values };
  const says = (): string => `the subgraph reads ${valuesText(values)} for the fetch of ${gatewayName(index)}`;
  const later = withFlight(state, gateway, index, at, read);
  if (world.configuration.fetchEnds === 'later') return [{ says, state: later }];
  return endFetch(later, later.gateways[index]!, index, read, at, world).map((end) => ({
    ...end,
    says: () => `${says()}; ${end.says()}`,
  }));
}

/** Only joining too late is a step: who joins in time gets what was current when it asked or later, whatever follows. */
function join(
  state: State,
  gateway: Gateway,
  index: number,
  flight: Flight,
  at: number,
  world: World,
): readonly Move[] {
  const { values, stamps } = flight;
  if (values === null || flight.joinedTooLate === 'yes' || tooOld(state, values, world) === undefined) return [];
  if (!mayJoin(state, gateway, { stamps, values }, world)) return [];
  const says = (): string =>
    `a request joins the flight of ${gatewayName(index)}, which has read ${valuesText(values)}`;
  return [{ says, state: withFlight(state, gateway, index, at, { ...flight, joinedTooLate: 'yes' }) }];
}

function endFetch(
  state: State,
  gateway: Gateway,
  index: number,
  flight: Flight,
  at: number,
  world: World,
): readonly Move[] {
  const { values } = flight;
  const stamps = stampsAtEnd(state, gateway, flight, world);
  if (values === null || stamps === undefined) return [];
  const entry: Entry = { stamps, values };
  const landed = withGateway(state, index, { ...gateway, flights: without(gateway.flights, at) });
  const served = world.rules.delivery === 'trusted' || judge(state, gateway, entry, world);
  const wrong = flight.joinedTooLate === 'yes' && served ? `a request that joined gets ${entryText(entry)}` : undefined;
  const says = (): string => `${gatewayName(index)} ends its fetch and stores ${entryText(entry)}`;
  return [{ says, wrong, state: { ...landed, store: [...landed.store, entry] } }];
}

function stampsAtEnd(
  state: State,
  gateway: Gateway,
  { rows, stamps }: Flight,
  world: World,
): readonly Stamp[] | undefined {
  const { stampTaken, logIdTaken } = world.rules;
  if (stampTaken === 'after the fetch') return stampsFor(state, gateway, rows, world);
  if (logIdTaken === 'before the fetch') return stamps;
  return stamps.map((stamp) => ({ ...stamp, logId: gateway.heard[stamp.source]!.logId }));
}

/** Out of any two entries, also such as the judge refuses: an answer may hold what its own fetch just brought. */
function derive(state: State, gateway: Gateway, index: number, world: World): readonly Move[] {
  if (state.left.derivations === 0) return [];
  return state.store.flatMap((left, at) =>
    state.store.slice(at + 1).flatMap((right): readonly Move[] => {
      const entry = derivedEntry(state, gateway, [left, right], world);
      if (entry === undefined) return [];
      const says = (): string =>
        `${gatewayName(index)} makes ${entryText(entry)} out of ${entryText(left)} and ${entryText(right)}`;
      return [{ says, state: { ...spend(state, 'derivations'), store: [...state.store, entry] } }];
    }),
  );
}

function derivedEntry(state: State, gateway: Gateway, parts: readonly Entry[], world: World): Entry | undefined {
  const values = parts.flatMap((part) => part.values);
  const stamps = parts.flatMap((part) => part.stamps);
  if (new Set(stamps.map(({ source }) => source)).size < stamps.length) return undefined;
  const positions = stamps.map(({ position }) => position);
  const all = (position: number): Entry => ({ values, stamps: stamps.map((stamp) => ({ ...stamp, position })) });
  switch (world.rules.derivedPosition) {
    case 'least':
      return all(Math.min(...positions));
    case 'latest':
      return all(Math.max(...positions));
    case 'of each source':
      return { values, stamps };
    case 'brought up to date': {
      if (!parts.every((part) => judge(state, gateway, part, world))) return undefined;
      const upToDate = stamps.map((stamp) => ({
        ...stamp,
        position: Math.max(stamp.position, gateway.heard[stamp.source]!.position),
      }));
      return { values, stamps: upToDate };
    }
  }
}

function withFlight(state: State, gateway: Gateway, index: number, at: number, flight: Flight): State {
  return withGateway(state, index, { ...gateway, flights: replaceAt(gateway.flights, at, flight) });
}

function withGateway(state: State, index: number, gateway: Gateway): State {
  return { ...state, gateways: replaceAt(state.gateways, index, gateway) };
}
