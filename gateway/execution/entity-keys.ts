// Adds to a selection what makes the entities in its answer known: their keys, and the type where it is not certain.

import type { FieldSet } from '../federation/field-set.ts';
import type { SubgraphFacts } from '../federation/subgraph-facts.ts';
import { NO_DIRECTIVES } from './directives.ts';
import { keysTold } from './key-plan.ts';
import type { Selected } from './selection.ts';

/** More possible entity types than this under one field: they stay within their parent. Bounds the growth of documents. */
const LARGEST_FAN_OUT = 8;

type SelectedField = Extract<Selected, { kind: 'field' }>;

/** @param parentType of the selected fields. @returns the same selection with `planned: false` fields added below composite fields */
export function withEntityKeys(selected: readonly Selected[], parentType: string, subgraph: SubgraphFacts): Selected[] {
  return extended(selected, parentType, subgraph, (typename, below) => [
    ...below,
    ...keysFor(typename, below, subgraph),
  ]);
}

/**
 * `__typename` where the answer alone can tell the type: needed to read it at all. Part of the data as if it were planned: clients
 * must see nothing of an object whose type is none of theirs, and Hive's planner does not ask for it everywhere.
 */
export function withTypenames(selected: readonly Selected[], parentType: string, subgraph: SubgraphFacts): Selected[] {
  return extended(selected, parentType, subgraph, (typename, below, isNarrowed) => {
    const isCertain = subgraph.types.get(typename)?.kind === 'object' && !isNarrowed;
    return isCertain || selectsTypename(below) ? below : [{ ...TYPENAME, planned: true }, ...below];
  });
}

/** From the leaves up. @param extend of what is selected on one composite field's type, extended already */
function extended(
  selected: readonly Selected[],
  parentType: string,
  subgraph: SubgraphFacts,
  extend: (typename: string, below: readonly Selected[], isNarrowed: boolean) => readonly Selected[],
): Selected[] {
  return selected.map((item): Selected => {
    if (item.kind === 'fragment') {
      return { ...item, children: extended(item.children, item.typename ?? parentType, subgraph, extend) };
    }
    if (item.children === null) return item;
    const facts = subgraph.types.get(parentType)?.fields.get(item.name);
    const typename = facts?.typename ?? '';
    const below = extended(item.children, typename, subgraph, extend);
    return { ...item, children: extend(typename, below, facts?.isNarrowed ?? false) };
  });
}

export const TYPENAME: SelectedField = addedField('__typename', '__typename', null);

const selectsTypename = (selected: readonly Selected[]): boolean =>
  selected.some((item) => item.kind === 'field' && item.responseName === '__typename');

function keysFor(typename: string, below: readonly Selected[], subgraph: SubgraphFacts): Selected[] {
  const type = subgraph.types.get(typename);
  if (type === undefined) return [];
  if (type.kind === 'object') return missingKey(keysTold(subgraph, typename), below, typename);
  const entities = [...subgraph.possibleTypes(typename)].filter(
    (name) => (subgraph.types.get(name)?.keys.length ?? 0) > 0,
  );
  if (entities.length > LARGEST_FAN_OUT) return [];
  return entities.flatMap((name): Selected[] => {
    const added = missingKey(keysTold(subgraph, name), below, name);
    return added.length === 0 ? [] : [{ kind: 'fragment', typename: name, directives: NO_DIRECTIVES, children: added }];
  });
}

/**
 * Nothing when some key is selected already; else the first key, under names that no client's field has and that no other
 * type's key has: two types may have keys of one name and different types.
 */
function missingKey(keys: readonly FieldSet[], below: readonly Selected[], typename: string): Selected[] {
  const [first] = keys;
  if (first === undefined || (!below.some(isTold) && keys.some((key) => selects(below, key, typename)))) return [];
  return addedFields(first, `_key_${typename}_`);
}

/** A key beside directives may be one that depends on them. */
const isTold = (item: Selected): boolean =>
  item.directives !== NO_DIRECTIVES || (item.kind === 'fragment' && item.children.some(isTold));

function addedFields(key: FieldSet, prefix: string): SelectedField[] {
  return [...key].map(([name, set]) => addedField(name, `${prefix}${name}`, set && addedFields(set, '')));
}

function addedField(name: string, responseName: string, children: readonly Selected[] | null): SelectedField {
  return {
    kind: 'field',
    name,
    responseName,
    canonical: name,
    argumentsText: '',
    variables: [],
    directives: NO_DIRECTIVES,
    children,
    planned: false,
  };
}

function selects(selected: readonly Selected[], key: FieldSet, typename: string): boolean {
  const fields = selected.flatMap((item): readonly Selected[] =>
    item.kind === 'field' ? [item] : item.typename === null || item.typename === typename ? item.children : [],
  );
  return [...key].every(([name, set]) =>
    fields.some(
      (item) =>
        item.kind === 'field' &&
        item.name === name &&
        item.canonical === name &&
        (set === null || (item.children !== null && selects(item.children, set, ''))),
    ),
  );
}
