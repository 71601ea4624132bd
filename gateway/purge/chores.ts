// The chores: what one gateway out of all does for each record of the purge log. None of it is needed for freshness.

import { type PurgeEvent, parsePurgeRecord } from '../../schema/purge-event.ts';
import { wordsOf } from '../errors.ts';
import type { DeadLetters } from './dead-letters.ts';
import { entityRecords, eventPurges } from './event-tags.ts';
import type { Janitor } from './janitor.ts';
import type { LedgerSchema } from './ledger-state.ts';
import type { LogEntry, PurgeLog } from './log.ts';
import type { PurgeLogger } from './report.ts';

export interface ChoresOptions extends LedgerSchema {
  readonly log: PurgeLog;
  readonly janitor: Pick<Janitor, 'removeTwice'>;
  readonly deadLetters: Pick<DeadLetters, 'put'>;
  readonly logger: PurgeLogger;
}

export interface Chores {
  /** Returns at once, whether the log can be reached or not. */
  start(): void;
  setSchema(schema: LedgerSchema): void;
}

/** The consumer group that all gateways share. */
const GROUP = 'freshet.janitor';

export function createChores(options: ChoresOptions): Chores {
  const { log, janitor, deadLetters, logger } = options;
  let schema: LedgerSchema = options;
  let trouble: string | null = null;

  const work = async ({ offset, record }: LogEntry): Promise<void> => {
    trouble = null;
    const parsed = parsePurgeRecord(record);
    if (parsed.kind === 'heartbeat') return;
    if (parsed.kind === 'unreadable') {
      deadLetters.put(record, offset, parsed.reason);
      return;
    }
    const purges = eventPurges(parsed, schema.subgraphs, schema.facts);
    for (const { purge } of purges) {
      if (purge.kind !== 'unreadable') continue;
      deadLetters.put(record, offset, purge.reason);
      break;
    }
    for (const { subgraph } of purges) removeEntities(subgraph, parsed.event);
  };

  const removeEntities = (subgraph: string, event: PurgeEvent): void => {
    if (event.kind !== 'entity') return;
    const seen = new Set<string>();
    for (const { typename, key } of entityRecords(event, subgraph, schema.facts)) {
      const text = JSON.stringify([typename, key]);
      if (!seen.has(text)) janitor.removeTwice(subgraph, typename, key);
      seen.add(text);
    }
  };

  return {
    start() {
      log.share(GROUP, work, (error) => {
        const words = wordsOf(error);
        if (trouble !== words) logger.warn({ error: words, group: GROUP }, 'the chores cannot read the purge log');
        trouble = words;
      });
    },
    setSchema(next) {
      schema = next;
    },
  };
}
