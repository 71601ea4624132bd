// What purges must know of the supergraph: by which keys entities of a type are kept, and under which names.

import type { FieldSet } from './field-set.ts';
import type { SupergraphFacts } from './subgraph-facts.ts';

export interface EntityFacts {
  /** Every key by which entries of the type are kept; empty for a type without; null for a type that the subgraph does not have. */
  keysOf(subgraph: string, typename: string): readonly FieldSet[] | null;
  /** Interfaces with keys, and interface objects, under whose name an entity of the type may be kept too. */
  interfacesOf(subgraph: string, typename: string): readonly string[];
  /** A text that is another one whenever the two answers above would be. */
  versionOf(subgraph: string): string;
}

export function readEntityFacts(facts: SupergraphFacts): EntityFacts {
  const interfacesOf = (subgraphName: string, typename: string): readonly string[] => {
    const subgraph = facts.subgraphs.get(subgraphName);
    return [...(subgraph?.types ?? [])].flatMap(([name, type]) => {
      if (type.keys.length === 0 || name === typename) return [];
      const isOfInterface = type.kind === 'interface' && subgraph?.possibleTypes(name).has(typename);
      return isOfInterface || (type.isInterfaceObject && facts.isSubtype(name, typename)) ? [name] : [];
    });
  };
  return {
    keysOf: (subgraph, typename) => facts.subgraphs.get(subgraph)?.types.get(typename)?.keys ?? null,
    interfacesOf: memoize(interfacesOf),
    versionOf(subgraph) {
      const types = [...(facts.subgraphs.get(subgraph)?.types ?? [])];
      return JSON.stringify(types.map(([name, { keys }]) => [name, keys.map(toPlain), interfacesOf(subgraph, name)]));
    },
  };
}

const LARGEST_MEMO = 10_000;

function memoize<Result>(find: (a: string, b: string) => Result): (a: string, b: string) => Result {
  const known = new Map<string, Result>();
  return (a, b) => {
    const key = `${a}/${b}`;
    let result = known.get(key);
    if (result === undefined) {
      // Names come out of events too.
      if (known.size >= LARGEST_MEMO) known.clear();
      result = find(a, b);
      known.set(key, result);
    }
    return result;
  };
}

const toPlain = (set: FieldSet): unknown => [...set].map(([name, below]) => [name, below && toPlain(below)]);
