// The relays of the reference graph: one for each database, into one purge log.

import { randomUUID } from 'node:crypto';
import { type DatabaseUrls, SUBGRAPH_NAMES, type SubgraphName } from './graph.ts';
import type { Log } from './kit/log.ts';
import { openSessions } from './kit/postgres-sessions.ts';
import type { PurgeLogProducer } from './kit/purge-log.ts';
import { startRelay } from './kit/relay.ts';
import { systemRelayClock } from './kit/relay-clock.ts';

export interface RelaysOptions {
  /** Migrated. */
  readonly databaseUrls: DatabaseUrls;
  /** Default: all. */
  readonly names?: readonly SubgraphName[];
  /** Stays the caller's. */
  readonly log: PurgeLogProducer;
  readonly logger: (name: SubgraphName) => Log;
}

/** A source is named as its subgraph. @returns how to stop them all, within a second */
export function startRelays({ databaseUrls, names = SUBGRAPH_NAMES, log, logger }: RelaysOptions): () => Promise<void> {
  const relays = names.map((name) =>
    startRelay({
      sql: openSessions({ url: databaseUrls[name], applicationName: `freshet relay ${name}` }),
      source: name,
      log,
      clock: systemRelayClock(),
      randomId: randomUUID,
      logger: logger(name),
    }),
  );
  return async () => void (await Promise.all(relays.map((relay) => relay.stop())));
}
