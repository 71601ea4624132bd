// Walks a plan: sequences in order, independent steps at once.

import type { EntityFetch, EntityGroup, OperationKind, PathStep, PlanNode, RootFetch } from '../federation/plan.ts';
import type { SubgraphFacts, SupergraphFacts } from '../federation/subgraph-facts.ts';
import type { CompiledFetch, EntityVariant, FetchMode, RootVariant } from './compiled-fetch.ts';
import { readFlatRepresentation } from './flat-representation.ts';
import { type Representation, readRepresentation } from './representation.ts';
import type { Run } from './run.ts';
import { runStep } from './run-fetch.ts';
import type { Selection } from './selection.ts';
import { isTreeObject, type TreeObject, type TreeValue, typenameOf } from './tree.ts';
import { createEntityWants, type RootWant } from './want.ts';

/** The plan's fetches, compiled once per plan. */
export interface CompiledFetches {
  root(fetch: RootFetch): CompiledFetch<RootVariant>;
  entities(fetch: EntityFetch): CompiledFetch<EntityVariant>;
}

export async function runPlan(node: PlanNode, fetches: CompiledFetches, run: Run): Promise<void> {
  switch (node.kind) {
    case 'sequence':
      for (const child of node.nodes) await runPlan(child, fetches, run);
      return;
    case 'parallel':
      await Promise.all(node.nodes.map((child) => runPlan(child, fetches, run)));
      return;
    case 'root':
      return runRootFetch(node, fetches.root(node), run);
    case 'entities':
      return runEntityFetch(node, fetches.entities(node), run);
  }
}

function runRootFetch(fetch: RootFetch, compiled: CompiledFetch<RootVariant>, run: Run): Promise<void> {
  const { roots, selection, document } = compiled.variant(modeOf(fetch.subgraph, run, fetch.operationKind));
  const targets = objectsAt(run.root, fetch.path, run.context.facts);
  const wants =
    targets.length === 0
      ? []
      : roots.map(({ field, shape }): RootWant => ({ kind: 'root', selection, field, shape, targets, outers: [] }));
  return runStep({ subgraph: fetch.subgraph, operationKind: fetch.operationKind, document, wants }, run);
}

function runEntityFetch(fetch: EntityFetch, compiled: CompiledFetch<EntityVariant>, run: Run): Promise<void> {
  const { groups, document } = compiled.variant(modeOf(fetch.subgraph, run));
  const { facts } = run.context;
  const subgraph = facts.subgraphs.get(fetch.subgraph);
  const wants = createEntityWants();
  for (const { group, selection } of groups) {
    for (const path of group.paths) {
      for (const object of objectsAt(run.root, path, facts)) {
        const representation = subgraph && representationFor(object, group, subgraph, facts);
        if (representation && selects(selection, representation.typename))
          wants.addRepresentation(selection, representation, object);
      }
    }
  }
  return runStep({ subgraph: fetch.subgraph, operationKind: 'query', document, wants: wants.list() }, run);
}

function representationFor(
  object: TreeObject,
  group: EntityGroup,
  subgraph: SubgraphFacts,
  facts: SupergraphFacts,
): Representation | null {
  const typename = typenameOf(object);
  const flat = typename === null ? undefined : readFlatRepresentation(object, typename, group, subgraph, facts);
  return flat ?? readRepresentation(object, group.requires, group.inputRewrites, subgraph, facts);
}

/** Conditions may have left nothing to ask of the type. */
const selects = (selection: Selection, typename: string): boolean =>
  selection.subgraph.types.get(typename)?.kind !== 'object' || selection.shape(typename).fields.length > 0;

/** What a mutation returns is forgotten by its key, whether the client asked for it or not. */
function modeOf(subgraph: string, { usesCache, context }: Run, kind: OperationKind = 'query'): FetchMode {
  if (!context.rules.isCached(subgraph)) return 'plain';
  return kind === 'mutation' || (usesCache && context.knowledge.mayStore(subgraph)) ? 'keyed' : 'plain';
}

/** The objects at a path, in order. An object whose type is not known is not left out by type. */
function objectsAt(root: TreeObject, path: readonly PathStep[], facts: SupergraphFacts): readonly TreeObject[] {
  let values: readonly TreeValue[] = [root];
  for (const step of path) {
    switch (step.kind) {
      case 'list':
        // One step for lists of lists too; a further one finds nothing more to open.
        values = values.flatMap(itemsOf);
        break;
      case 'field':
        values = values.flatMap((value) => (isTreeObject(value) ? [value[step.name] ?? null] : []));
        break;
      case 'types':
        values = values.filter((value) => isTreeObject(value) && isOneOf(value, step.typenames, facts));
        break;
    }
  }
  return values.filter(isTreeObject);
}

const itemsOf = (value: TreeValue): readonly TreeValue[] => (Array.isArray(value) ? value.flatMap(itemsOf) : [value]);

function isOneOf(object: TreeObject, typenames: readonly string[], facts: SupergraphFacts): boolean {
  const typename = typenameOf(object);
  return typename === null || typenames.some((name) => facts.isSubtype(name, typename));
}
