// `@cacheTag` formats filled in: `user-{$key.id}`, `list-{$args.filter.kind}`.

import type { FieldFacts } from '../federation/subgraph-facts.ts';

const PLACE = /\{\$(key|args)\.([^}]+)\}/g;

/** @param values the key or the arguments as JSON. Null and absent become the empty string, as Apollo Router has it. */
export function fillFormats(formats: readonly string[], values: unknown): readonly string[] {
  return formats.map((format) => format.replace(PLACE, (_, _kind: string, path: string) => valueAt(values, path)));
}

function valueAt(values: unknown, path: string): string {
  let value: unknown = values;
  for (const name of path.split('.')) {
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
