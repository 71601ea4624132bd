// Random numbers that are the same every time: sample data is made of them.

export interface Random {
  /** At least 0, below 1. */
  fraction(): number;
  /** At least 0, below `limit`. */
  below(limit: number): number;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
  /** True in this share of cases, 0 to 1. */
  chance(share: number): boolean;
}

/** Mulberry32: 32 bits of state, good enough for sample data and nothing else. @param seed any whole number */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(fraction() * limit);
  return {
    fraction,
    below,
    pick: (items) => items[below(items.length)] ?? items[0],
    chance: (share) => fraction() < share,
  };
}
