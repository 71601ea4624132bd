// What the ledger knows of one subgraph, and the rule by which an entry of it is judged.

import { createHash } from 'node:crypto';
import type { Policy, Stamp, TagDigest } from '../cache/judge.ts';
import type { LedgerMemory } from './ledger-memory.ts';
import type { OpenedLog } from './log.ts';
import type { Source } from './source.ts';

export interface LedgerSubgraph {
  readonly name: string;
  readonly sources: readonly Source[];
  /** Of the facts by which its events were turned into tags. */
  readonly version: string;
  /** Null: a source of it was never heard, or the log was not reached yet. */
  logId: string | null;
  /** Entries from before may hold changes that the ledger is ignorant of. */
  horizon: number;
  /** No tag of the subgraph was purged later: whoever is not older need not be asked for each tag. */
  newestPurge: number;
  /** Epoch ms: the oldest of its sources; −Infinity when one was never heard, or there is none. */
  asOfAt: number;
}

export function createLedgerSubgraph(name: string, sources: readonly Source[], version: string): LedgerSubgraph {
  return {
    name,
    sources,
    version,
    logId: null,
    horizon: -1,
    newestPurge: -1,
    asOfAt: Number.NEGATIVE_INFINITY,
  };
}

/**
 * What stands in stamps of a subgraph's entries: of the log as such and of every source's log id.
 * Without sources it is the log alone; on an in-process log then 'clock', since its offsets compare between processes.
 * @param salt makes another log of it, '' for none @returns 16 characters
 */
export function logIdOf({ sources }: LedgerSubgraph, log: OpenedLog, salt: string): string | null {
  if (sources.length === 0 && log.numbering === 'clock') return 'clock';
  if (sources.some(({ logId }) => logId === null)) return null;
  const ids = sources.map(({ name, logId }) => [name, logId]).sort();
  const text = JSON.stringify([log.name, ids, sources.length === 0 ? salt : '']);
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

/** The least of its sources: later than it, a purge of any of them may still be unheard. Without sources that of the log. */
export function sourcePosition({ sources }: LedgerSubgraph, logPosition: number): number {
  return sources.length === 0 ? logPosition : Math.min(...sources.map(({ position }) => position));
}

export function oldestAsOf({ sources }: LedgerSubgraph): number {
  return sources.length === 0 ? Number.NEGATIVE_INFINITY : Math.min(...sources.map(({ asOfAt }) => asOfAt));
}

/** May anything of the subgraph be served from the cache at this moment? */
export function isOpen(subgraph: LedgerSubgraph, policy: Policy, nowAt: number): boolean {
  switch (policy.kind) {
    case 'bounded':
      return nowAt - subgraph.asOfAt <= policy.boundMs;
    case 'ttl':
      return true;
    case 'never':
      return false;
  }
}

/** The rule without expiry and as-of. The tags are not asked for where none was purged since. */
export function isCurrent(
  subgraph: LedgerSubgraph,
  entry: { readonly stamp: Stamp; readonly tags: readonly TagDigest[] },
  memory: LedgerMemory,
): boolean {
  const { stamp } = entry;
  if (stamp.logId !== subgraph.logId || stamp.position < subgraph.horizon) return false;
  if (stamp.position >= subgraph.newestPurge) return true;
  const { tags } = entry;
  for (let at = 0; at < tags.length; at += 1) {
    if (memory.lastPurge(tags[at]!) > stamp.position) return false;
  }
  return true;
}
