// What many slices of L1 share: kept once, counted once, and gone with the last slice that holds it.

export interface Shared {
  /** Equal text, equal meaning. */
  readonly text: string;
  /** What one of it takes in memory, its place in the table included. */
  readonly bytes: number;
  /** How many slices in L1 hold this very object. Changed by the table alone. */
  holderCount: number;
}

export interface InternTable<Item extends Shared> {
  /** The one that slices in L1 share, if any does. */
  find(text: string): Item | undefined;
  /** One more slice holds it. */
  retain(item: Item): void;
  release(item: Item): void;
  /** All that is held, each counted once. */
  bytes(): number;
}

/** Items met lately that are remembered. */
const RECENT_COUNT = 8;

/**
 * A batch brings the same few items again and again: comparing with the last few is cheaper than making the text of one.
 * @returns an item that is the same as is looked for, or the one that is found or made then
 */
export function createRecent<Item>(): (isSame: (item: Item) => boolean, find: () => Item) => Item {
  const recent: Item[] = [];
  return (isSame, find) => {
    const met = recent.find(isSame);
    if (met !== undefined) return met;
    const item = find();
    recent.unshift(item);
    if (recent.length > RECENT_COUNT) recent.pop();
    return item;
  };
}

/** Two equal objects may be held at once, when both were made before either was retained: each is counted, one is found. */
export function createInternTable<Item extends Shared>(): InternTable<Item> {
  const items = new Map<string, Item>();
  let bytes = 0;
  return {
    find: (text) => items.get(text),
    retain(item) {
      item.holderCount += 1;
      if (item.holderCount > 1) return;
      bytes += item.bytes;
      if (!items.has(item.text)) items.set(item.text, item);
    },
    release(item) {
      item.holderCount -= 1;
      if (item.holderCount > 0) return;
      bytes -= item.bytes;
      if (items.get(item.text) === item) items.delete(item.text);
    },
    bytes: () => bytes,
  };
}
