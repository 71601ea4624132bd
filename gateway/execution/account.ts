// Adds up, over all parts of an answer, how long it may be kept by others and where it came from.

import type { Judge, Policy } from '../cache/judge.ts';
import type { AnswerLifetime, AnswerSource } from './answer.ts';

/** One part of an answer. `expiresAt` null: it may not be kept. */
export interface AnswerPart {
  readonly subgraph: string;
  readonly policy: Policy;
  readonly storedAt: number;
  readonly expiresAt: number | null;
  readonly isPrivate: boolean;
  readonly from: 'cache' | 'origin';
}

export interface Account {
  add(part: AnswerPart): void;
  lifetime(nowAt: number): AnswerLifetime | null;
  source(): AnswerSource;
}

export function createAccount(judge: Judge): Account {
  let expiresAt = Number.POSITIVE_INFINITY;
  let oldestAt = Number.POSITIVE_INFINITY;
  let isPrivate = false;
  let isKept = true;
  const from = new Set<AnswerPart['from']>();
  /** Least bound by subgraph, for the parts that have one. */
  const bounds = new Map<string, number>();
  return {
    add(part) {
      from.add(part.from);
      if (part.expiresAt === null) isKept = false;
      else if (part.expiresAt < expiresAt) expiresAt = part.expiresAt;
      if (part.storedAt < oldestAt) oldestAt = part.storedAt;
      isPrivate ||= part.isPrivate;
      if (part.policy.kind !== 'bounded') return;
      const known = bounds.get(part.subgraph);
      if (known === undefined || part.policy.boundMs < known) bounds.set(part.subgraph, part.policy.boundMs);
    },
    lifetime(nowAt) {
      if (!isKept || from.size === 0) return null;
      let maxAgeMs = expiresAt - nowAt;
      for (const [subgraph, boundMs] of bounds) {
        maxAgeMs = Math.min(maxAgeMs, boundMs - judge.asOfAgeMs(subgraph, nowAt));
      }
      return {
        maxAgeMs: Math.max(0, maxAgeMs),
        scope: isPrivate ? 'private' : 'public',
        ageMs: Math.max(0, nowAt - oldestAt),
      };
    },
    source() {
      if (from.size === 2) return 'partial';
      return from.has('cache') ? 'entries' : 'origin';
    },
  };
}
