// Everything that may happen next.

import { oldest } from './configuration.ts';
import { faultMoves } from './faults.ts';
import { gatewayMoves } from './gateway.ts';
import { relayMoves } from './relay.ts';
import type { Age, Heard, LogRecord, Relay, State } from './state.ts';
import { rowName } from './words.ts';
import { type Move, replaceAt, spend, type World } from './world.ts';

export function movesFrom(state: State, world: World): readonly Move[] {
  return [
    tick(state, world),
    ...commits(state),
    ...relayMoves(state, world),
    ...gatewayMoves(state, world),
    ...faultMoves(state, world),
  ];
}

/** Row and outbox row in one transaction. */
function commits(state: State): readonly Move[] {
  if (state.left.commits === 0) return [];
  return state.rows.map(({ source, endedAges }, row) => {
    const version = endedAges.length + 1;
    const rows = replaceAt(state.rows, row, { source, endedAges: [...endedAges, 0] });
    const outboxes = replaceAt(state.outboxes, source, [...state.outboxes[source]!, { row, version }]);
    return {
      says: () => `${rowName(row)} becomes version ${version}`,
      state: { ...spend(state, 'commits'), rows, outboxes },
    };
  });
}

function tick(state: State, { configuration }: World): Move {
  const limit = oldest(configuration);
  const older = (age: Age): Age => Math.min(age + 1, limit);
  const olderRecord = (record: LogRecord): LogRecord =>
    record.kind === 'heartbeat' ? { ...record, at: older(record.at) } : record;
  const olderHeard = (heard: Heard): Heard => ({
    ...heard,
    asOf: older(heard.asOf),
    claim: heard.claim === null ? null : older(heard.claim),
  });
  const olderRelay = (relay: Relay): Relay =>
    relay.poll.step === 'idle' ? relay : { ...relay, poll: { ...relay.poll, at: older(relay.poll.at) } };
  return {
    says: () => 'a tick passes',
    state: {
      ...state,
      rows: state.rows.map((row) => ({ ...row, endedAges: row.endedAges.map(older) })),
      log: state.log.map(olderRecord),
      relays: state.relays.map(olderRelay),
      gateways: state.gateways.map((gateway) => ({ ...gateway, heard: gateway.heard.map(olderHeard) })),
    },
  };
}
