// The management port: metrics, readiness and purges by hand over what the gateway has opened.

import { randomUUID } from 'node:crypto';
import type { CacheStore } from '../cache/store.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { createInvalidate } from '../http/invalidate.ts';
import { createManagement } from '../http/management.ts';
import { type OpenServer, openServer } from '../http/open-server.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { OpenPurge } from './open-purge.ts';
import { type GatewayPhase, readiness } from './readiness.ts';

export interface Watched {
  readonly config: Config;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly purge: OpenPurge;
  readonly store: CacheStore;
  readonly phase: () => GatewayPhase;
}

/** Binds the gauges that are read at each scrape. */
export function observe({ metrics, purge, store, clock }: Watched): void {
  metrics.observe({
    asOfAgesMs: () =>
      purge.ledger
        .status(clock.nowAt())
        .subgraphs.filter(({ sources }) => sources.length > 0)
        .map(({ name, asOfAgeMs }) => [name, asOfAgeMs ?? Number.POSITIVE_INFINITY] as const),
    ledgerTagsCount: () => purge.ledger.status(clock.nowAt()).tagCount,
    l1: () => ({ bytes: store.status().l1Bytes, entriesCount: store.status().l1RecordCount }),
    waitingWriteCount: () => store.status().waitingWriteCount,
    shards: () => store.status().shards.map(({ name, state }) => [name, state === 'up' ? 'up' : 'down'] as const),
  });
}

/** @throws {GatewayError} PORT_IN_USE, ADDRESS_INVALID */
export function openManagement(watched: Watched, onDefect: (error: unknown) => void): Promise<OpenServer> {
  const { config, clock, metrics, purge, store, phase } = watched;
  const { managementHost: host, managementPort: port } = config.listen;
  const handler = createManagement({
    metrics,
    status: () =>
      readiness({
        phase: phase(),
        feed: purge.feed.status(),
        ledger: purge.ledger.status(clock.nowAt()),
        cache: store.status(),
        boundMs: config.cache.boundMs,
      }),
    invalidationKey: config.purge.invalidationKey,
    invalidate: createInvalidate({
      log: purge.log,
      schema: purge.schema,
      held: store,
      nowAt: clock.nowAt,
      newId: randomUUID,
    }),
  });
  return openServer({ name: 'management', host, port, setting: '--management-port' }, handler, onDefect);
}
