// How many client requests may wait at a time: for each step that fetches, for planning where they are new. Each holds memory, and what waits
// for one slow subgraph must leave room for the others.
//
// `origin/turns.ts` bounds what is sent to one subgraph. Here those count too who joined a flight, of whom it knows nothing.

export interface Waits {
  /** `taken`: `leave` is called once. Else whoever asks is sent away: there is no place at all, or none for this holder. */
  take(holder: string): 'taken' | 'none' | 'none for this';
  leave(holder: string): void;
}

/** Whoever is new to the gateway, and has to be parsed, validated and planned. No subgraph is named so. */
export const NEWCOMERS = '';

/** @param count of all; one holder gets half of them at most */
export function createWaits(count: number): Waits {
  const share = Math.ceil(count / 2);
  const held = new Map<string, number>();
  let all = 0;
  return {
    take(holder) {
      if (all >= count) return 'none';
      const own = held.get(holder) ?? 0;
      if (own >= share) return 'none for this';
      held.set(holder, own + 1);
      all += 1;
      return 'taken';
    },
    leave(holder) {
      const own = held.get(holder) ?? 0;
      if (own <= 1) held.delete(holder);
      else held.set(holder, own - 1);
      all -= 1;
    },
  };
}
