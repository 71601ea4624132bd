// `@cacheTag` formats filled in: `user-{$key.id}`, `list-{$args.filter.kind}`.

import type { FieldFacts } from '../federation/subgraph-facts.ts';

const PLACE = /\{\$(?:key|args)\.([^}]+)\}/;

/** Text between places and paths of places in turn, text first and last. */
type Format = readonly (string | readonly string[])[];

const read = new Map<string, Format>();

/** Read once: there are as many formats as schemas declare. */
function formatOf(text: string): Format {
  const known = read.get(text);
  if (known !== undefined) return known;
  const made = text.split(PLACE).map((part, index) => (index % 2 === 0 ? part : part.split('.')));
  read.set(text, made);
  return made;
}

/** @param values the key or the arguments as JSON. Null and absent become the empty string, as Apollo Router has it. */
export function fillFormats(formats: readonly string[], values: unknown): readonly string[] {
  return formats.map((text) => {
    let filled = '';
    for (const part of formatOf(text)) filled += typeof part === 'string' ? part : valueAt(values, part);
    return filled;
  });
}

function valueAt(values: unknown, path: readonly string[]): string {
  let value: unknown = values;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return '';
    value = Reflect.get(value, name);
  }
  return value === null || value === undefined ? '' : String(value);
}

/** Of a root field. @param name canonical, with arguments */
export function tagsOfRoot(name: string, facts: FieldFacts | undefined): readonly string[] {
  if (facts === undefined || facts.cacheTags.length === 0) return [];
  return fillFormats(facts.cacheTags, argumentsOf(name, facts.argumentDefaults));
}

/** A field's arguments, out of its canonical name, over the defaults of the schema. */
function argumentsOf(canonical: string, defaults: Readonly<Record<string, unknown>> = {}): unknown {
  const open = canonical.indexOf('(');
  const given: Record<string, unknown> = open < 0 ? {} : JSON.parse(canonical.slice(open + 1, -1));
  return { ...defaults, ...given };
}
