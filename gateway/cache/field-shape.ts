// The names of the fields of a slice or an object, shared by all that have the same ones.

import { createInternTable, createRecent, type InternTable, type Shared } from './interned.ts';
import { arrayBytes, MAP_PLACE_BYTES, mapBytes, objectBytes, stringBytes } from './resident-bytes.ts';

export interface FieldShape extends Shared {
  /** JSON text of the names, in order, without the brackets. */
  readonly text: string;
  readonly names: readonly string[];
  readonly indexes: ReadonlyMap<string, number>;
}

export interface FieldShapes extends Pick<InternTable<FieldShape>, 'retain' | 'release' | 'bytes'> {
  /** The shape of these names in this order. It is counted once a slice that holds it is retained. */
  of(names: readonly string[]): FieldShape;
  /** As `of`, for a list that lives long and is given again and again: it is looked at once. */
  ofList(names: readonly string[]): FieldShape;
}

export function createFieldShapes(): FieldShapes {
  const table = createInternTable<FieldShape>();
  const recent = createRecent<FieldShape>();
  const ofLists = new WeakMap<readonly string[], FieldShape>();
  const of: FieldShapes['of'] = (names) =>
    recent(
      (shape) => haveSameNames(shape.names, names),
      () => {
        const text = names.map((name) => JSON.stringify(name)).join(',');
        return table.find(text) ?? makeShape(text, names);
      },
    );
  return {
    retain: table.retain,
    release: table.release,
    bytes: table.bytes,
    of,
    ofList(names) {
      const known = ofLists.get(names);
      if (known !== undefined) return known;
      const shape = of(names);
      ofLists.set(names, shape);
      return shape;
    },
  };
}

function makeShape(text: string, names: readonly string[]): FieldShape {
  const kept = [...names];
  const indexes = new Map(kept.map((name, index) => [name, index]));
  const namesBytes = kept.reduce((sum, name) => sum + stringBytes(name), 0);
  const ownBytes = objectBytes(5) + stringBytes(text) + arrayBytes(kept.length) + mapBytes(kept.length);
  const bytes = ownBytes + namesBytes + MAP_PLACE_BYTES;
  return { text, names: kept, indexes, bytes, holderCount: 0 };
}

function haveSameNames(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name, index) => name === right[index]);
}
