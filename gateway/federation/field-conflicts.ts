// Where one field name means different types: objects that may stand at one place, whose fields of that name could not be merged.

import type { SupergraphFacts } from './subgraph-facts.ts';

/** Is there a type that may stand where `typename` stands and whose field of that name has another type, in any subgraph? */
export type FieldConflicts = (typename: string, field: string) => boolean;

export function createFieldConflicts(facts: SupergraphFacts): FieldConflicts {
  const neighbours = neighboursOf(facts);
  const known = new Map<string, boolean>();
  const typeTexts = (typename: string, field: string): readonly string[] =>
    [...facts.subgraphs.values()].flatMap(
      (subgraph) => subgraph.types.get(typename)?.fields.get(field)?.typeText ?? [],
    );
  return (typename, field) => {
    const key = `${typename}.${field}`;
    let conflicts = known.get(key);
    if (conflicts === undefined) {
      const texts = [...(neighbours.get(typename) ?? [])].flatMap((name) => typeTexts(name, field));
      conflicts = texts.length > 0 && new Set([...texts, ...typeTexts(typename, field)]).size > 1;
      known.set(key, conflicts);
    }
    return conflicts;
  };
}

/** Types that share an interface or a union, in any subgraph; the abstract type itself among them. */
function neighboursOf(facts: SupergraphFacts): ReadonlyMap<string, ReadonlySet<string>> {
  const groups = new Map<string, Set<string>>();
  for (const subgraph of facts.subgraphs.values()) {
    for (const [typename, type] of subgraph.types) {
      if (type.kind === 'object' && !type.isInterfaceObject) continue;
      const group = groups.get(typename) ?? new Set([typename]);
      for (const member of subgraph.possibleTypes(typename)) group.add(member);
      groups.set(typename, group);
    }
  }
  const neighbours = new Map<string, Set<string>>();
  for (const group of groups.values()) {
    for (const typename of group) {
      const known = neighbours.get(typename) ?? new Set<string>();
      for (const other of group) if (other !== typename) known.add(other);
      neighbours.set(typename, known);
    }
  }
  return neighbours;
}
