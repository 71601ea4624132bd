// How a world begins.

import type { Configuration } from './configuration.ts';
import type { Budget, Gateway, LogRecord, Origin, Row, State } from './state.ts';

/** Every source has beaten, and both gateways have heard it at this very moment. */
export function initialState({ rows, beatsBefore, budget }: Configuration): State {
  const sources = [...new Set(rows)];
  const log = Array.from({ length: sources.length * beatsBefore }, (_, offset): LogRecord => {
    const source = offset % sources.length;
    return { kind: 'heartbeat', ...originOf(source), at: 0, after: Math.max(-1, offset - sources.length) };
  });
  const lastOf = (source: number): number => log.length - sources.length + source;
  const heard = sources.map((source) => {
    const { logId, number } = originOf(source);
    return { logId, number, position: lastOf(source), horizon: source, asOf: 0, claim: null };
  });
  const gateway: Gateway = { next: log.length, logPosition: log.length - 1, heard, purged: [], flights: [] };
  return {
    rows: rows.map((source): Row => ({ source, endedAges: [] })),
    outboxes: sources.map(() => []),
    log,
    relays: sources.map((source) => ({
      ...originOf(source),
      lastAck: lastOf(source),
      session: 'alive',
      poll: { step: 'idle' },
    })),
    remembered: sources.map((source) => ({ ...originOf(source), offset: source })),
    gateways: [gateway, { ...gateway }],
    store: [],
    left: { ...nothing, ...budget },
    drawn: sources.length,
  };
}

function originOf(source: number): Origin {
  return { source, logId: source + 1, number: 0 };
}

const nothing: Budget = {
  commits: 0,
  polls: 0,
  fetches: 0,
  derivations: 0,
  faults: 9,
  lostRecords: 0,
  recreatedLogs: 0,
  repeatedSends: 0,
  unansweredSends: 0,
  unreadable: 0,
  noise: 0,
  redeliveries: 0,
  jumps: 0,
  gatewayRestarts: 0,
  takeovers: 0,
};
