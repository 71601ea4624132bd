// Compiles an operation to go straight from bytes to bytes, where its plan and its types allow that.

import type { EntityFetch, EntityGroup, PathStep, PlanNode, RootFetch } from '../federation/plan.ts';
import type { SubgraphFacts, SupergraphFacts } from '../federation/subgraph-facts.ts';
import { compileReader } from './compile-reader.ts';
import {
  type AddPosition,
  type DirectEntityFetch,
  type DirectGroup,
  type DirectNode,
  type DirectOperation,
  type DirectRootFetch,
  type GroupPlace,
  NotDirect,
  type Position,
} from './direct-operation.ts';
import { flatPlan } from './flat-representation.ts';
import type { OutSelection } from './output-selection.ts';
import { findPlaces } from './places.ts';
import { onType } from './request-text.ts';
import type { CompiledFetches } from './run-plan.ts';
import type { Selection } from './selection.ts';

/** @returns null for what has to go the way of every other operation */
export function compileDirect(
  plan: PlanNode,
  fetches: CompiledFetches,
  output: OutSelection,
  facts: SupergraphFacts,
): DirectOperation | null {
  const { onlyShape } = output;
  if (onlyShape === null || onlyShape.objectName === null) return null;
  const { root: place } = findPlaces(plan, fetches, output);
  if (place.isOpen) return null;
  const positions: Position[] = [];
  const addPosition: AddPosition = (typename, places, shown) => {
    const position: Position = {
      index: positions.length,
      typename,
      places,
      shown,
      below: new Map(),
      captured: new Map(),
      slotCount: 0,
      sources: [],
    };
    positions.push(position);
    return position;
  };
  const root = addPosition(onlyShape.objectName, [place], onlyShape.fields);
  try {
    const node = compileNode(plan, { fetches, facts, root, addPosition });
    if (positions.every(isWhole)) return { node, root, positionCount: positions.length };
  } catch (error) {
    if (!(error instanceof NotDirect)) throw error;
  }
  return null;
}

interface Compiling {
  readonly fetches: CompiledFetches;
  readonly facts: SupergraphFacts;
  readonly root: Position;
  readonly addPosition: AddPosition;
}

/** Has each shown field a source? */
function isWhole({ shown, sources }: Position): boolean {
  let index = 0;
  while (index < shown.length) {
    const source = sources[index];
    if (source === undefined && shown[index]?.kind !== 'typename') return false;
    index += source?.kind === 'run' ? source.count : 1;
  }
  return true;
}

function compileNode(node: PlanNode, compiling: Compiling): DirectNode {
  switch (node.kind) {
    case 'sequence':
    case 'parallel':
      return { kind: node.kind, nodes: node.nodes.map((child) => compileNode(child, compiling)) };
    case 'root':
      return compileRoot(node, compiling);
    case 'entities':
      return compileEntities(node, compiling);
  }
}

function compileRoot(fetch: RootFetch, { fetches, root, addPosition }: Compiling): DirectRootFetch {
  const { roots, document } = fetches.root(fetch).variant('plain');
  if (fetch.path.length > 0 || fetch.operationKind !== 'query' || roots.length === 0) throw new NotDirect();
  const fields = roots.map(({ field }) => field);
  const { reader, bases } = compileReader(fields, [root], addPosition);
  const [base = 0] = bases;
  return { kind: 'root', subgraph: fetch.subgraph, document, roots: fields, reader, base };
}

function compileEntities(fetch: EntityFetch, compiling: Compiling): DirectEntityFetch {
  const { groups, document } = compiling.fetches.entities(fetch).variant('plain');
  const subgraph = compiling.facts.subgraphs.get(fetch.subgraph);
  if (subgraph === undefined || groups.length === 0) throw new NotDirect();
  return {
    kind: 'entities',
    subgraph: fetch.subgraph,
    document,
    groups: groups.map(({ group, selection }) => compileGroup(group, selection, subgraph, compiling)),
  };
}

function compileGroup(
  group: EntityGroup,
  selection: Selection,
  subgraph: SubgraphFacts,
  { facts, root, addPosition }: Compiling,
): DirectGroup {
  const positions = [...new Set(group.paths.flatMap((path) => positionAt(root, path, facts)))];
  const [first] = positions;
  if (first === undefined) throw new NotDirect();
  const { typename } = first;
  const plan = flatPlan(typename, group, subgraph, facts);
  const isPlain = plan?.typename === typename && subgraph.types.get(typename)?.kind === 'object';
  if (!isPlain || positions.some((position) => position.typename !== typename)) throw new NotDirect();
  const { fields } = selection.shape(typename);
  const representations = positions.map((position) =>
    plan.sent.map(({ name, keyText }) => {
      const slot = position.captured.get(name);
      if (slot === undefined) throw new NotDirect();
      return { keyText, slot };
    }),
  );
  const { reader, bases } = compileReader(fields, positions, addPosition);
  const places = positions.map(
    (position, index): GroupPlace => ({
      position,
      base: bases[index] ?? 0,
      representation: representations[index] ?? [],
    }),
  );
  return { places, typename, asked: onType(typename, selection), reader };
}

/** None where the path's types are not those of the objects. */
function positionAt(root: Position, path: readonly PathStep[], facts: SupergraphFacts): readonly Position[] {
  let position = root;
  for (const step of path) {
    if (step.kind === 'field') {
      const below = position.below.get(step.name);
      if (below === undefined) throw new NotDirect();
      position = below;
    } else if (step.kind === 'types') {
      const { typename } = position;
      if (!step.typenames.some((name) => facts.isSubtype(name, typename))) return [];
    }
  }
  return [position];
}
