// The rules with one of them broken, each with the world in which the search must catch it.

import type { configurations } from './configuration.ts';
import type { Rules } from './rules.ts';

export interface Variant {
  readonly name: string;
  readonly world: keyof typeof configurations;
  readonly change: Partial<Rules>;
}

export interface Mutant extends Variant {
  /** What its trace must show, in this order: that it is this fault which was found, and not another. */
  readonly shows: RegExp;
}

export const mutants: readonly Mutant[] = [
  {
    name: 'the position is taken after the fetch',
    world: 'race',
    change: { stampTaken: 'after the fetch' },
    shows:
      /reads row 1 version 0.*reads offset 1: purge of row 1.*stores \{row 1 version 0 \| x: log 1, position [12]\}/s,
  },
  {
    name: 'the next offset serves as position',
    world: 'race',
    change: { position: 'next offset' },
    shows: /begins a fetch of row 1 \(x: log 1, position 1\).*offset 1: relay 1 of x sends purge of row 1/s,
  },
  {
    name: 'the horizon is ignored',
    world: 'jumped',
    change: { horizon: 'ignored' },
    shows: /horizon 2.*WRONG.*version 0 \| x: log 1, position 0/s,
  },
  {
    name: 'a flight is joined after a purge',
    world: 'race',
    change: { joining: 'purges ignored', delivery: 'trusted' },
    shows: /reads offset 1: purge of row 1.*joins the flight.*a request that joined gets/s,
  },
  {
    name: 'who joined is not judged again at delivery',
    world: 'declaredTags',
    change: { delivery: 'trusted' },
    shows: /reads offset 1: purge of row 1.*joins the flight.*a request that joined gets/s,
  },
  {
    name: 'the heartbeat time is read after the snapshot',
    world: 'race',
    change: { heartbeatTime: 'read after the snapshot' },
    shows: /takes its snapshot: nothing.*becomes version 1.*sends heartbeat/s,
  },
  {
    name: 'the heartbeat is sent before the last row',
    world: 'twoRows',
    change: { heartbeatSent: 'at any time' },
    shows: /takes its snapshot: row 1 version 1.*sends heartbeat as of \d ticks ago \(x, log 1, number reached 0/s,
  },
  {
    name: 'the log id is ignored',
    world: 'replaced',
    change: { logId: 'ignored' },
    shows: /made anew.*WRONG.*\| x: log 1.*its ledger: x: log 2/s,
  },
  {
    name: 'the log id is that of the moment of storing',
    world: 'slowFill',
    change: { logIdTaken: 'when stored' },
    shows: /begins a fetch of row 1 \(x: log 1.*made anew.*stores \{row 1 version 0 \| x: log 2/s,
  },
  {
    name: 'a derived entry has the latest position',
    world: 'derived',
    change: { derivedPosition: 'latest' },
    shows:
      /makes \{row 1 version 0 and row 2 version 0 \| x: log 1, position 4.*out of \{row 1 version 0 \| x: log 1, position 0\}/s,
  },
  {
    name: "one subgraph's as-of is forgotten in a derived entry",
    world: 'derived',
    change: { asOf: 'of the first source' },
    shows: /makes \{row 1.*WRONG.*x: log 1, [^;]*as of 0 ticks ago; y: log 2, [^;]*as of 1 ticks ago/s,
  },
  {
    name: "one source's as-of is forgotten in a subgraph of two",
    world: 'twoSources',
    change: { asOf: 'of the first source' },
    shows: /WRONG.*x: log 1, [^;]*as of 0 ticks ago; y: log 2, [^;]*as of 1 ticks ago/s,
  },
  {
    name: 'a record sent twice counts as progress',
    world: 'unreadable',
    change: { progress: 'one per record' },
    shows: /(reads offset \d: purge of row 1 \(x, log 1, number 1\).*){2}nothing can be read of.*number reached 2/s,
  },
  {
    name: 'a redelivered record is applied as if it were new',
    world: 'redelivered',
    change: { redelivery: 'applied as new' },
    shows: /delivered the log from offset 1 once more.*reads offset 1: purge of row 1.*row 1 purged at 1/s,
  },
  {
    name: 'the ledger forgets without raising the horizon',
    world: 'twoRows',
    change: { forgetting: 'silent' },
    shows: /row 1 purged at 1.*row 2 purged at 2.*WRONG.*horizon 0, as of 0 ticks ago; row 2 purged at 2/s,
  },
  {
    name: 'an unreadable record is skipped',
    world: 'unreadable',
    change: { unreadable: 'skipped' },
    shows: /reads offset 1: an unreadable record.*horizon 0.*WRONG/s,
  },
  {
    name: 'a gap in the numbers is ignored',
    world: 'jumped',
    change: { gapInNumbers: 'ignored' },
    shows: /jumps from 1 to 2.*number reached 1.*horizon 0.*WRONG/s,
  },
  {
    name: 'the number in a heartbeat is ignored',
    world: 'unreadable',
    change: { heartbeatNumber: 'ignored' },
    shows: /nothing can be read of.*number reached 1.*horizon 0.*WRONG/s,
  },
  {
    name: 'a new ledger trusts what it has not read',
    world: 'jumped',
    change: { newLogId: 'trusted' },
    shows: /restarts and reads from offset 2.*horizon -1/s,
  },
  {
    name: 'the relay ignores the offset of an acknowledgement',
    world: 'replaced',
    change: { acknowledgement: 'ignored' },
    shows: /made anew.*sends purge of row 1 \(x, log 1.*sends heartbeat[^\n]*log 1.*WRONG/s,
  },
  {
    name: 'a heartbeat is believed wherever it stands',
    world: 'replaced',
    change: { heartbeat: 'believed' },
    shows: /made anew.*offset 0: relay 1 of x sends heartbeat.*reads offset 0: heartbeat.*WRONG/s,
  },
  {
    name: 'the position is that of the whole log',
    world: 'tail',
    change: { positionOf: 'log' },
    shows: /log loses offset 1: heartbeat.*\(y, .*offset 1: relay 1 of x sends purge of row 1.*WRONG.*position 1\}/s,
  },
  {
    name: 'a new relay keeps the log id while a remembered record stands, and the log loses what came later',
    world: 'relays',
    change: { successor: 'log id kept while a record stands' },
    shows: /loses offset 1.*offset 1: relay 2 of x sends purge of row 1 \(x, log 1, number/s,
  },
  {
    name: 'a relay keeps the log id after a send without an answer, and the log loses what was sent',
    world: 'lost',
    change: { unanswered: 'log id kept while a record stands' },
    shows: /offset 1: [^\n]*is not answered.*loses offset 1.*offset 1: relay 1 of x sends purge of row 1/s,
  },
  {
    name: 'the client of a relay sends again what was not answered, and the log loses all that it sent',
    world: 'resent',
    change: { unanswered: 'sent again by the same run' },
    shows:
      /loses offset 1.*offset 1: [^\n]*purge of row 1 \(x, log 1, [^\n]*is not answered.*offset 2: [^\n]*log 1, .*WRONG/s,
  },
  {
    name: 'a relay that keeps the log id forgets the offset that it found the record at',
    world: 'renewal',
    change: { unanswered: 'log id kept, offset forgotten' },
    shows: /is not answered.*made anew.*offset 0: relay 1 of x sends purge of row 1 \(x, log 1, number/s,
  },
  {
    name: 'a relay takes its snapshot without the lock',
    world: 'relays',
    change: { snapshotOn: 'any connection' },
    shows: /relay 2 begins.*relay 2 of x deletes.*relay 1 of x takes its snapshot: nothing/s,
  },
];

const keptLogId = {
  successor: 'log id kept while a record stands',
  unanswered: 'log id kept while a record stands',
} as const satisfies Partial<Rules>;

/** Changes that the search finds right as well, in the world that is named: a build may choose. */
export const equals: readonly Variant[] = [
  {
    name: 'a derived entry keeps the position of each of its sources',
    world: 'derived',
    change: { derivedPosition: 'of each source' },
  },
  {
    name: 'a derived entry is brought up to date when all its parts are judged fresh',
    world: 'derived',
    change: { derivedPosition: 'brought up to date' },
  },
  { name: 'who joins a flight is judged at delivery alone', world: 'flights', change: { joining: 'purges ignored' } },
  { name: 'a record sent twice is skipped', world: 'unreadable', change: { repeatedSend: 'skipped' } },
  {
    name: 'a heartbeat is believed once the next record of its relay confirms it',
    world: 'confirmation',
    change: { heartbeat: 'believed once confirmed' },
  },
  {
    name: 'a heartbeat is believed once confirmed, and the log loses records',
    world: 'lost',
    change: { heartbeat: 'believed once confirmed' },
  },
  {
    name: 'a heartbeat is believed once confirmed, the log loses records, and relays succeed each other',
    world: 'relays',
    change: { heartbeat: 'believed once confirmed' },
  },
  {
    name: 'a log id is kept while a record stands, where the log never loses its end',
    world: 'succession',
    change: keptLogId,
  },
  {
    name: 'a log id is kept while a record stands, where the log is made anew but never loses its end',
    world: 'renewal',
    change: keptLogId,
  },
  { name: 'the as-of is kept at a new log id', world: 'replaced', change: { asOfAtNewLogId: 'kept' } },
];
