// Adds up, over all parts of an answer, how long it may be kept by others and where it came from.

import type { Policy } from '../cache/judge.ts';
import type { AnswerLifetime, AnswerSource } from './answer.ts';

/** One part of an answer. `expiresAt` null: it may not be kept. */
export interface AnswerPart {
  readonly policy: Policy;
  readonly storedAt: number;
  /** Epoch ms: no change before it is missing in the part. The as-of by which it was judged, or when it was asked for. */
  readonly validAt: number;
  readonly expiresAt: number | null;
  readonly isPrivate: boolean;
  readonly from: 'cache' | 'origin';
}

export interface Account {
  add(part: AnswerPart): void;
  lifetime(nowAt: number): AnswerLifetime | null;
  source(): AnswerSource;
}

/** @param terms epoch ms: the first expiry, the first bound, the oldest part */
export function lifetimeOf(
  terms: {
    readonly expiresAt: number;
    readonly boundAt: number;
    readonly storedAt: number;
    readonly scope: AnswerLifetime['scope'];
  },
  nowAt: number,
): AnswerLifetime {
  const { expiresAt, boundAt, storedAt, scope } = terms;
  const maxAgeMs = Math.max(0, Math.min(expiresAt, boundAt) - nowAt);
  return { maxAgeMs, scope, ageMs: Math.max(0, nowAt - storedAt) };
}

export function createAccount(): Account {
  let expiresAt = Number.POSITIVE_INFINITY;
  let oldestAt = Number.POSITIVE_INFINITY;
  let isPrivate = false;
  let isKept = true;
  const from = new Set<AnswerPart['from']>();
  /** Of the bounded parts: when the first of them is as old as its bound. */
  let boundAt = Number.POSITIVE_INFINITY;
  return {
    add(part) {
      from.add(part.from);
      if (part.expiresAt === null) isKept = false;
      else if (part.expiresAt < expiresAt) expiresAt = part.expiresAt;
      if (part.storedAt < oldestAt) oldestAt = part.storedAt;
      isPrivate ||= part.isPrivate;
      if (part.policy.kind === 'bounded') boundAt = Math.min(boundAt, part.validAt + part.policy.boundMs);
    },
    lifetime(nowAt) {
      if (!isKept || from.size === 0) return null;
      return lifetimeOf({ expiresAt, boundAt, storedAt: oldestAt, scope: isPrivate ? 'private' : 'public' }, nowAt);
    },
    source() {
      if (from.size === 2) return 'partial';
      return from.has('cache') ? 'entries' : 'origin';
    },
  };
}
