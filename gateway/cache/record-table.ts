// The records of L1 under the parts of their addresses, bounded in bytes. What goes first is the queues' to say.
//
// A record is a number, its parts stand in arrays: an object and an entry of a Map for each would take twice the memory.

import { createEvictionQueues, NOBODY } from './eviction-queues.ts';
import { createHashIndex } from './hash-index.ts';
import { MAP_PLACE_BYTES, objectBytes, POINTER_BYTES, stringBytes, TYPED_ARRAY_BYTES } from './resident-bytes.ts';
import { hashOf } from './text-hash.ts';

/** What an address is looked up by. */
export interface TableKey {
  /** The same for all records of a family. */
  readonly prefix: string;
  /** What tells records of one key apart; `head + keyText` tells records of one prefix apart. */
  readonly head: string;
  readonly keyText: string;
}

/** Records are numbers, valid until they are removed; then another may have the same. */
export interface RecordTable<Held> {
  /** NOBODY: it is not there. */
  find(key: TableKey): number;
  held(record: number): Held;
  /** `head + keyText`. */
  idOf(record: number): string;
  /** It was read. */
  use(record: number): void;
  /** What is not there yet. @param id `head + keyText`, a text of its own @param heldBytes what `held` takes */
  insert(key: TableKey, id: string, held: Held, heldBytes: number): void;
  replace(record: number, held: Held, heldBytes: number): void;
  remove(record: number): void;
  /** Removes who should go. @returns what it held; null: nobody is left */
  evict(): Held | null;
  /** All of it. What the arrays have grown to is given back when nobody is left. */
  bytes(): number;
  count(): number;
  clear(): void;
  /** Records whose prefix begins so. Walks all of them: for tools. */
  within(prefixStart: string): Iterable<number>;
}

interface Group {
  readonly prefix: string;
  readonly number: number;
  recordCount: number;
}

/** The arrays grow by a quarter. */
const GROWTH = 1.25;
const LEAST_CAPACITY = 32;
/** Held, id and number of the group. */
const ARRAYS_BYTES = 2 * POINTER_BYTES + Int32Array.BYTES_PER_ELEMENT;
const GROUP_BYTES = objectBytes(3) + MAP_PLACE_BYTES + POINTER_BYTES;
const GOLDEN = 0x9e3779b1;

/** @param seed of the hashes; whoever chooses keys must not know it */
export function createRecordTable<Held>(maxBytes: number, seed: number): RecordTable<Held> {
  const groups = new Map<string, Group>();
  /** By number. Null: to be given again. */
  const numbered: (Group | null)[] = [];
  let recent: Group | null = null;
  const index = createHashIndex();
  const queues = createEvictionQueues(maxBytes);
  let capacity = 0;
  let helds: (Held | null)[] = [];
  let ids: string[] = [];
  let groupNumbers = new Int32Array(0);
  const free: number[] = [];
  let count = 0;

  const groupOf = (prefix: string): Group | undefined => {
    if (recent?.prefix === prefix) return recent;
    const group = groups.get(prefix);
    if (group !== undefined) recent = group;
    return group;
  };
  const addGroup = (prefix: string): Group => {
    const place = numbered.indexOf(null);
    const group: Group = { prefix, number: place < 0 ? numbered.length : place, recordCount: 0 };
    numbered[group.number] = group;
    groups.set(prefix, group);
    return group;
  };
  const hashIn = (group: number, head: string, keyText: string): number =>
    hashOf(seed ^ Math.imul(group + 1, GOLDEN), head, keyText);
  const grow = (): void => {
    const before = capacity;
    capacity = Math.max(LEAST_CAPACITY, Math.ceil(before * GROWTH));
    helds = grown(helds, capacity, null);
    ids = grown(ids, capacity, '');
    const numbers = new Int32Array(capacity);
    numbers.set(groupNumbers);
    groupNumbers = numbers;
    queues.grow(capacity);
    for (let record = capacity - 1; record >= before; record -= 1) free.push(record);
  };
  const clear = (): void => {
    groups.clear();
    numbered.length = 0;
    recent = null;
    count = 0;
    capacity = 0;
    helds = [];
    ids = [];
    groupNumbers = new Int32Array(0);
    free.length = 0;
    index.clear();
    queues.clear();
  };
  /** @param leave takes it out of the queues */
  const take = (record: number, leave: (record: number, hash: number) => void): Held => {
    const held = helds[record]!;
    const group = numbered[groupNumbers[record]!]!;
    const hash = hashIn(group.number, '', ids[record]!);
    index.delete(hash, record);
    leave(record, hash);
    helds[record] = null;
    ids[record] = '';
    free.push(record);
    count -= 1;
    group.recordCount -= 1;
    if (count === 0) clear();
    else if (group.recordCount === 0) {
      groups.delete(group.prefix);
      numbered[group.number] = null;
      recent = null;
    }
    return held;
  };
  return {
    find({ prefix, head, keyText }) {
      const group = groupOf(prefix);
      if (group === undefined) return NOBODY;
      const hash = hashIn(group.number, head, keyText);
      for (let place = index.first(hash); place >= 0; place = index.next(place, hash)) {
        const record = index.at(place);
        if (groupNumbers[record] === group.number && isJoined(ids[record]!, head, keyText)) return record;
      }
      return NOBODY;
    },
    held: (record) => helds[record]!,
    idOf: (record) => ids[record]!,
    use: queues.use,
    insert({ prefix }, id, held, heldBytes) {
      const group = groupOf(prefix) ?? addGroup(prefix);
      if (free.length === 0) grow();
      const record = free.pop()!;
      const hash = hashIn(group.number, '', id);
      helds[record] = held;
      ids[record] = id;
      groupNumbers[record] = group.number;
      group.recordCount += 1;
      count += 1;
      index.add(hash, record);
      queues.add(record, stringBytes(id) + heldBytes, hash);
    },
    replace(record, held, heldBytes) {
      helds[record] = held;
      queues.resize(record, stringBytes(ids[record]!) + heldBytes);
    },
    remove: (record) => void take(record, queues.remove),
    evict() {
      const record = queues.next();
      return record === NOBODY ? null : take(record, queues.evict);
    },
    bytes() {
      if (count === 0) return 0;
      const arrays = capacity * (ARRAYS_BYTES + POINTER_BYTES) + TYPED_ARRAY_BYTES;
      return arrays + index.bytes() + queues.bytes() + queues.recordBytes() + groups.size * GROUP_BYTES;
    },
    count: () => count,
    clear,
    *within(prefixStart) {
      for (let record = 0; record < capacity; record += 1) {
        if (helds[record] === null) continue;
        if (numbered[groupNumbers[record]!]?.prefix.startsWith(prefixStart)) yield record;
      }
    },
  };
}

const isJoined = (id: string, head: string, tail: string): boolean =>
  head === '' ? id === tail : id.length === head.length + tail.length && id.startsWith(head) && id.endsWith(tail);

/** With room for exactly so many: an array that grows by itself takes half as much again. */
function grown<Item>(before: readonly Item[], capacity: number, filling: Item): Item[] {
  const after = new Array<Item>(capacity).fill(filling);
  for (let at = 0; at < before.length; at += 1) after[at] = before[at]!;
  return after;
}
