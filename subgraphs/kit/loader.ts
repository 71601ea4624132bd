// The door to DataLoader: everything that one request asks of one kind is loaded by one statement.

import DataLoader from 'dataloader';

/** Loads values by key. Keys asked for in one turn of the event loop go together; a key is loaded once. */
export interface Loader<Key, Value> {
  load(key: Key): Promise<Value>;
  loadMany(keys: readonly Key[]): Promise<Value[]>;
}

/** Loads lists of one kind with different arguments: one loader for each combination of arguments. */
export interface LoaderFamily<Args, Key, Value> {
  with(args: Args): Loader<Key, Value>;
}

/** More keys than this in one statement are loaded by several. */
const LARGEST_BATCH_COUNT = 5_000;

/**
 * A loader that lives as long as one request: values are remembered, so a longer life would serve old rows.
 * @param loadBatch gets distinct keys and returns the values in the order of the keys
 * @param identify tells keys apart that are objects; the default takes the key itself
 */
export function createLoader<Key, Value>(
  loadBatch: (keys: readonly Key[]) => Promise<readonly Value[]>,
  identify?: (key: Key) => string,
): Loader<Key, Value> {
  const loader = new DataLoader<Key, Value, Key | string>(loadBatch, {
    maxBatchSize: LARGEST_BATCH_COUNT,
    cacheKeyFn: identify ?? ((key) => key),
  });
  return {
    load: (key) => loader.load(key),
    loadMany: (keys) => Promise.all(keys.map((key) => loader.load(key))),
  };
}

/** @param loadBatch as of createLoader, with the arguments that all keys of the batch share */
export function createLoaderFamily<Args, Key, Value>(
  loadBatch: (keys: readonly Key[], args: Args) => Promise<readonly Value[]>,
  identify?: (key: Key) => string,
): LoaderFamily<Args, Key, Value> {
  const members = new Map<string, Loader<Key, Value>>();
  return {
    with(args) {
      const name = JSON.stringify(args);
      let member = members.get(name);
      if (member === undefined) {
        member = createLoader((keys: readonly Key[]) => loadBatch(keys, args), identify);
        members.set(name, member);
      }
      return member;
    },
  };
}

/** Puts rows into the order of the keys; null where a key has no row. */
export function rowPerKey<Row>(
  keys: readonly string[],
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): (Row | null)[] {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  return keys.map((key) => byKey.get(key) ?? null);
}

/** Puts rows into groups in the order of the keys, keeping their own order; an empty group where a key has none. */
export function rowsPerKey<Row>(keys: readonly string[], rows: readonly Row[], keyOf: (row: Row) => string): Row[][] {
  const byKey = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = byKey.get(key);
    if (group === undefined) byKey.set(key, [row]);
    else group.push(row);
  }
  return keys.map((key) => byKey.get(key) ?? []);
}

/** Loads what has no key but its arguments, such as a root list: one statement for each combination of arguments. */
export function createQueryLoader<Args, Value>(run: (args: Args) => Promise<Value>): Loader<Args, Value> {
  // Boxed: DataLoader takes no null for a key.
  const loader = createLoader(
    (all: readonly { readonly args: Args }[]) => Promise.all(all.map(({ args }) => run(args))),
    ({ args }) => JSON.stringify(args),
  );
  return {
    load: (args) => loader.load({ args }),
    loadMany: (all) => loader.loadMany(all.map((args) => ({ args }))),
  };
}
