// What throughput is lost between two kinds of rounds of one server.

import { median, type Round } from '../measure/cell.ts';

/** @returns cost: the share that is lost; and words with the processor time of a request, which a busy machine changes less */
export function costOfRounds(
  before: readonly Round[],
  after: readonly Round[],
): { readonly cost: number; readonly words: string } {
  const rate = (rounds: readonly Round[]): number => median(rounds.map((round) => round.requestsPerSecond));
  const cpu = (rounds: readonly Round[]): string => {
    const known = rounds.map((round) => round.cpuUsEach).filter((value) => value !== null);
    return known.length === 0 ? '?' : `${Math.round(median(known))} µs`;
  };
  const cost = 1 - rate(after) / rate(before);
  return { cost, words: `${(cost * 100).toFixed(1)} % (CPU each ${cpu(before)} to ${cpu(after)})` };
}
