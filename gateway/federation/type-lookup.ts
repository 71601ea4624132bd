// A type of the supergraph as one subgraph knows it: by its own name, or by that of an interface that is an object there.

import type { FieldFacts, SubgraphFacts, SupergraphFacts } from './subgraph-facts.ts';

export function fieldOf(
  subgraph: SubgraphFacts,
  typename: string,
  name: string,
  facts: SupergraphFacts,
): FieldFacts | null {
  const own = subgraph.types.get(typename)?.fields.get(name);
  if (own !== undefined) return own;
  for (const [other, { fields }] of subgraph.types) {
    const field = fields.get(name);
    if (field !== undefined && facts.isSubtype(other, typename)) return field;
  }
  return null;
}

/** Has it objects of that type under its own name? */
export const knowsType = (subgraph: SubgraphFacts, typename: string): boolean =>
  subgraph.types.get(typename)?.isInterfaceObject === false;

/** The interface object that stands for the type in the subgraph. */
export function interfaceObjectOf(subgraph: SubgraphFacts, typename: string, facts: SupergraphFacts): string | null {
  for (const [name, { isInterfaceObject }] of subgraph.types) {
    if (isInterfaceObject && facts.isSubtype(name, typename)) return name;
  }
  return null;
}

/** The object types of the supergraph that an object may have which the subgraph gives as `typename`. */
export function concreteTypes(subgraph: SubgraphFacts, typename: string, facts: SupergraphFacts): readonly string[] {
  const members = [...subgraph.possibleTypes(typename)];
  return members.flatMap((member) =>
    subgraph.types.get(member)?.isInterfaceObject === true ? implementersOf(member, facts) : [member],
  );
}

/**
 * Does every subgraph that resolves the field know the type there? Planners leave out the members that one of them has not,
 * since it may be the one that is asked.
 */
export function isGivenByAll(parent: string, name: string, typename: string, facts: SupergraphFacts): boolean {
  return [...facts.subgraphs.values()].every((subgraph) => {
    const field = subgraph.types.get(parent)?.fields.get(name);
    return field === undefined || field.external || concreteTypes(subgraph, field.typename, facts).includes(typename);
  });
}

function implementersOf(interfaceName: string, { subgraphs, isSubtype }: SupergraphFacts): readonly string[] {
  const found = new Set<string>();
  for (const { types } of subgraphs.values()) {
    for (const [typename, { kind, isInterfaceObject }] of types) {
      if (kind === 'object' && !isInterfaceObject && isSubtype(interfaceName, typename)) found.add(typename);
    }
  }
  return [...found];
}
