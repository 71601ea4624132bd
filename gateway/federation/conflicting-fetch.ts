// Finds in a plan a request that its subgraph must refuse, because fields in it cannot be merged.

import { type FragmentDefinitionNode, Kind, print, type SelectionSetNode } from 'graphql';
import { type Asked, type AskedOf, mergeConflict } from './merge-conflicts.ts';
import { firstFound, type PlanDocument } from './plan-documents.ts';
import type { SubgraphFacts } from './subgraph-facts.ts';

/**
 * Seen of Hive's: objects of keys and of `@requires` inputs whose fields differ in type, and fields of an interface that the
 * subgraph has on its object types alone. Types of entities beside each other do not conflict: they can be asked for apart.
 * @returns such as `box.sub.x in catalog`, or null
 */
export const conflictAsked = (documents: readonly PlanDocument[]): string | null => firstFound(documents, conflictIn);

function conflictIn({ subgraph, rootType, set, fragments }: PlanDocument): string | null {
  const asked = toAsked(set, fragments);
  const together = [[{ typename: rootType, asked }], ...asked.flatMap((item) => entitiesTogether(item, subgraph))];
  for (const sets of together) {
    const found = mergeConflict(sets, subgraph);
    if (found !== null) return found;
  }
  return null;
}

/** What is asked of each type of entities by itself; all of it where an interface's name may stand in a representation. */
function entitiesTogether(item: Asked, { types }: SubgraphFacts): readonly (readonly AskedOf[])[] {
  if (item.kind !== 'field' || item.name !== '_entities') return [];
  const byType = Map.groupBy(item.children ?? [], (child) => (child.kind === 'fragment' ? child.typename : null) ?? '');
  const sets = [...byType].map(([typename, asked]): AskedOf => ({ typename, asked }));
  const areObjects = sets.every(({ typename }) => typename === '' || types.get(typename)?.kind === 'object');
  return areObjects ? sets.map((set) => [set]) : [sets];
}

function toAsked(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): readonly Asked[] {
  return selections.flatMap((node): readonly Asked[] => {
    if (node.kind === Kind.FIELD) {
      return [
        {
          kind: 'field',
          name: node.name.value,
          responseName: node.alias?.value ?? node.name.value,
          argumentsText: (node.arguments ?? []).map((argument) => print(argument)).join(', '),
          children: node.selectionSet ? toAsked(node.selectionSet, fragments) : null,
        },
      ];
    }
    const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
    if (fragment === undefined) return [];
    const typename = fragment.typeCondition?.name.value ?? null;
    return [{ kind: 'fragment', typename, children: toAsked(fragment.selectionSet, fragments) }];
  });
}
