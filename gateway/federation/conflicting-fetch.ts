// Finds in a plan a request that its subgraph must refuse, because fields in it cannot be merged.

import { type DocumentNode, type FragmentDefinitionNode, Kind, parse, print, type SelectionSetNode } from 'graphql';
import { type Asked, type AskedOf, mergeConflict } from './merge-conflicts.ts';
import type { PlanNode } from './plan.ts';
import type { SubgraphFacts, SupergraphFacts } from './subgraph-facts.ts';

/**
 * Seen of Hive's: objects of keys and of `@requires` inputs whose fields differ in type, and fields of an interface that the
 * subgraph has on its object types alone. Types of entities beside each other do not conflict: they can be asked for apart.
 * @returns such as `box.sub.x in catalog`, or null
 */
export function conflictAsked(node: PlanNode | null, facts: SupergraphFacts): string | null {
  if (node === null) return null;
  if (node.kind === 'sequence' || node.kind === 'parallel') {
    for (const child of node.nodes) {
      const found = conflictAsked(child, facts);
      if (found !== null) return found;
    }
    return null;
  }
  const subgraph = facts.subgraphs.get(node.subgraph);
  const found = subgraph === undefined ? null : inDocument(parse(node.document, { noLocation: true }), subgraph);
  return found === null ? null : `${found} in ${node.subgraph}`;
}

function inDocument({ definitions }: DocumentNode, subgraph: SubgraphFacts): string | null {
  const fragments = new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  );
  for (const definition of definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const typename = definition.operation === 'mutation' ? 'Mutation' : 'Query';
    const asked = toAsked(definition.selectionSet, fragments);
    for (const together of [[{ typename, asked }], ...asked.flatMap((item) => entitiesTogether(item, subgraph))]) {
      const found = mergeConflict(together, subgraph);
      if (found !== null) return found;
    }
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
