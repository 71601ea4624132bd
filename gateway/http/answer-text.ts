// The body of a GraphQL answer and the status that goes with it: byte for byte what Apollo Server writes for the same answer.

import type { AnswerError } from '../execution/answer.ts';
import { wholeBody } from '../execution/whole-body.ts';

export interface FormattedErrors {
  /** JSON text of the list. */
  readonly text: string;
  /** What an error's `extensions.http.status` asks for, as Apollo Server lets it; null where none does. */
  readonly status: number | null;
}

/** @param dataText JSON; null: no `data` at all, the operation was not run */
export function answerText(
  errorsText: string | null,
  dataText: string | null,
  extensions: Readonly<Record<string, unknown>> | null,
): string {
  const extensionsText = extensions === null ? null : JSON.stringify(extensions);
  if (errorsText === null && dataText !== null) return wholeBody(dataText, extensionsText);
  const parts = [
    ...(errorsText === null ? [] : [`"errors":${errorsText}`]),
    ...(dataText === null ? [] : [`"data":${dataText}`]),
    ...(extensionsText === null ? [] : [`"extensions":${extensionsText}`]),
  ];
  return `{${parts.join()}}\n`;
}

/** Errors with a code each, in the order of keys that graphql-js gives them. */
export function formatErrors(errors: readonly AnswerError[]): FormattedErrors {
  let status: number | null = null;
  const formatted = errors.map(({ message, locations, path, extensions = {} }) => {
    const given: Record<string, unknown> = { ...extensions, code: extensions.code ?? 'INTERNAL_SERVER_ERROR' };
    const { http } = given;
    if (isHttpHead(http)) {
      if (typeof http.status === 'number' && http.status !== 0) status = http.status;
      delete given.http;
    }
    return { message, locations, path, extensions: given };
  });
  return { text: JSON.stringify(formatted), status };
}

/** Variables that do not fit are the user's mistake, whoever found it. */
export function asUserInputErrors(errors: readonly AnswerError[]): readonly AnswerError[] {
  return errors.map((error) => ({
    ...error,
    extensions: { ...error.extensions, code: error.extensions?.code ?? 'BAD_USER_INPUT' },
  }));
}

/** Apollo Server's own test for `extensions.http`; what passes is taken out of the error. */
function isHttpHead(value: unknown): value is { readonly status?: unknown } {
  if (value === null || typeof value !== 'object') return false;
  return (!('status' in value) || typeof value.status === 'number') && !('headers' in value);
}
