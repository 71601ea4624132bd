// How the key of an entity is found in an object of an answer, where the selection holds one.

import type { FieldSet } from '../federation/field-set.ts';
import type { SubgraphFacts } from '../federation/subgraph-facts.ts';
import type { Conforms } from './conforms.ts';
import type { FieldPlan } from './selection.ts';

/** How to find the key of an entity in an object of an answer. */
export interface KeyPlan {
  /** In canonical order. */
  readonly fields: readonly {
    readonly name: string;
    /** `"name":` */
    readonly text: string;
    readonly responseName: string;
    readonly below: KeyPlan | null;
    /** Of a value that is none of its type no key is made. */
    readonly conforms: Conforms;
  }[];
}

/** The first key of the type that is selected whole. */
export function findKey(subgraph: SubgraphFacts, typename: string, fields: readonly FieldPlan[]): KeyPlan | null {
  for (const key of keysTold(subgraph, typename)) {
    const plan = keyPlan(key, fields);
    if (plan !== null) return plan;
  }
  return null;
}

/**
 * Is a field of the entity selected that a record of its own must not have, because only `@provides` gives it or because it depends on
 * where the entity stands? Then the entity is kept there.
 */
export function isBoundToPlace(subgraph: SubgraphFacts, typename: string, fields: readonly FieldPlan[]): boolean {
  const keyFields = new Set(keysTold(subgraph, typename).flatMap((key) => [...key.keys()]));
  return fields.some(
    (field) => !keyFields.has(field.name) && holds(field, ({ external, placed }) => external || placed),
  );
}

/**
 * The keys whose fields the subgraph resolves itself. What it says of an `@external` field of a key may be anything, the same for
 * every entity too: it is there to be sent.
 */
export function keysTold(subgraph: SubgraphFacts, typename: string): readonly FieldSet[] {
  const keys = subgraph.types.get(typename)?.keys ?? [];
  return keys.filter((key) => isTold(key, typename, subgraph));
}

function isTold(fields: FieldSet, typename: string, subgraph: SubgraphFacts): boolean {
  return [...fields].every(([name, below]) => {
    const field = subgraph.types.get(typename)?.fields.get(name);
    return field?.external !== true && (below === null || isTold(below, field?.typename ?? '', subgraph));
  });
}

/** Is it, or something below it that is no entity of its own, there only because `@provides` says so? */
export const holdsProvided = (field: FieldPlan): boolean => holds(field, ({ external }) => external);

/** Itself, or below it outside of entities. */
function holds(field: FieldPlan, isSuch: (field: FieldPlan) => boolean): boolean {
  if (isSuch(field)) return true;
  const { selection } = field;
  if (selection === null) return false;
  const { subgraph, parentType, onlyType } = selection;
  const typenames = onlyType === null ? [...subgraph.possibleTypes(parentType)] : [onlyType];
  return typenames.some(
    (typename) =>
      (subgraph.types.get(typename)?.keys.length ?? 0) === 0 &&
      selection.shape(typename).fields.some((below) => holds(below, isSuch)),
  );
}

function keyPlan(key: FieldSet, fields: readonly FieldPlan[]): KeyPlan | null {
  const found: KeyPlan['fields'][number][] = [];
  for (const [name, set] of [...key].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const part = firstKeyField(name, set, fields);
    if (part === null) return null;
    found.push(part);
  }
  return { fields: found };
}

/** A nested key field is taken to hold more than the key. */
export const isPartOf = (key: KeyPlan, field: FieldPlan): boolean =>
  key.fields.some((part) => part.name === field.name && part.below === null && field.canonical === field.name);

function firstKeyField(
  name: string,
  set: FieldSet | null,
  fields: readonly FieldPlan[],
): KeyPlan['fields'][number] | null {
  for (const field of fields) {
    if (field.name !== name || field.canonical !== name) continue;
    const { responseName, conforms } = field;
    const text = `${JSON.stringify(name)}:`;
    if (set === null) return { name, text, responseName, below: null, conforms };
    const only = field.selection?.onlyType ?? null;
    const below = only === null ? null : keyPlan(set, field.selection?.shape(only).fields ?? []);
    if (below !== null) return { name, text, responseName, below, conforms };
  }
  return null;
}
