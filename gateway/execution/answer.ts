// What running an operation gives, before HTTP dresses it.

import type { FinishedResponse } from '../cache/finished-response.ts';

/** An error as clients see it. */
export interface AnswerError {
  readonly message: string;
  readonly locations?: readonly { readonly line: number; readonly column: number }[];
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** How long the answer may be kept by others. Null where not at all. */
export interface AnswerLifetime {
  readonly maxAgeMs: number;
  readonly scope: 'public' | 'private';
  /** The oldest part's age. */
  readonly ageMs: number;
}

/** Where the data came from, for `freshet_responses_total`. */
export type AnswerSource = 'finished' | 'entries' | 'partial' | 'origin';

export interface Answer {
  /** JSON text of `data`: the text `null` where a null reached the root. Null: the answer has no `data` at all, or `body` holds it. */
  readonly dataText: string | null;
  /** The whole body, in UTF-8, where it is made already: with data and extensions, without errors. */
  readonly body: Buffer | null;
  readonly errors: readonly AnswerError[];
  readonly extensions: Readonly<Record<string, unknown>> | null;
  readonly lifetime: AnswerLifetime | null;
  readonly source: AnswerSource;
  /** Of an answer that is kept whole; null for any other. */
  readonly kept: KeptAnswer | null;
}

/** What is kept beside an answer: its whole body in other encodings, each made once, gone with it. */
export type KeptAnswer = Pick<FinishedResponse, 'variant' | 'beginVariant' | 'addVariant'>;
