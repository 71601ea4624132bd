// Purges by hand: what `POST /invalidation` asks for, as records of the purge log. One code path with all other purges.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { encodePurge, type PurgeEvent, type PurgeRecord } from '../../schema/purge-event.ts';
import { type KeyObject, type KeyValue, typeTag } from '../../schema/tag.ts';
import { type EventPurge, eventPurges } from './event-tags.ts';
import { INVALIDATION_SOURCE } from './facts.ts';
import type { LedgerSchema } from './ledger-state.ts';
import type { PurgeLog } from './log.ts';

/** One element of the body, as Apollo Router's clients write it; `entity` is ours. */
export type InvalidationRequest =
  | { readonly kind: 'subgraph'; readonly subgraph: string }
  | { readonly kind: 'type'; readonly subgraph: string; readonly type: string }
  /** `subgraphs` absent: all. */
  | { readonly kind: 'cache_tag'; readonly subgraphs?: readonly string[]; readonly cache_tag: string }
  | { readonly kind: 'entity'; readonly subgraph: string; readonly type: string; readonly key: KeyObject };

export interface InvalidationProblem {
  /** Place in the array; null: the body is not an array. */
  readonly index: number | null;
  readonly message: string;
}

export type ParsedInvalidation =
  | { readonly ok: true; readonly requests: readonly InvalidationRequest[] }
  | { readonly ok: false; readonly problems: readonly InvalidationProblem[] };

/** What a dry run asks the cache of this process. */
export interface HeldEntries {
  /** How many entries of the subgraph bear at least one of these tags. */
  countBearing(subgraph: string, tags: readonly string[]): number;
  /** How many entries of the subgraph there are. */
  countOf(subgraph: string): number;
}

const name = z.string().min(1);
const keyValue: z.ZodType<KeyValue> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.record(z.string(), keyValue)]),
);
const key: z.ZodType<KeyObject> = z
  .record(z.string(), keyValue)
  .refine((fields) => Object.keys(fields).length > 0, 'expected at least one field');

const request = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('subgraph'), subgraph: name }),
  z.strictObject({ kind: z.literal('type'), subgraph: name, type: name }),
  z.strictObject({ kind: z.literal('cache_tag'), subgraphs: z.array(name).min(1).optional(), cache_tag: name }),
  z.strictObject({ kind: z.literal('entity'), subgraph: name, type: name, key }),
]);

/** Reads the body. The whole of it is checked: nothing is to be purged when one element cannot be understood. */
export function parseInvalidation(body: unknown): ParsedInvalidation {
  if (!Array.isArray(body)) {
    const message = `expected an array of invalidation requests, got ${body === null ? 'null' : typeof body}`;
    return { ok: false, problems: [{ index: null, message }] };
  }
  const requests: InvalidationRequest[] = [];
  const problems: InvalidationProblem[] = [];
  for (const [index, element] of body.entries()) {
    const read = request.safeParse(element);
    if (read.success) requests.push(withoutUndefined(read.data));
    else problems.push({ index, message: z.prettifyError(read.error) });
  }
  return problems.length === 0 ? { ok: true, requests } : { ok: false, problems };
}

/**
 * Writes the purges to the log. They act when the feeds have read them, some milliseconds later.
 * @param nowAt epoch ms @param newId a random id for each record
 * @returns the number of requests @throws {GatewayError} PURGE_LOG_UNREACHABLE
 */
export async function invalidate(
  requests: readonly InvalidationRequest[],
  log: Pick<PurgeLog, 'append'>,
  { nowAt, newId }: { readonly nowAt: number; readonly newId: () => string },
): Promise<{ readonly count: number }> {
  const events = requests.flatMap((each) => eventsOf(each, nowAt));
  const records = events.map((event) => encodePurge(INVALIDATION_SOURCE, null, event, newId(), partitionKey(event)));
  if (records.length > 0) await log.append(records);
  return { count: requests.length };
}

/** What is cached under each request in this process. Purges nothing. */
export function dryRun(
  requests: readonly InvalidationRequest[],
  { subgraphs, facts }: LedgerSchema,
  held: HeldEntries,
): readonly { readonly request: InvalidationRequest; readonly count: number }[] {
  const purgesOf = (event: PurgeEvent): readonly EventPurge[] => {
    const record: Extract<PurgeRecord, { kind: 'purge' }> = {
      kind: 'purge',
      source: INVALIDATION_SOURCE,
      origin: null,
      event,
    };
    return eventPurges(record, subgraphs, facts);
  };
  return requests.map((each) => {
    const purges = eventsOf(each, 0).flatMap(purgesOf);
    const counts = purges.map(({ subgraph, purge }) =>
      purge.kind === 'tags'
        ? held.countBearing(
            subgraph,
            purge.tags.map(({ tag }) => tag),
          )
        : held.countOf(subgraph),
    );
    return { request: each, count: counts.reduce((sum, count) => sum + count, 0) };
  });
}

function eventsOf(each: InvalidationRequest, ts: number): readonly PurgeEvent[] {
  switch (each.kind) {
    case 'subgraph':
      return [{ kind: 'subgraph', subgraph: each.subgraph, reason: 'invalidation request', ts }];
    case 'type':
      return [{ kind: 'type', subgraph: each.subgraph, type: each.type, tags: [], ts }];
    case 'entity': {
      const { subgraph, type } = each;
      return [{ kind: 'entity', subgraph, type, keys: [each.key], op: 'update', list: true, tags: [], ts }];
    }
    case 'cache_tag': {
      const event = { kind: 'tag' as const, tags: [each.cache_tag], ts };
      return each.subgraphs === undefined ? [event] : each.subgraphs.map((subgraph) => ({ ...event, subgraph }));
    }
  }
}

/** With one partition it decides nothing; it keeps what concerns one thing together for whoever mirrors the log elsewhere. */
function partitionKey(event: PurgeEvent): string {
  const named =
    'type' in event ? typeTag(event.subgraph ?? '', event.type) : JSON.stringify([event.subgraph, event.kind]);
  return createHash('sha256').update(named).digest('hex').slice(0, 16);
}

/** An absent list of subgraphs and one that is undefined are the same; the rest of the code sees only the first. */
function withoutUndefined(read: z.infer<typeof request>): InvalidationRequest {
  if (read.kind !== 'cache_tag') return read;
  const { kind, cache_tag, subgraphs } = read;
  return subgraphs === undefined ? { kind, cache_tag } : { kind, cache_tag, subgraphs };
}
