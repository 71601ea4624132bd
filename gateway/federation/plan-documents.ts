// The documents of a plan's fetches, read once for all that judges the plan.

import { type FragmentDefinitionNode, Kind, type OperationDefinitionNode, parse, type SelectionSetNode } from 'graphql';
import type { EntityFetch, PlanNode, RootFetch } from './plan.ts';
import type { SubgraphFacts, SupergraphFacts } from './subgraph-facts.ts';

export interface PlanDocument {
  readonly fetch: RootFetch | EntityFetch;
  readonly subgraph: SubgraphFacts;
  readonly rootType: 'Query' | 'Mutation';
  readonly set: SelectionSetNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** In the order in which the fetches are made. */
export function readPlanDocuments(node: PlanNode | null, facts: SupergraphFacts): readonly PlanDocument[] {
  if (node === null) return [];
  if (node.kind === 'sequence' || node.kind === 'parallel')
    return node.nodes.flatMap((child) => readPlanDocuments(child, facts));
  const subgraph = facts.subgraphs.get(node.subgraph);
  if (subgraph === undefined) return [];
  let operation: OperationDefinitionNode | null = null;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of parse(node.document, { noLocation: true }).definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    else if (definition.kind === Kind.OPERATION_DEFINITION) operation = definition;
  }
  if (operation === null) return [];
  const rootType = operation.operation === 'mutation' ? 'Mutation' : 'Query';
  return [{ fetch: node, subgraph, rootType, set: operation.selectionSet, fragments }];
}

/** The first thing that is found in one of them, such as `Category.name in catalog`, or null. */
export function firstFound(
  documents: readonly PlanDocument[],
  findIn: (document: PlanDocument) => string | null,
): string | null {
  for (const document of documents) {
    const found = findIn(document);
    if (found !== null) return `${found} in ${document.subgraph.name}`;
  }
  return null;
}
