// Bodies that plain requests came with, and what they were read as: clients send the same ones again and again.

import { LRUCache } from 'lru-cache';
import type { KnownOperation } from '../execution/executor.ts';
import type { PlainRequest } from './plain-request.ts';

/** Whoever holds it must not change it: it is given to all who send the text. */
export interface ReadBody {
  readonly request: PlainRequest;
  /** The variables as an operation reads them; null: none did yet, or it takes more memory than the text accounts for. */
  coerced: Coerced | null;
}

export interface Coerced {
  /**
   * After a reload the same text is another operation. Not the operation itself: whoever keeps those has forgotten it perhaps, and the body of a
   * persisted query is a thousandth of it.
   */
  readonly operationId: string;
  readonly outcome: ReturnType<KnownOperation['coerce']>;
}

export interface ReadBodies {
  /** What the same text was read as before. */
  find(text: string): ReadBody | null;
  keep(text: string, body: ReadBody): void;
}

/** Characters of all that is kept; read they take some ten times as many bytes. */
const LARGEST_LENGTH = 2 * 1024 * 1024;
/** A longer body is not kept: reading it costs little beside what it asks for. */
const LONGEST = 16 * 1024;

export function createReadBodies(): ReadBodies {
  const bodies = new LRUCache<string, ReadBody>({
    maxSize: LARGEST_LENGTH,
    maxEntrySize: LONGEST,
    sizeCalculation: (_body, text) => text.length,
  });
  return {
    find: (text) => (text.length > LONGEST ? null : (bodies.get(text) ?? null)),
    keep: (text, body) => void bodies.set(text, body),
  };
}

/** Coerced once for each operation that the body is read by; each time where that must not be kept. */
export function coercedBy(operation: KnownOperation, body: ReadBody): Coerced['outcome'] {
  if (body.coerced?.operationId === operation.id) return body.coerced.outcome;
  const outcome = operation.coerce(body.request.variables);
  body.coerced = isOfBody(outcome, body.request) ? { operationId: operation.id, outcome } : null;
  return outcome;
}

/** Errors repeat the variables up to fifty times; the defaults of a persisted query stand in its text, which did not come with the body. */
function isOfBody(outcome: Coerced['outcome'], { text, variables: sent }: PlainRequest): boolean {
  if ('errors' in outcome) return false;
  return text !== null || Object.keys(outcome.variables).every((name) => Object.hasOwn(sent, name));
}
