// How the objects of one fetch's answer are read where the operation goes straight from bytes to bytes: into texts that the client sees just so, and
// into objects that other fetches add to.

import {
  type AddPosition,
  type FieldReader,
  NotDirect,
  type ObjectReader,
  type Position,
  type Source,
} from './direct-operation.ts';
import type { OutField } from './output-selection.ts';
import type { Place } from './places.ts';
import type { FieldPlan } from './selection.ts';
import { typenameOnly, type Verbatim, verbatimAt } from './verbatim.ts';

/**
 * @param positions where objects with the fields stand: the same objects at each of them
 * @returns the reader, and for each position where its slots begin
 * @throws {NotDirect}
 */
export function compileReader(
  fields: readonly FieldPlan[],
  positions: readonly Position[],
  addPosition: AddPosition,
): { readonly reader: ObjectReader; readonly bases: readonly number[] } {
  if (fields.length === 0) throw new NotDirect();
  const parts = fields.map((field) => partOf(field, positions, addPosition));
  let slotCount = 0;
  const sources: { readonly part: Part; readonly source: Source }[] = [];
  let run: Part[] = [];
  const readers = parts.map((part, index): FieldReader => {
    const { field, closed, objects, isShown, isCaptured, hasName } = part;
    const inRun = closed !== null && isShown && hasName;
    const startsRun = inRun && run.length === 0;
    if (inRun) run.push(part);
    const next = parts[index + 1];
    let runSlot = -1;
    if (inRun && !(next !== undefined && goesOn(part, next))) {
      runSlot = slotCount++;
      sources.push({ part: run[0] ?? part, source: { kind: 'run', count: run.length, slot: runSlot } });
      run = [];
    }
    const showsValue = closed !== null && isShown && !hasName;
    const valueSlot = isCaptured || showsValue ? slotCount++ : -1;
    if (showsValue) sources.push({ part, source: { kind: 'value', slot: valueSlot } });
    const slot = objects === null ? -1 : slotCount++;
    if (objects !== null) {
      const { type, position } = objects;
      sources.push({ part, source: { kind: 'objects', slot, type, position } });
    }
    return {
      opening: Buffer.from(`${index === 0 ? '{' : ','}${field.keyText}`),
      closed,
      objects: objects === null ? null : { ...objects, slot },
      startsRun,
      runSlot,
      valueSlot,
    };
  });
  const bases = positions.map((position, place) => {
    const base = position.slotCount;
    position.slotCount += slotCount;
    for (const { part, source } of sources) {
      const index = part.shownAts[place] ?? -1;
      if (index < 0) continue;
      if (position.sources[index] !== undefined) throw new NotDirect();
      position.sources[index] = { ...source, slot: base + source.slot };
    }
    for (const [index, { field, isCaptured }] of parts.entries()) {
      const valueSlot = readers[index]?.valueSlot ?? -1;
      if (isCaptured && valueSlot >= 0) position.captured.set(field.outName, base + valueSlot);
    }
    return base;
  });
  return { reader: { fields: readers, slotCount }, bases };
}

/** Does the next field stand behind this one wherever either is shown? */
const goesOn = (part: Part, next: Part): boolean =>
  next.closed !== null &&
  next.isShown &&
  next.hasName &&
  part.shownAts.every((index, place) => next.shownAts[place] === (index < 0 ? -1 : index + 1));

/** One field, as it is read. */
interface Part {
  readonly field: FieldPlan;
  /** For each position, its place among what the client sees there; −1: it is not seen. */
  readonly shownAts: readonly number[];
  readonly isShown: boolean;
  /** Wherever the client sees it, it is under the name that the subgraph has. */
  readonly hasName: boolean;
  /** Representations are made of it. */
  readonly isCaptured: boolean;
  readonly closed: Verbatim | null;
  readonly objects: Omit<NonNullable<FieldReader['objects']>, 'slot'> | null;
}

