// The records of L1 under their two half addresses, and the order in which they were used.
//
// Not lru-cache: it takes one key, so that each look-up would have to join and hash the whole text of an address. By halves a look-up takes
// three fifths of the time, and a record no more memory (test/bench/cache.bench.ts).

import type { AddressHalves } from './record-address.ts';
import { MAP_PLACE_BYTES, objectBytes, stringBytes } from './resident-bytes.ts';

/** One record. A class, because L1 holds millions of them. */
export class TableRecord<Held> {
  readonly group: Group<Held>;
  readonly id: string;
  held: Held;
  /** What the record takes, itself included. */
  bytes: number;
  newer: TableRecord<Held> | null = null;
  older: TableRecord<Held> | null = null;

  constructor(group: Group<Held>, id: string, held: Held, bytes: number) {
    this.group = group;
    this.id = id;
    this.held = held;
    this.bytes = bytes;
  }
}

interface Group<Held> {
  readonly prefix: string;
  readonly records: Map<string, TableRecord<Held>>;
}

export interface RecordTable<Held> {
  find(address: AddressHalves): TableRecord<Held> | undefined;
  /** It was used now. */
  touch(record: TableRecord<Held>): void;
  /** What is not there yet; counts as use. @param heldBytes what `held` takes @param id a text of its own */
  insert(address: AddressHalves, held: Held, heldBytes: number): void;
  /** Counts as use. @param record that is there */
  replace(record: TableRecord<Held>, held: Held, heldBytes: number): void;
  remove(record: TableRecord<Held>): void;
  /** The one that was not used for the longest time. */
  oldest(): TableRecord<Held> | null;
  bytes(): number;
  count(): number;
  /** Records whose prefix begins so. Walks all of that group: for tools. */
  within(prefixStart: string): Iterable<TableRecord<Held>>;
}

const RECORD_BYTES = objectBytes(6) + MAP_PLACE_BYTES;

export function createRecordTable<Held>(): RecordTable<Held> {
  const groups = new Map<string, Group<Held>>();
  let newest: TableRecord<Held> | null = null;
  let oldest: TableRecord<Held> | null = null;
  let bytes = 0;
  let count = 0;

  const unlink = (record: TableRecord<Held>): void => {
    const { newer, older } = record;
    if (newer === null) newest = older;
    else newer.older = older;
    if (older === null) oldest = newer;
    else older.newer = newer;
    // One that is gone and grown old would keep its young neighbours in memory until the next full collection, and they theirs.
    record.newer = null;
    record.older = null;
  };
  const linkNewest = (record: TableRecord<Held>): void => {
    record.older = newest;
    if (newest === null) oldest = record;
    else newest.newer = record;
    newest = record;
  };
  const groupOf = (prefix: string): Group<Held> => {
    const known = groups.get(prefix);
    if (known !== undefined) return known;
    const group: Group<Held> = { prefix, records: new Map() };
    groups.set(prefix, group);
    return group;
  };
  const find: RecordTable<Held>['find'] = ({ prefix, id }) => groups.get(prefix)?.records.get(id);
  const touch: RecordTable<Held>['touch'] = (record) => {
    if (record === newest) return;
    unlink(record);
    linkNewest(record);
  };
  return {
    find,
    touch,
    insert({ prefix, id }, held, heldBytes) {
      const size = RECORD_BYTES + stringBytes(id) + heldBytes;
      const group = groupOf(prefix);
      const record = new TableRecord(group, id, held, size);
      group.records.set(id, record);
      bytes += size;
      count += 1;
      linkNewest(record);
    },
    replace(record, held, heldBytes) {
      const size = RECORD_BYTES + stringBytes(record.id) + heldBytes;
      bytes += size - record.bytes;
      record.held = held;
      record.bytes = size;
      touch(record);
    },
    remove(record) {
      const { group, id } = record;
      if (group.records.get(id) !== record) return;
      group.records.delete(id);
      if (group.records.size === 0) groups.delete(group.prefix);
      unlink(record);
      bytes -= record.bytes;
      count -= 1;
    },
    *within(prefixStart) {
      for (const { prefix, records } of groups.values()) if (prefix.startsWith(prefixStart)) yield* records.values();
    },
    oldest: () => oldest,
    bytes: () => bytes,
    count: () => count,
  };
}
