// Whether two answers with equal data tell the same errors, as far as GraphQL says which there are.
//
// Of several errors below one null that went up, any may be told: which of them depends on what was asked for together.

import type { Told } from './contestants.ts';

/** At one null of the data: errors of the field that is null itself, and whether there are any from below it. */
interface ErrorsAt {
  readonly own: Set<string>;
  isFromBelow: boolean;
}

/** Message, path and code count; what a gateway adds to a subgraph's extensions does not. One that is told twice is a difference. */
export function haveSameErrors(one: Told, other: Told): boolean {
  if (one.errors.join() === other.errors.join()) return true;
  const [errors, others] = [errorsByNull(one), errorsByNull(other)];
  if (errors === null || others === null || errors.size !== others.size) return false;
  return [...errors].every(([place, at]) => {
    const same = others.get(place);
    if (same === undefined) return false;
    if (at.own.size === 0 || same.own.size === 0) return at.isFromBelow || same.isFromBelow;
    return [...at.own].sort().join() === [...same.own].sort().join();
  });
}

/** @returns null where an error is told twice */
function errorsByNull({ data, errors }: Told): ReadonlyMap<string, ErrorsAt> | null {
  const root: unknown = JSON.parse(data);
  const places = new Map<string, ErrorsAt>();
  const known = new Set<string>();
  for (const text of errors) {
    if (known.has(text)) return null;
    known.add(text);
    const { message, path = [], extensions } = text.startsWith('{') ? JSON.parse(text) : { message: text };
    const place = nullAbove(root, path);
    const at = places.get(place.join('.')) ?? { own: new Set(), isFromBelow: false };
    places.set(place.join('.'), at);
    if (place.length === path.length) at.own.add(JSON.stringify([message, extensions?.code]));
    else at.isFromBelow = true;
  }
  return places;
}

function nullAbove(root: unknown, path: readonly (string | number)[]): readonly (string | number)[] {
  let value = root;
  for (const [index, name] of path.entries()) {
    if (typeof value !== 'object' || value === null) return path.slice(0, index);
    value = (value as Readonly<Record<string | number, unknown>>)[name];
  }
  return path;
}
