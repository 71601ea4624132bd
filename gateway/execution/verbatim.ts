// Finds the values of subgraph answers that stand in the client's answer just as the subgraph writes them: their text is passed on whole.
//
// Such a value is an object, or lists of them, below which everything comes from one fetch, under the names and in the order that the client
// sees, and nothing of which another fetch needs. What the writer would check of it is checked where it is cut out.

import type { PlanNode } from '../federation/plan.ts';
import type { LeafCheck, OutSelection, TypePlan } from './output-selection.ts';
import { findPlaces, type Place, placeAt } from './places.ts';
import type { CompiledFetches } from './run-plan.ts';
import type { FieldPlan } from './selection.ts';

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
  /** The same, in UTF-8. */
  readonly opening: Uint8Array;
  readonly value: Verbatim;
}

/** By the field of a fetch's plain variant. */
export type VerbatimFields = ReadonlyMap<FieldPlan, Verbatim>;

export const NOTHING_VERBATIM: VerbatimFields = new Map();

export function findVerbatim(plan: PlanNode, fetches: CompiledFetches, output: OutSelection): VerbatimFields {
  const { root, parts } = findPlaces(plan, fetches, output);
  const found = new Map<FieldPlan, Verbatim>();
  for (const { paths, fieldsByType } of parts) {
    const places = paths.map((path) => placeAt(root, path));
    for (const fields of fieldsByType) collect(fields, places, found);
  }
  return found;
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

/** How the text of a field's value has to be at a place; null where it has to be taken apart. */
export function verbatimAt(place: Place | null, field: FieldPlan): Verbatim | null {
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
    const openingText = `${index === 0 ? '{' : ','}${inner.keyText}`;
    fields.push({ openingText, opening: Buffer.from(openingText), value });
  }
  return { type, check, fields };
}

/** The name of one type as a value. */
export const typenameOnly = (typename: string): Verbatim => ({
  type: { isNonNull: true, item: null, name: 'String' },
  check: { kind: 'enum', texts: new Set([`"${typename}"`]) },
  fields: null,
});
