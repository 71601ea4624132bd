// Binds `POST /invalidation` to the purge room: check the whole body, then write to the purge log, or only look.

import { dryRun, type HeldEntries, invalidate, parseInvalidation } from '../purge/invalidation.ts';
import type { LedgerSchema } from '../purge/ledger-state.ts';
import type { PurgeLog } from '../purge/log.ts';
import type { ManagementParts } from './management.ts';

export interface InvalidateParts {
  readonly log: Pick<PurgeLog, 'append'>;
  /** Of the supergraph that is in force. */
  readonly schema: () => LedgerSchema;
  readonly held: HeldEntries;
  /** Epoch ms. */
  readonly nowAt: () => number;
  /** A random id for each record. */
  readonly newId: () => string;
}

/** @throws {GatewayError} (by the result) PURGE_LOG_UNREACHABLE, which the management port answers with 503 */
export function createInvalidate({ log, schema, held, nowAt, newId }: InvalidateParts): ManagementParts['invalidate'] {
  return async (body, mode) => {
    const parsed = parseInvalidation(body);
    if (!parsed.ok) return { kind: 'invalid', problems: parsed.problems };
    if (mode === 'dry-run') return { kind: 'previewed', found: { elements: dryRun(parsed.requests, schema(), held) } };
    const { count } = await invalidate(parsed.requests, log, { nowAt: nowAt(), newId });
    return { kind: 'published', count };
  };
}
