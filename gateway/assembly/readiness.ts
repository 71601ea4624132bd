// Is the gateway ready, and what keeps it from being whole? For `/readyz`.

import type { CacheStatus } from '../cache/store.ts';
import type { Status } from '../http/management.ts';
import type { FeedStatus } from '../purge/feed.ts';
import type { LedgerStatus } from '../purge/ledger.ts';

export type GatewayPhase = 'starting' | 'serving' | 'draining';

export interface ReadinessParts {
  readonly phase: GatewayPhase;
  readonly feed: FeedStatus;
  readonly ledger: LedgerStatus;
  readonly cache: CacheStatus;
  /** S. */
  readonly boundMs: number;
}

export function readiness({ phase, feed, ledger, cache, boundMs }: ReadinessParts): Status {
  if (phase !== 'serving') return { state: phase, reasons: [] };
  const reasons: string[] = feed.degraded === null ? [] : [feed.degraded];
  for (const { name, sources, asOfAgeMs } of ledger.subgraphs) {
    if (sources.length === 0) continue;
    if (asOfAgeMs === null) reasons.push(`subgraph ${name} is not cached: no heartbeat of ${named(sources)} was heard`);
    else if (asOfAgeMs > boundMs) {
      reasons.push(
        `subgraph ${name} is not cached: the last heartbeat of ${named(sources)} is ${Math.round(asOfAgeMs)} ms old`,
      );
    }
  }
  for (const { name, state, lastTrouble } of cache.shards) {
    if (state !== 'up')
      reasons.push(
        `shard ${name} is ${state === 'away' ? 'down' : 'left alone after failures'}: ${lastTrouble ?? 'not connected yet'}`,
      );
  }
  return { state: reasons.length === 0 ? 'ready' : 'degraded', reasons };
}

const named = (sources: readonly { readonly name: string }[]): string => sources.map(({ name }) => name).join(', ');
