// Spans and sizes as people write them ("5s", "64MiB"): read once, to milliseconds and bytes.

import { z } from 'zod';

const SPAN = /^\d+(?:\.\d+)?(?:ms|s|m|h|d)$/;
const SIZE = /^\d+(?:\.\d+)?(?:B|kB|KiB|MB|MiB|GB|GiB)$/;
const NUMBER_AND_UNIT = /^([\d.]+)(\D+)$/;

const MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const BYTES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1_000,
  KiB: 1_024,
  MB: 1_000_000,
  MiB: 1_048_576,
  GB: 1_000_000_000,
  GiB: 1_073_741_824,
};

/** @returns milliseconds; NaN where the text is no span */
export function readSpan(text: string): number {
  return SPAN.test(text) ? amount(text, MS) : Number.NaN;
}

/** @returns bytes; NaN where the text is no size */
export function readSize(text: string): number {
  return SIZE.test(text) ? amount(text, BYTES) : Number.NaN;
}

/** A span within a range: text in the file, milliseconds when read. */
export function span(sentence: string, least: string, most: string) {
  return quantity(sentence, `a span from ${least} to ${most}, such as 250ms, 5s or 1h`, SPAN, readSpan, least, most);
}

/** A size within a range: text in the file, bytes when read. */
export function size(sentence: string, least: string, most: string) {
  return quantity(sentence, `a size from ${least} to ${most}, such as 512KiB or 64MiB`, SIZE, readSize, least, most);
}

/** A whole number within a range. */
export function whole(sentence: string, least: number, most: number) {
  const error = `expected a whole number from ${least} to ${most}`;
  return z.number({ error }).int({ error, abort: true }).min(least, { error, abort: true }).max(most, { error }).meta({
    description: sentence,
  });
}

function quantity(
  sentence: string,
  shape: string,
  pattern: RegExp,
  read: (text: string) => number,
  least: string,
  most: string,
) {
  const error = `expected ${shape}`;
  return z
    .string({ error })
    .regex(pattern, { error, abort: true })
    .transform((text, context) => {
      const value = read(text);
      if (value >= read(least) && value <= read(most)) return value;
      context.addIssue({ code: 'custom', message: error });
      return z.NEVER;
    })
    .meta({ description: `${sentence} From ${least} to ${most}.` });
}

function amount(text: string, factors: Readonly<Record<string, number>>): number {
  const [, number, unit] = NUMBER_AND_UNIT.exec(text) ?? [];
  return Math.round(Number(number) * (factors[unit ?? ''] ?? Number.NaN));
}
