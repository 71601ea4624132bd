// Random decisions in the order in which they are needed, drawn from fast-check: one seed gives the same decisions again.

import fc, { type Arbitrary } from 'fast-check';

export interface Choose {
  /** 0 to `count` − 1, evenly. */
  below(count: number): number;
  /** @param percent how often it is true */
  chance(percent: number): boolean;
  from<Item>(items: readonly Item[]): Item;
  /** Each with one chance, in their order, at least `least` of them where there are so many. */
  some<Item>(items: readonly Item[], percent: number, least?: number): readonly Item[];
}

/** @param build makes a value of decisions, and of nothing else */
export const chosen = <Value>(build: (choose: Choose) => Value): Arbitrary<Value> =>
  fc.gen().map((draw) => build(chooseBy((count) => draw(evenly, count))));

/** The value that a seed stands for. */
export function chosenBy<Value>(arbitrary: Arbitrary<Value>, seed: number): Value {
  const [value] = fc.sample(arbitrary, { seed, numRuns: 1 });
  if (value === undefined) throw new Error(`expected a value for the seed ${seed}, got none`);
  return value;
}

/** By default fast-check prefers small numbers. */
const evenly = (count: number): Arbitrary<number> => fc.noBias(fc.nat({ max: count - 1 }));

function chooseBy(below: (count: number) => number): Choose {
  const chance = (percent: number): boolean => below(100) < percent;
  const from = <Item>(items: readonly Item[]): Item => {
    const item = items[below(items.length)];
    if (item === undefined) throw new Error('expected something to choose from, got nothing');
    return item;
  };
  return {
    below,
    chance,
    from,
    some(items, percent, least = 0) {
      const taken = items.filter(() => chance(percent));
      if (taken.length >= Math.min(least, items.length)) return taken;
      const first = below(items.length);
      const wanted = new Set(Array.from({ length: least }, (_, index) => items[(first + index) % items.length]));
      return items.filter((item) => wanted.has(item));
    },
  };
}