function partOf(field: FieldPlan, positions: readonly Position[], addPosition: AddPosition): Part {
  const { name, outName, responseName, planned, selection } = field;
  const [first] = positions;
  if (first === undefined) throw new NotDirect();
  const { typename } = first;
  const places = positions.flatMap((position) => position.places.map((place) => place.below.get(outName) ?? null));
  const shownAts = positions.map(({ shown }) => shown.findIndex((out) => planned && isShownAs(out, outName)));
  const outs = positions.flatMap(({ shown }, index) => shown[shownAts[index] ?? -1] ?? []);
  const [out] = outs;
  if (out !== undefined && outs.some((other) => !isSameValue(out, other))) throw new NotDirect();
  const hasName = outs.every((one) => one.responseName === responseName);
  const isCaptured = planned && places.some((place) => place?.isUsed === true);
  const part = { field, shownAts, isShown: out !== undefined, hasName, isCaptured };
  // The type is known: representations are written from what is known, and so is what has another name in the answer.
  if (name === '__typename') {
    const seen = hasName ? shownAts : shownAts.map(() => -1);
    const isShown = hasName && part.isShown;
    return { ...part, isShown, shownAts: seen, isCaptured: false, closed: typenameOnly(typename), objects: null };
  }
  if (selection === null) return { ...part, closed: leafAt(places, out), objects: null };
  if (out === undefined) throw new NotDirect();
  const closed = places.map((place) => verbatimAt(place, field));
  const [text] = closed;
  if (text && closed.every((one) => one !== null)) return { ...part, isCaptured: false, closed: text, objects: null };
  return { ...part, isCaptured: false, closed: null, objects: objectsAt(field, out, positions, places, addPosition) };
}

const isShownAs = ({ planNames }: OutField, outName: string): boolean =>
  planNames.length === 1 && planNames[0] === outName;

function leafAt(places: readonly (Place | null)[], out: OutField | undefined): Verbatim {
  if (places.some((place) => place !== null && (place.writers.size > 1 || place.shown === 'several')))
    throw new NotDirect();
  return out === undefined ? ANY_LEAF : { type: out.type, check: out.check, fields: null };
}

/** Nobody sees it: the subgraph that it is sent to says what is wrong with it. */
const ANY_LEAF: Verbatim = {
  type: { isNonNull: false, item: null, name: '' },
  check: { kind: 'any' },
  fields: null,
};

function objectsAt(
  { selection, outName }: FieldPlan,
  out: OutField,
  positions: readonly Position[],
  places: readonly (Place | null)[],
  addPosition: AddPosition,
): Part['objects'] {
  const typename = selection?.onlyType ?? null;
  const shape = typename === null ? null : selection?.shape(typename);
  const onlyShape = out.selection?.onlyShape ?? null;
  const known = places.filter((place): place is Place => place?.writers.size === 1 && !place.isOpen);
  if (typename === null || !shape || shape.isInterfaceObject || onlyShape?.objectName !== typename)
    throw new NotDirect();
  if (known.length < places.length || known.some(({ shown }) => shown !== out && !isSame(shown, out)))
    throw new NotDirect();
  const position = addPosition(typename, known, onlyShape.fields);
  for (const above of positions) above.below.set(outName, position);
  const { reader } = compileReader(shape.fields, [position], addPosition);
  return { type: out.type, position, reader };
}

/** Is the same seen at both places? */
function isSame(a: Place['shown'], b: Place['shown']): boolean {
  if (a === b) return true;
  if (a === null || b === null || a === 'several' || b === 'several') return false;
  return a.responseName === b.responseName && isSameValue(a, b);
}

/** The same, under whatever name. */
function isSameValue(a: OutField, b: OutField): boolean {
  if (a.kind !== b.kind || a.planNames.join() !== b.planNames.join()) return false;
  if (JSON.stringify(a.type) !== JSON.stringify(b.type)) return false;
  if (a.selection === null || b.selection === null) return a.selection === b.selection;
  const [inA, inB] = [a.selection.onlyShape, b.selection.onlyShape];
  if (inA === null || inB === null || inA.objectName !== inB.objectName) return false;
  const { fields } = inB;
  return (
    inA.fields.length === fields.length && inA.fields.every((field, index) => isSame(field, fields[index] ?? null))
  );
}
