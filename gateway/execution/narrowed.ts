// A selection that was written for an interface's field, as the field of one of its types can have it.
//
// The type of that field may be narrower: a fragment that none of its objects can meet is refused by the subgraph, with all else that was asked.

import type { SubgraphFacts } from '../federation/subgraph-facts.ts';
import type { Selected } from './selection.ts';

/** @param parentType that the selection stands on. @returns it without fragments that can never apply, at every depth */
export function narrowed(selected: readonly Selected[], parentType: string, subgraph: SubgraphFacts): Selected[] {
  return selected.flatMap((item): Selected[] => {
    if (item.kind === 'field') {
      const below = subgraph.types.get(parentType)?.fields.get(item.name)?.typename;
      if (item.children === null || below === undefined) return [item];
      return [{ ...item, children: narrowed(item.children, below, subgraph) }];
    }
    const typename = item.typename ?? parentType;
    if (!canMeet(typename, parentType, subgraph)) return [];
    return [{ ...item, children: narrowed(item.children, typename, subgraph) }];
  });
}

function canMeet(typename: string, parentType: string, { types, possibleTypes }: SubgraphFacts): boolean {
  if (!types.has(typename) || !types.has(parentType)) return true;
  return !possibleTypes(typename).isDisjointFrom(possibleTypes(parentType));
}
