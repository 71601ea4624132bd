// What a gateway's feed does with one record of the log: the ledger after it.

import { oldest } from './configuration.ts';
import type { Gateway, Heard, LogRecord, Purged, State } from './state.ts';
import { rowName, sourceName } from './words.ts';
import { replaceAt, type World } from './world.ts';

type Readable = Exclude<LogRecord, { kind: 'noise' }>;

/** Applies the record at `offset`, in one step: no entry is judged between its parts. */
export function applyRecord(state: State, gateway: Gateway, record: LogRecord, offset: number, world: World): Gateway {
  const read: Gateway = { ...gateway, next: offset + 1, logPosition: offset };
  if (record.kind === 'noise') return read;
  const { rules } = world;
  if (record.kind === 'heartbeat' && rules.heartbeat === 'believed after its predecessor' && offset <= record.after)
    return read;
  const heard = gateway.heard[record.source]!;
  if (record.logId !== heard.logId) return applyFirst(state, read, record, offset, world);
  if (offset <= heard.position && rules.redelivery === 'ignored') return read;
  return applyNext(state, read, heard, record, offset, world);
}

/** The first record under a log id: all that was held under another is void, and of this one nothing earlier is known. */
function applyFirst(state: State, gateway: Gateway, record: Readable, offset: number, world: World): Gateway {
  const { rules } = world;
  const before = gateway.heard[record.source]!;
  const trusted = rules.newLogId === 'trusted';
  const heard: Heard = {
    logId: record.logId,
    position: offset,
    number: record.number,
    horizon: trusted ? before.horizon : offset,
    asOf: rules.asOfAtNewLogId === 'kept' ? before.asOf : oldest(world.configuration),
    claim: null,
  };
  const purged = trusted
    ? gateway.purged
    : gateway.purged.filter(({ row }) => state.rows[row]!.source !== record.source);
  return applyContent(state, withHeard({ ...gateway, purged }, record.source, heard), record, offset, world);
}

function applyNext(
  state: State,
  gateway: Gateway,
  before: Heard,
  record: Readable,
  offset: number,
  world: World,
): Gateway {
  const { rules } = world;
  const repeated = record.kind !== 'heartbeat' && record.number <= before.number;
  const heard: Heard = {
    ...before,
    position: offset,
    number: numberAfter(before, record, world),
    horizon: Math.max(before.horizon, horizonFor(before, record, offset, world)),
    asOf: before.claim !== null ? Math.min(before.asOf, before.claim) : before.asOf,
    claim: null,
  };
  const moved = withHeard(gateway, record.source, heard);
  if (repeated && rules.repeatedSend === 'skipped') return moved;
  return applyContent(state, moved, record, offset, world);
}

/** How far this record shows the feed to be ignorant. A lost record's commit may be as late as the record that shows the gap. */
function horizonFor(before: Heard, record: Readable, offset: number, { rules }: World): number {
  if (rules.gapInNumbers === 'ignored') return -1;
  const expected = record.kind === 'heartbeat' ? before.number : before.number + 1;
  if (record.kind === 'heartbeat' && rules.heartbeatNumber === 'ignored') return -1;
  return record.number > expected ? offset : -1;
}

function numberAfter(before: Heard, record: Readable, { rules }: World): number {
  if (rules.redelivery === 'applied as new') return record.number;
  if (rules.progress === 'one per record') return before.number + (record.kind === 'heartbeat' ? 0 : 1);
  return Math.max(before.number, record.number);
}

function applyContent(state: State, gateway: Gateway, record: Readable, offset: number, world: World): Gateway {
  const heard = gateway.heard[record.source]!;
  switch (record.kind) {
    case 'heartbeat':
      return withHeard(gateway, record.source, {
        ...heard,
        ...(world.rules.heartbeat === 'believed once confirmed' ? { claim: record.at } : { asOf: record.at }),
      });
    case 'unreadable':
      if (world.rules.unreadable === 'skipped') return gateway;
      return withHeard(gateway, record.source, { ...heard, horizon: offset });
    case 'purge':
      return forgetOldest(
        state,
        { ...gateway, purged: [...forRow(gateway, record.row), { row: record.row, offset }] },
        world,
      );
  }
}

/** A bounded ledger: the tag unchanged for longest goes, and what it knew becomes ignorance. */
function forgetOldest(state: State, gateway: Gateway, { configuration, rules }: World): Gateway {
  const [gone, ...kept] = gateway.purged;
  if (gone === undefined || gateway.purged.length <= configuration.ledgerTags) return gateway;
  const smaller = { ...gateway, purged: kept };
  if (rules.forgetting === 'silent') return smaller;
  const source = state.rows[gone.row]!.source;
  const heard = gateway.heard[source]!;
  return withHeard(smaller, source, { ...heard, horizon: Math.max(heard.horizon, gone.offset) });
}

function forRow({ purged }: Gateway, row: number): readonly Purged[] {
  return purged.filter((each) => each.row !== row);
}

function withHeard(gateway: Gateway, source: number, heard: Heard): Gateway {
  return { ...gateway, heard: replaceAt(gateway.heard, source, heard) };
}

/** A ledger in words. */
export function ledgerText({ heard, purged }: Gateway): string {
  const sources = heard.map(({ logId, position, horizon, asOf }, source) => {
    return `${sourceName(source)}: log ${logId}, position ${position}, horizon ${horizon}, as of ${asOf} ticks ago`;
  });
  return [...sources, ...purged.map(({ row, offset }) => `${rowName(row)} purged at ${offset}`)].join('; ');
}
