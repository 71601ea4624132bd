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
