// Bodies that plain requests came with, and what they were read as: clients send the same ones again and again.

import { LRUCache } from 'lru-cache';
import type { KnownOperation } from '../execution/executor.ts';
import type { PlainRequest } from './plain-request.ts';

/** Whoever holds it must not change it: it is given to all who send the text. */
export interface ReadBody {
  readonly request: PlainRequest;
  /** The variables as an operation reads them; null: none did yet. */
  coerced: Coerced | null;
}

export interface Coerced {
  /** After a reload the same text is another operation. */
  readonly operation: KnownOperation;
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

/** Coerced once for each operation that the body is read by. */
export function coercedBy(operation: KnownOperation, body: ReadBody): Coerced['outcome'] {
  if (body.coerced?.operation !== operation)
    body.coerced = { operation, outcome: operation.coerce(body.request.variables) };
  return body.coerced.outcome;
}
