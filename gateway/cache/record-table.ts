// What is kept in memory under texts in parts, bounded in bytes: the records of L1, finished responses, embedded shards. What goes first is the
// queues' to say.
//
// A record is a number, its parts stand in arrays: an object and an entry of a Map for each would take twice the memory.

import { createEvictionQueues, NOBODY } from './eviction-queues.ts';
import { createHashIndex } from './hash-index.ts';
import {
  arrayBytes,
  MAP_PLACE_BYTES,
  objectBytes,
  POINTER_BYTES,
  stringBytes,
  TYPED_ARRAY_BYTES,
} from './resident-bytes.ts';
import { hashOf } from './text-hash.ts';

/** What an address is looked up by. */
export interface TableKey {
  /** The same for all records of a family. */
  readonly prefix: string;
  /** What tells records of one key apart; `head + keyText` tells records of one prefix apart. */
  readonly head: string;
  readonly keyText: string;
}

/** Of what has one text for a name. */
export const wholeKey = (keyText: string): TableKey => ({ prefix: '', head: '', keyText });

/** Records are numbers, valid until they are removed; then another may have the same. */
export interface RecordTable<Held> {
  /** NOBODY: it is not there. */
  find(key: TableKey): number;
  held(record: number): Held;
  /** `head + keyText`. */
  idOf(record: number): string;
  /** It was read. */
  use(record: number): void;
  /** What is not there yet. @param id `head + keyText`, of its own: cut out of another text it would keep all of that @param heldBytes what `held` takes */
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

/** Room grows by a quarter, */
const GROWTH = 1.25;
/** in arrays of so many: one large one would have to be copied, and the collector has to look through it, at each step. */
const CHUNK_BITS = 6;
const CHUNK_COUNT = 2 ** CHUNK_BITS;
const IN_CHUNK = CHUNK_COUNT - 1;
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
  const helds: (Held | null)[][] = [];
  const ids: string[][] = [];
  let groupNumbers = new Int32Array(0);
  /** Of records that were removed. */
  const free: number[] = [];
  /** Numbers from here on were never given. */
  let unused = 0;
  let count = 0;

  const heldAt = (record: number): Held | null => helds[record >> CHUNK_BITS]![record & IN_CHUNK]!;
  const idAt = (record: number): string => ids[record >> CHUNK_BITS]![record & IN_CHUNK]!;
  const put = (record: number, held: Held | null, id: string): void => {
    helds[record >> CHUNK_BITS]![record & IN_CHUNK] = held;
    ids[record >> CHUNK_BITS]![record & IN_CHUNK] = id;
  };

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
    const chunkCount = Math.ceil((capacity * GROWTH + 1) / CHUNK_COUNT);
    capacity = chunkCount * CHUNK_COUNT;
    // Of exact length: an array that grows by itself takes half as much again.
    while (helds.length < chunkCount) {
      helds.push(new Array<Held | null>(CHUNK_COUNT).fill(null));
      ids.push(new Array<string>(CHUNK_COUNT).fill(''));
    }
    const numbers = new Int32Array(capacity);
    numbers.set(groupNumbers);
    groupNumbers = numbers;
    queues.grow(capacity);
  };
  const numberFor = (): number => {
    const freed = free.pop();
    if (freed !== undefined) return freed;
    if (unused === capacity) grow();
    unused += 1;
    return unused - 1;
  };
  const clear = (): void => {
    groups.clear();
    numbered.length = 0;
    recent = null;
    count = 0;
    capacity = 0;
    unused = 0;
    helds.length = 0;
    ids.length = 0;
    groupNumbers = new Int32Array(0);
    free.length = 0;
    index.clear();
    queues.clear();
  };
  /** @param leave takes it out of the queues */
  const take = (record: number, leave: (record: number, hash: number) => void): Held => {
    const held = heldAt(record)!;
    const group = numbered[groupNumbers[record]!]!;
    const hash = hashIn(group.number, '', idAt(record));
    index.delete(hash, record);
    leave(record, hash);
    put(record, null, '');
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
        if (groupNumbers[record] === group.number && isJoined(idAt(record), head, keyText)) return record;
      }
      return NOBODY;
    },
    held: (record) => heldAt(record)!,
    idOf: idAt,
    use: queues.use,
    insert({ prefix }, id, held, heldBytes) {
      const group = groupOf(prefix) ?? addGroup(prefix);
      const record = numberFor();
      const hash = hashIn(group.number, '', id);
      put(record, held, id);
      groupNumbers[record] = group.number;
      group.recordCount += 1;
      count += 1;
      index.add(hash, record);
      queues.add(record, stringBytes(id) + heldBytes, hash);
    },
    replace(record, held, heldBytes) {
      const id = idAt(record);
      put(record, held, id);
      queues.resize(record, stringBytes(id) + heldBytes);
    },
    remove: (record) => void take(record, queues.remove),
    evict() {
      const record = queues.next();
      return record === NOBODY ? null : take(record, queues.evict);
    },
    bytes() {
      if (count === 0) return 0;
      const chunks = helds.length * 2 * (arrayBytes(0) + POINTER_BYTES);
      const arrays = capacity * (ARRAYS_BYTES + POINTER_BYTES) + chunks + TYPED_ARRAY_BYTES;
      return arrays + index.bytes() + queues.bytes() + queues.recordBytes() + groups.size * GROUP_BYTES;
    },
    count: () => count,
    clear,
    *within(prefixStart) {
      for (let record = 0; record < unused; record += 1) {
        if (heldAt(record) === null) continue;
        if (numbered[groupNumbers[record]!]?.prefix.startsWith(prefixStart)) yield record;
      }
    },
  };
}

const isJoined = (id: string, head: string, tail: string): boolean =>
  head === '' ? id === tail : id.length === head.length + tail.length && id.startsWith(head) && id.endsWith(tail);
