// The kinds of setting that sections of the config are made of. Each says in its error what was expected, never what came.

import { z } from 'zod';

/** A mapping whose keys are all known. */
export function section<Shape extends z.core.$ZodLooseShape>(sentence: string, shape: Shape) {
  return z
    .strictObject(shape, { error: (issue) => (issue.code === 'invalid_type' ? 'expected a mapping' : undefined) })
    .meta({ description: sentence });
}

/** A mapping whose keys the user chooses. @param shape of a key, for the error, such as "the name of a header" */
export function names<Value extends z.core.SomeType>(
  sentence: string,
  value: Value,
  pattern = /^[^\s].*$/,
  shape = 'a name',
) {
  const key = z.string().regex(pattern, { error: `expected ${shape}` });
  const error = (issue: { readonly code?: string }): string | undefined =>
    issue.code === 'invalid_type'
      ? 'expected a mapping'
      : issue.code === 'invalid_key'
        ? `expected ${shape}`
        : undefined;
  return z.record(key, value, { error }).meta({ description: sentence });
}

export function flag(sentence: string) {
  return z.boolean({ error: 'expected true or false' }).meta({ description: sentence });
}

export function text(sentence: string) {
  const error = 'expected a text';
  return z.string({ error }).min(1, { error }).meta({ description: sentence });
}

export function list<Item extends z.core.SomeType>(item: Item, sentence: string) {
  return z.array(item, { error: 'expected a list' }).meta({ description: sentence });
}

export function choice<const Options extends readonly [string, ...string[]]>(options: Options, sentence: string) {
  return z.enum(options, { error: `expected one of ${options.join(', ')}` }).meta({ description: sentence });
}

export function httpUrl(sentence: string) {
  return z.url({ protocol: /^https?$/, error: 'expected an http or https URL' }).meta({ description: sentence });
}
