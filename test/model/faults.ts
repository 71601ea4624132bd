// What goes wrong by itself: in the log, in its transport, in processes. What relays send wrongly is in relay.ts.

import { oldest } from './configuration.ts';
import { nextRun, relayText } from './relay.ts';
import type { Gateway, State } from './state.ts';
import { gatewayName, recordText } from './words.ts';
import { fail, type Move, mayFail, replaceAt, type World } from './world.ts';

export function faultMoves(state: State, world: World): readonly Move[] {
  return [
    ...loseLastRecord(state),
    ...recreateLog(state),
    ...state.gateways.flatMap((gateway, index) => [
      ...redeliver(state, gateway, index),
      ...jump(state, gateway, index),
      ...restartGateway(state, index, world),
    ]),
    ...state.relays.flatMap((_, index) => takeOver(state, index, world)),
  ];
}

/** Acknowledged, perhaps read by some, and gone: its offset will be used again. */
function loseLastRecord(state: State): readonly Move[] {
  const last = state.log.at(-1);
  if (!mayFail(state, 'lostRecords') || last === undefined) return [];
  const says = (): string => `the log loses offset ${state.log.length - 1}: ${recordText(last)}`;
  return [{ says, state: { ...fail(state, 'lostRecords'), log: state.log.slice(0, -1) } }];
}

function recreateLog(state: State): readonly Move[] {
  if (!mayFail(state, 'recreatedLogs')) return [];
  return [{ says: () => 'the topic is deleted and made anew', state: { ...fail(state, 'recreatedLogs'), log: [] } }];
}

function redeliver(state: State, gateway: Gateway, index: number): readonly Move[] {
  if (!mayFail(state, 'redeliveries')) return [];
  return Array.from({ length: gateway.next }, (_, next) => {
    const text = `${gatewayName(index)} is delivered the log from offset ${next} once more`;
    return moved(fail(state, 'redeliveries'), index, next, text);
  });
}

/** What kafkajs does, without an error, when its offset is out of range; and to the end also when the log was trimmed. */
function jump(state: State, { next }: Gateway, index: number): readonly Move[] {
  const end = state.log.length;
  const says = (to: number): string => `the consumer of ${gatewayName(index)} jumps from ${next} to ${to}`;
  if (next > end) {
    const back = moved(state, index, end, says(end));
    return end === 0 ? [back] : [back, moved(state, index, 0, says(0))];
  }
  if (next === end || !mayFail(state, 'jumps')) return [];
  return [moved(fail(state, 'jumps'), index, end, says(end))];
}

/** It may begin anywhere in the log: the replay window is thrift, not safety. */
function restartGateway(state: State, index: number, { configuration }: World): readonly Move[] {
  if (!mayFail(state, 'gatewayRestarts')) return [];
  const asOf = oldest(configuration);
  const heard = state.outboxes.map(() => ({
    logId: 0,
    position: -1,
    number: 0,
    horizon: -1,
    asOf,
    claim: null,
  }));
  return Array.from({ length: state.log.length + 1 }, (_, next) => {
    const fresh: Gateway = { next, logPosition: next - 1, heard, purged: [], flights: [] };
    const gateways = replaceAt(state.gateways, index, fresh);
    const says = (): string => `${gatewayName(index)} restarts and reads from offset ${next}`;
    return { says, state: { ...fail(state, 'gatewayRestarts'), gateways } };
  });
}

/** The old one is frozen or cut off, its session ended: it may go on at any time with what it holds. One that never does has crashed. */
function takeOver(state: State, index: number, world: World): readonly Move[] {
  if (!mayFail(state, 'takeovers')) return [];
  const { relay, drawn } = nextRun(state, state.relays[index]!.source, world.rules.successor);
  const frozen = replaceAt(state.relays, index, { ...state.relays[index]!, session: 'lost' } as const);
  const next = { ...fail(state, 'takeovers'), drawn, relays: [...frozen, relay] };
  return [
    {
      says: () =>
        `relay ${state.relays.length + 1} begins under log id ${relay.logId} beside ${relayText(state, index)}`,
      state: next,
    },
  ];
}

function moved(state: State, index: number, next: number, text: string): Move {
  const gateways = replaceAt(state.gateways, index, { ...state.gateways[index]!, next });
  return { says: () => text, state: { ...state, gateways } };
}
