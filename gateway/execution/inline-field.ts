// Whether `inline` of the configuration names a field: by the object's own type, or by an interface of the object.

import type { SubgraphFacts } from '../federation/subgraph-facts.ts';

/** @param isInline of a coordinate, `Type.field` */
export function inlineFields(
  subgraph: SubgraphFacts,
  typename: string,
  isInline: (coordinate: string) => boolean,
): (name: string) => boolean {
  const interfaces = [...subgraph.types.keys()].filter((type) => subgraph.possibleTypes(type).has(typename));
  const owners = new Set([typename, ...interfaces]);
  return (name) => [...owners].some((owner) => isInline(`${owner}.${name}`));
}
