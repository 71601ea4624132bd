// Finds the values of subgraph answers that stand in the client's answer just as the subgraph writes them: their text is passed on whole.
//
// Such a value is an object, or lists of them, below which everything comes from one fetch, under the names and in the order that the client
// sees, and nothing of which another fetch needs. What the writer would check of it is checked where it is cut out.

import type { EntityGroup, PathStep, PlanNode, RequiredSelection } from '../federation/plan.ts';
import type { LeafCheck, OutField, OutSelection, TypePlan } from './output-selection.ts';
import type { CompiledFetches } from './run-plan.ts';
import type { FieldPlan, Selection } from './selection.ts';

/** How the text of a value has to be, so that it is the client's. */
export interface Verbatim {
  readonly type: TypePlan;
  /** Of a leaf. */
  readonly check: LeafCheck;
  /** Of an object: all its fields, in order. Null for a leaf. */
  readonly fields: readonly VerbatimField[] | null;
}

export interface VerbatimField {
  /** `{"name":` for the first field, `,"name":` for the others. */
  readonly openingText: string;
  readonly value: Verbatim;
}

/** By the field of a fetch's plain variant. */
export type VerbatimFields = ReadonlyMap<FieldPlan, Verbatim>;

export const NOTHING_VERBATIM: VerbatimFields = new Map();

export function findVerbatim(plan: PlanNode, fetches: CompiledFetches, output: OutSelection): VerbatimFields {
  const root = createPlace();
  showOutput(root, output);
  const parts = [...partsOf(plan, fetches)];
  for (const part of parts) mark(part, root);
  const found = new Map<FieldPlan, Verbatim>();
  for (const { paths, fieldsByType } of parts) {
    const places = paths.map((path) => placeAt(root, path));
    for (const fields of fieldsByType) collect(fields, places, found);
  }
  return found;
}

/** A place in the data that the steps share, by plan names: of whatever type the objects around it are, at whatever index of a list. */
interface Place {
  readonly below: Map<string, Place>;
  readonly writers: Set<unknown>;
  /** A fetch starts from here or reads it. */
  isUsed: boolean;
  /** Only the data tells the types here, and so what stands below. */
  isOpen: boolean;
  /** What the client sees of it; `several` where it sees it in more than one way. */
  shown: OutField | 'several' | null;
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
function placeAt(root: Place, path: readonly PathStep[]): Place | null {
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
interface Part {
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

/** @param places where objects with the fields stand; null: none that is certain */
function collect(
  fields: readonly FieldPlan[],
  places: readonly (Place | null)[],
  found: Map<FieldPlan, Verbatim>,
): void {
  for (const field of fields) {
    const { planned, outName, selection } = field;
    if (!planned || selection === null) continue;
    const below = places.map((place) => place?.below.get(outName) ?? null);
    const [first, ...others] = below.map((place) => verbatimAt(place, field));
    // One fetch brings them all: what it brings to one place is what it brings to the others, if each is verbatim.
    if (first && others.every((other) => other !== null)) found.set(field, first);
    else if (selection.onlyType !== null && below.every((place) => place?.isOpen === false))
      collect(selection.shape(selection.onlyType).fields, below, found);
  }
}

function verbatimAt(place: Place | null, field: FieldPlan): Verbatim | null {
  if (place === null || place.isUsed || place.writers.size !== 1 || !field.planned) return null;
  const { shown } = place;
  if (shown === null || shown === 'several') return null;
  const { type, check } = shown;
  if (field.selection === null) return { type, check, fields: null };
  const { onlyType } = field.selection;
  const { onlyShape = null } = shown.selection ?? {};
  if (onlyType === null || onlyShape === null) return null;
  const asked = field.selection.shape(onlyType).fields;
  if (asked.length !== onlyShape.fields.length) return null;
  const fields: VerbatimField[] = [];
  for (const [index, inner] of asked.entries()) {
    const out = onlyShape.fields[index];
    const below = place.below.get(inner.outName) ?? null;
    if (below?.shown !== out || inner.responseName !== out?.responseName) return null;
    const value = out.kind === 'typename' ? typenameOnly(onlyType) : verbatimAt(below, inner);
    if (value === null) return null;
    fields.push({ openingText: `${index === 0 ? '{' : ','}${inner.keyText}`, value });
  }
  return { type, check, fields };
}

const typenameOnly = (typename: string): Verbatim => ({
  type: { isNonNull: true, item: null, name: 'String' },
  check: { kind: 'enum', texts: new Set([`"${typename}"`]) },
  fields: null,
});
