// `@cacheTag` formats filled in: `user-{$key.id}`, `list-{$args.filter.kind}`.

import type { FieldFacts, TypeFacts } from '../federation/subgraph-facts.ts';

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

/** @param values the key or the arguments. Null and absent become the empty string, as Apollo Router has it. */
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

const NONE: readonly string[] = [];

/** Of an entity. @param keyText of the key that it is known by */
export function tagsOfEntity(facts: TypeFacts | undefined, keyText: string): readonly string[] {
  return facts === undefined || facts.cacheTags.length === 0 ? NONE : fillFormats(facts.cacheTags, JSON.parse(keyText));
}

/** Of a root field. @param name canonical, with arguments */
export function tagsOfRoot(name: string, facts: FieldFacts | undefined): readonly string[] {
  if (facts === undefined || facts.cacheTags.length === 0) return [];
  return fillFormats(facts.cacheTags, facts.fillArguments(argumentsOf(name)));
}

/** A field's arguments as the client gave them, out of its canonical name. */
function argumentsOf(canonical: string): Readonly<Record<string, unknown>> {
  const open = canonical.indexOf('(');
  return open < 0 ? {} : JSON.parse(canonical.slice(open + 1, -1), exactly);
}

/** An ID may be written as a number that JavaScript cannot hold: then as text, which it is for the subgraph. */
const exactly = (_key: string, value: unknown, written?: { readonly source?: string }): unknown =>
  typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
    ? (written?.source ?? value)
    : value;
