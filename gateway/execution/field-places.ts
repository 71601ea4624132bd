// Where the fields of a shape stand among the values of a slice or an object: looked up by name once, not for each entity.

import type { FieldShape } from '../cache/field-shape.ts';
import type { Shape } from './selection.ts';

export interface FieldPlaces {
  readonly names: FieldShape;
  /** One for each field of the shape, in order. −1: not there, or `__typename`, which is no field of a record. */
  readonly at: readonly number[];
  /** All are there but `__typename`. */
  readonly isWhole: boolean;
}

/** @returns null for a shape whose names hold variables, or that shows one field several times: its fields have to be looked for each time */
export function placesOf(shape: Shape, names: FieldShape): FieldPlaces | null {
  const ofShape = known.get(shape) ?? begin(shape);
  if (ofShape.last === null || ofShape.last.names === names) return ofShape.last;
  let places = ofShape.byNames.get(names);
  if (places === undefined) {
    places = findPlaces(shape, names);
    ofShape.byNames.set(names, places);
  }
  ofShape.last = places;
  return places;
}

interface PlacesOfShape {
  /** Entities of one kind follow one another. Null: none can be told. */
  last: FieldPlaces | null;
  readonly byNames: WeakMap<FieldShape, FieldPlaces>;
}

const known = new WeakMap<Shape, PlacesOfShape>();

function begin(shape: Shape): PlacesOfShape {
  const isFixed = !shape.repeats && shape.fields.every(({ canonical }) => typeof canonical === 'string');
  const none: FieldPlaces = { names: NO_NAMES, at: [], isWhole: false };
  const ofShape: PlacesOfShape = { last: isFixed ? none : null, byNames: new WeakMap() };
  known.set(shape, ofShape);
  return ofShape;
}

const NO_NAMES: FieldShape = { text: '', names: [], indexes: new Map(), bytes: 0, holderCount: 0 };

function findPlaces({ fields }: Shape, names: FieldShape): FieldPlaces {
  const at = fields.map(({ name, canonical }) =>
    name === '__typename' || typeof canonical !== 'string' ? -1 : (names.indexes.get(canonical) ?? -1),
  );
  return { names, at, isWhole: at.every((place, index) => place >= 0 || fields[index]?.name === '__typename') };
}
