// The places in the data that the fetches of an operation share: who writes each, what is read there, what the client sees of it.

import type { EntityGroup, PathStep, PlanNode, RequiredSelection } from '../federation/plan.ts';
import type { OutField, OutSelection } from './output-selection.ts';
import type { CompiledFetches } from './run-plan.ts';
import type { FieldPlan, Selection } from './selection.ts';

/** A place in the data that the steps share, by plan names: of whatever type the objects around it are, at whatever index of a list. */
export interface Place {
  readonly below: Map<string, Place>;
  readonly writers: Set<unknown>;
  /** A fetch starts from here or reads it. */
  isUsed: boolean;
  /** Only the data tells the types here, and so what stands below. */
  isOpen: boolean;
  /** What the client sees of it; `several` where it sees it in more than one way. */
  shown: OutField | 'several' | null;
}

/** All places of an operation, marked. @returns the root, and what each fetch brings */
export function findPlaces(
  plan: PlanNode,
  fetches: CompiledFetches,
  output: OutSelection,
): { readonly root: Place; readonly parts: readonly Part[] } {
  const root = createPlace();
  showOutput(root, output);
  const parts = [...partsOf(plan, fetches)];
  for (const part of parts) mark(part, root);
  return { root, parts };
}

const createPlace = (): Place => ({ below: new Map(), writers: new Set(), isUsed: false, isOpen: false, shown: null });

function placeBelow(place: Place, name: string): Place {
  let below = place.below.get(name);
  if (below === undefined) {
    below = createPlace();
    place.below.set(name, below);
  }
  return below;
}

/** Null: what there is depends on the data. */
export function placeAt(root: Place, path: readonly PathStep[]): Place | null {
  let place = root;
  for (const step of path) {
    if (place.isOpen) return null;
    if (step.kind === 'field') place = placeBelow(place, step.name);
  }
  return place.isOpen ? null : place;
}

function showOutput(place: Place, selection: OutSelection): void {
  const { onlyShape } = selection;
  if (onlyShape === null) {
    place.isOpen = true;
    return;
  }
  for (const field of onlyShape.fields) {
    for (const name of field.planNames) {
      const below = placeBelow(place, name);
      below.shown = below.shown === null && field.planNames.length === 1 ? field : 'several';
      if (field.selection !== null) showOutput(below, field.selection);
    }
  }
}

/** What one fetch brings to the objects at some paths. */
export interface Part {
  readonly paths: readonly (readonly PathStep[])[];
  readonly requires: readonly RequiredSelection[];
  /** For each type that the objects can have. */
  readonly fieldsByType: readonly (readonly FieldPlan[])[];
  /** The data says which fields there are. */
  readonly isOpen: boolean;
}

function* partsOf(node: PlanNode, fetches: CompiledFetches): Generator<Part> {
  switch (node.kind) {
    case 'sequence':
    case 'parallel':
      for (const child of node.nodes) yield* partsOf(child, fetches);
      return;
    case 'root': {
      const { roots } = fetches.root(node).variant('plain');
      yield { paths: [node.path], requires: [], fieldsByType: [roots.map(({ field }) => field)], isOpen: false };
      return;
    }
    case 'entities':
      for (const { group, selection } of fetches.entities(node).variant('plain').groups)
        yield entityPart(group, selection);
  }
}

function entityPart({ paths, requires, outputRewrites }: EntityGroup, selection: Selection): Part {
  const conditions = selection.selected.map((item) => (item.kind === 'fragment' ? item.typename : null));
  const typenames = conditions.filter((name) => name !== null && selection.subgraph.types.get(name)?.kind === 'object');
  return {
    paths,
    requires,
    fieldsByType: [...new Set(typenames)].map((name) => selection.shape(name).fields),
    isOpen: typenames.length < conditions.length || outputRewrites.length > 0,
  };
}

function mark(part: Part, root: Place): void {
  for (const path of part.paths) {
    let place = root;
    place.isUsed = true;
    for (const step of path) {
      if (step.kind === 'field') place = placeBelow(place, step.name);
      place.isUsed = true;
    }
    place.isOpen ||= part.isOpen;
    markRead(place, part.requires);
    for (const fields of part.fieldsByType) markWritten(place, fields, part);
  }
}

function markRead(place: Place, requires: readonly RequiredSelection[]): void {
  for (const selection of requires) {
    if (selection.kind === 'fragment') markRead(place, selection.selections);
    else {
      const below = placeBelow(place, selection.name);
      below.isUsed = true;
      markRead(below, selection.selections ?? []);
    }
  }
}

function markWritten(place: Place, fields: readonly FieldPlan[], writer: Part): void {
  for (const { planned, outName, selection } of fields) {
    if (!planned) continue;
    const below = placeBelow(place, outName);
    below.writers.add(writer);
    if (selection === null) continue;
    if (selection.onlyType === null) below.isOpen = true;
    else markWritten(below, selection.shape(selection.onlyType).fields, writer);
  }
}
