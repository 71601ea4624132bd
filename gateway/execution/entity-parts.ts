// The records that an entity is kept in: one for its plain columns, one for each field that stands apart.

import type { VariableValues } from './canonical-name.ts';
import type { FieldPlan, Shape } from './selection.ts';
import { byCanonicalName } from './slices.ts';

export interface EntityPart {
  readonly fields: readonly FieldPlan[];
  /** The canonical name of the field that stands apart; '' for plain columns. */
  readonly field: string;
  /** Of its tags. */
  readonly coordinate: string;
  /** The type whose entities it can hold; null for plain columns. */
  readonly reaches: string | null;
  /** The tags of its slices that follow from the schema alone, once they are known: without entities held within, and with. */
  readonly schemaTags: [readonly string[] | null, readonly string[] | null];
}

/**
 * @param told the type that the subgraph said, or the representation
 * @param layout `whole`: all in one record, where the object type is not certain
 */
export function entityParts(
  shape: Shape,
  told: string,
  layout: 'apart' | 'whole',
  variables: VariableValues,
): readonly EntityPart[] {
  const known = partsOf[layout].get(shape);
  if (known !== undefined) return known;
  const parts = makeParts(shape, told, layout, variables);
  // Names that hold variables are another request's others.
  if (layout === 'whole' || shape.apart.every(({ canonical }) => typeof canonical === 'string'))
    partsOf[layout].set(shape, parts);
  return parts;
}

/** A shape is of one type, which is told with it each time. */
const partsOf = {
  apart: new WeakMap<Shape, readonly EntityPart[]>(),
  whole: new WeakMap<Shape, readonly EntityPart[]>(),
};

function makeParts(
  { fields, plain, apart }: Shape,
  told: string,
  layout: 'apart' | 'whole',
  variables: VariableValues,
): readonly EntityPart[] {
  const parts: EntityPart[] = [];
  const together = layout === 'whole' ? fields : plain;
  // A field that is not precise makes the slice that it stands in imprecise: the coordinate of a mixed slice is no type's.
  const coordinate = layout === 'whole' && apart.length > 0 ? '' : told;
  if (together.length > 0)
    parts.push({ fields: together, field: '', coordinate, reaches: null, schemaTags: [null, null] });
  if (layout === 'whole') return parts;
  for (const [name, same] of byCanonicalName(apart, variables)) {
    const [first] = same;
    const reaches = first?.selection?.parentType ?? null;
    const field = `${told}.${first?.name ?? ''}`;
    parts.push({ fields: same, field: name, coordinate: field, reaches, schemaTags: [null, null] });
  }
  return parts;
}
