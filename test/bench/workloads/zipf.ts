// Zipf's law: the k-th most wanted is wanted 1/k times as often as the first.

/** @returns ranks from 0, each drawn by chance with weight 1/(rank + 1) */
export function zipfRanks(rankCount: number, drawCount: number, random: () => number): readonly number[] {
  const sums = new Float64Array(rankCount);
  let sum = 0;
  for (let rank = 0; rank < rankCount; rank += 1) {
    sum += 1 / (rank + 1);
    sums[rank] = sum;
  }
  return Array.from({ length: drawCount }, () => firstAbove(sums, random() * sum));
}

function firstAbove(sums: Float64Array, value: number): number {
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sums[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
