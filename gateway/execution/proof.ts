// Does `_entities` of a subgraph really find an entity, or only give back what it was sent?
//
// A type may have a key and no reference resolver: the subgraph then answers with the representation, and every other
// column is null. Such an answer must not stand in for what the entry around the entity would say.

import { holdsProvided } from './key-plan.ts';
import type { SubgraphKnowledge } from './run.ts';
import type { FieldPlan, Shape } from './selection.ts';
import type { WantAnswer } from './take-apart.ts';
import { type TreeObject, typenameOf } from './tree.ts';
import { type EntityWant, shapeOfEntity } from './want.ts';

/**
 * Every field must have a value, now or in some earlier answer of `_entities`. What the plan itself wants is not doubted.
 * Remembers what it sees.
 */
export function isProven({ want, json, isClean }: WantAnswer, knowledge: SubgraphKnowledge): boolean {
  if (want.kind === 'root') return true;
  const subgraph = want.selection.subgraph.name;
  const own = json ? ownFields(want, json) : NO_FIELDS;
  // Nothing is left to learn, and nothing to doubt.
  if (want.outers.length === 0 && own.every(({ coordinate }) => knowledge.resolvesField(subgraph, coordinate)))
    return true;
  let isWhole = true;
  let isEmpty = true;
  for (const { responseName, coordinate } of own) {
    const value = json?.[responseName];
    if (value !== null && value !== undefined) {
      isEmpty = false;
      knowledge.sawField(subgraph, coordinate);
    } else if (!knowledge.resolvesField(subgraph, coordinate)) isWhole = false;
  }
  if (!isEmpty) knowledge.sawEntity(subgraph, want.typename, 'real');
  if (want.outers.length === 0) return true;
  if (!isClean || !json) return false;
  if (isEmpty && own.length > 0 && !isWhole) knowledge.sawEntity(subgraph, want.typename, 'empty');
  return isWhole;
}

interface OwnField {
  readonly responseName: string;
  /** With the type of the representation. */
  readonly coordinate: string;
}

const NO_FIELDS: readonly OwnField[] = [];

/** Fields that a representation does not bring along. */
function ownFields(want: EntityWant, json: TreeObject): readonly OwnField[] {
  const shape = shapeOfEntity(want, typenameOf(json));
  const ofShape = known.get(shape) ?? new Map<string, readonly OwnField[]>();
  known.set(shape, ofShape);
  let own = ofShape.get(want.typename);
  if (own === undefined) {
    own = findOwnFields(want, shape.fields);
    ofShape.set(want.typename, own);
  }
  return own;
}

/** By the type of the representation: types bound how many there are. */
const known = new WeakMap<Shape, Map<string, readonly OwnField[]>>();

function findOwnFields({ selection, typename }: EntityWant, fields: readonly FieldPlan[]): readonly OwnField[] {
  const keys = selection.subgraph.types.get(typename)?.keys ?? [];
  const isKey = (name: string): boolean => keys.some((key) => key.has(name));
  return fields
    .filter((field) => field.name !== '__typename' && !isKey(field.name) && !holdsProvided(field))
    .map(({ name, responseName }) => ({ responseName, coordinate: `${typename}.${name}` }));
}
