// Counts reads while they happen and tells the metrics once per turn of the event loop: a read costs two look-ups, not a metric.

import type { CacheMetrics, ReadResult, Tier } from './cache-metrics.ts';
import type { RecordAddress } from './record.ts';

export interface ReadCounts {
  count(address: RecordAddress, tier: Tier, result: ReadResult): void;
}

const RESULTS: readonly ReadResult[] = ['hit', 'stale', 'miss', 'bypass', 'error'];
const TIERS: readonly Tier[] = ['l1', 'l2'];
const SERIES = TIERS.flatMap((tier) => RESULTS.map((result) => ({ tier, result })));
/** Places in a list of counts, in the order of SERIES. */
const PLACE = {
  l1: { hit: 0, stale: 1, miss: 2, bypass: 3, error: 4 },
  l2: { hit: 5, stale: 6, miss: 7, bypass: 8, error: 9 },
} as const satisfies Record<Tier, Record<ReadResult, number>>;

/** @param schedule runs something at the end of this turn of the event loop */
export function createReadCounts(metrics: CacheMetrics, schedule: (run: () => void) => void): ReadCounts {
  const bySubgraph = new Map<string, Map<string, number[]>>();
  let scheduled = false;
  /** A step reads many records of one type. */
  let recent: { readonly subgraph: string; readonly typename: string; readonly counts: number[] } | null = null;
  const countsOf = ({ subgraph, typename }: RecordAddress): number[] => {
    const byType = bySubgraph.get(subgraph) ?? new Map<string, number[]>();
    if (byType.size === 0) bySubgraph.set(subgraph, byType);
    const counts = byType.get(typename) ?? new Array<number>(SERIES.length).fill(0);
    byType.set(typename, counts);
    return counts;
  };
  const flush = (): void => {
    scheduled = false;
    for (const [subgraph, byType] of bySubgraph) {
      for (const [typename, counts] of byType) {
        SERIES.forEach(({ tier, result }, place) => {
          const count = counts[place] ?? 0;
          if (count > 0) metrics.reads(subgraph, typename, tier, result, count);
        });
      }
    }
    bySubgraph.clear();
    recent = null;
  };
  return {
    count(address, tier, result) {
      const { subgraph, typename } = address;
      if (recent === null || recent.typename !== typename || recent.subgraph !== subgraph)
        recent = { subgraph, typename, counts: countsOf(address) };
      const { counts } = recent;
      const place = PLACE[tier][result];
      counts[place] = (counts[place] ?? 0) + 1;
      if (scheduled) return;
      scheduled = true;
      schedule(flush);
    },
  };
}
