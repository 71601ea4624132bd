// Where one field name means different things: objects that may stand at one place, whose fields of that name could not be merged, and
// fields that planners ask for with arguments of their own, by the name that a client gives who writes none.

import { parse, visit } from 'graphql';
import type { SupergraphFacts } from './subgraph-facts.ts';

/**
 * Is there a type that may stand where `typename` stands and whose field of that name has another type, in any subgraph?
 * Or is a field of that name required with arguments, of whichever type?
 */
export type FieldConflicts = (typename: string, field: string) => boolean;

export function createFieldConflicts(facts: SupergraphFacts): FieldConflicts {
  const neighbours = neighboursOf(facts);
  const required = requiredWithArguments(facts);
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
      const meansTwo = texts.length > 0 && new Set([...texts, ...typeTexts(typename, field)]).size > 1;
      conflicts = meansTwo || required.has(field);
      known.set(key, conflicts);
    }
    return conflicts;
  };
}

/** Seen of both planners: `f { x }` of the client's and a required `f(n: 1) { y }` become `f(n: 1) { x y }`. */
function requiredWithArguments(facts: SupergraphFacts): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { types } of facts.subgraphs.values()) {
    for (const { fields } of types.values()) {
      for (const { requires } of fields.values()) {
        // Most have none.
        if (!requires.includes('(')) continue;
        visit(parse(`{${requires}}`, { noLocation: true }), {
          Field({ name, arguments: given = [] }) {
            if (given.length > 0) names.add(name.value);
          },
        });
      }
    }
  }
  return names;
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
