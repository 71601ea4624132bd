// A plan's fetches in the order in which they are made: where each begins, and what its document selects there.

import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql';
import type { EntityGroup, PathStep, PlanNode, Rewrite } from './plan.ts';
import type { SubgraphFacts, SupergraphFacts } from './subgraph-facts.ts';

/** What a fetch selects on the objects of one place. */
export interface Selecting {
  readonly subgraph: SubgraphFacts;
  readonly set: SelectionSetNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Response name → the name that it gets in the data. */
  readonly renames: ReadonlyMap<string, string>;
}

export interface FetchStep extends Selecting {
  readonly path: readonly PathStep[];
  /** Null: root fields, which need nothing. */
  readonly group: EntityGroup | null;
}

export function fetchSteps(node: PlanNode, facts: SupergraphFacts): readonly FetchStep[] {
  if (node.kind === 'sequence' || node.kind === 'parallel')
    return node.nodes.flatMap((child) => fetchSteps(child, facts));
  const subgraph = facts.subgraphs.get(node.subgraph);
  const document = parse(node.document, { noLocation: true });
  const set = rootSet(document);
  if (subgraph === undefined || set === null) return [];
  const fragments = fragmentsOf(document);
  if (node.kind === 'root')
    return [{ subgraph, set, fragments, renames: renamesOf(node.outputRewrites), path: node.path, group: null }];
  return node.groups.flatMap((group) => {
    const entities = set.selections.find(
      (selection): selection is FieldNode => selection.kind === Kind.FIELD && responseNameOf(selection) === group.alias,
    );
    const below = entities?.selectionSet;
    if (below === undefined) return [];
    const renames = renamesOf(group.outputRewrites);
    return group.paths.map((path) => ({ subgraph, set: below, fragments, renames, path, group }));
  });
}

export const responseNameOf = ({ alias, name }: FieldNode): string => (alias ?? name).value;

function rootSet({ definitions }: DocumentNode): SelectionSetNode | null {
  const operation = definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  return operation?.selectionSet ?? null;
}

function fragmentsOf({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  );
}

/** Wherever in the answer: names that are given anew are the planner's own, and stand for one field. */
function renamesOf(rewrites: readonly Rewrite[]): ReadonlyMap<string, string> {
  return new Map(
    rewrites.flatMap((rewrite) => {
      const last = rewrite.path.at(-1);
      return rewrite.kind === 'rename' && last?.kind === 'key' ? [[last.name, rewrite.to] as const] : [];
    }),
  );
}
