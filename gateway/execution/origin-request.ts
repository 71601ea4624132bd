// Puts all that a step misses into one GraphQL request: root fields, and one `_entities` for each selection.

import { type AskedOf, mergeConflict } from '../federation/merge-conflicts.ts';
import type { OperationKind } from '../federation/plan.ts';
import type { VariableValues } from './canonical-name.ts';
import {
  entityText,
  isObjectType,
  onType,
  type QueryText,
  type RequestDocument,
  representationLists,
  requestText,
  rootText,
  variableTexts,
} from './request-text.ts';
import type { Selection } from './selection.ts';
import { type EntityWant, type RootWant, representationText, type Want } from './want.ts';

export interface EntityBatch {
  /** The response name of its `_entities` field. */
  readonly alias: string;
  readonly wants: readonly EntityWant[];
}

export interface OriginRequest {
  /** JSON: query and variables. */
  readonly body: string;
  readonly roots: readonly RootWant[];
  readonly batches: readonly EntityBatch[];
}

/**
 * @param document of the fetch, for what belongs to all of it
 * @param variables as the client sent them: those that are used are passed on, an absent one stays absent
 */
export function composeRequest(
  wants: readonly Want[],
  operationKind: OperationKind,
  document: RequestDocument,
  variables: VariableValues,
): OriginRequest {
  const roots = wants.filter((want) => want.kind === 'root');
  const batches = toBatches(wants.filter((want) => want.kind === 'entity'));
  const asked = batches.map(({ alias, wants: entities }) => ({ alias, ...entitySelections(entities) }));
  const text = requestText(
    roots.map(({ field }) => rootText(field)),
    asked,
    operationKind,
    document,
  );
  const lists = batches.map(({ wants: entities }) => entities.map(representationText).join(','));
  const values = [...representationLists(text, lists), ...variableTexts(text, variables)];
  return { body: `${text.head}${values.join(',')}}}`, roots, batches };
}

/** What a want asks for, to tell one selection from another. */
export const wantText = (want: Want): QueryText =>
  want.kind === 'root' ? rootText(want.field) : entityText(want.typename, want.selection);

function toBatches(wants: readonly EntityWant[]): EntityBatch[] {
  const bySelection = Map.groupBy(wants, (want) => want.selection);
  const lists = [...bySelection.values()].flatMap(apartWhereTypesConflict);
  return lists.map((list, index) => ({ alias: lists.length === 1 ? '_entities' : `_e${index}`, wants: list }));
}

/**
 * Types of one interface may give a field, or one below it, types of their own (`String!` and `String`), which fragments beside
 * each other must not have under one name: each type then has an `_entities` of its own.
 */
function apartWhereTypesConflict(wants: readonly EntityWant[]): readonly (readonly EntityWant[])[] {
  const byType = Map.groupBy(wants, (want) => want.typename);
  const [{ selection } = { selection: null }] = wants;
  return byType.size > 1 && selection !== null && doConflict([...byType.keys()].sort(), selection)
    ? [...byType.values()]
    : [wants];
}

const conflicts = new WeakMap<Selection, Map<string, boolean>>();

/** Found out once for the types that a selection is asked of together. */
function doConflict(typenames: readonly string[], selection: Selection): boolean {
  const known = conflicts.get(selection) ?? new Map<string, boolean>();
  conflicts.set(selection, known);
  const key = typenames.join(' ');
  let found = known.get(key);
  if (found === undefined) {
    found =
      typenames.every((typename) => isObjectType(typename, selection)) &&
      mergeConflict(
        typenames.map((typename) => askedOf(typename, selection)),
        selection.subgraph,
      ) !== null;
    known.set(key, found);
  }
  return found;
}

const askedOf = (typename: string, selection: Selection): AskedOf => ({
  typename,
  asked: selection.shape(typename).fields.map(({ name, responseName, argumentsText, selection: below }) => ({
    kind: 'field',
    name,
    responseName,
    argumentsText,
    children: below?.selected ?? null,
  })),
});

/** One inline fragment for each type among the representations; all of the selection where one is an interface's name. */
function entitySelections(wants: readonly EntityWant[]): QueryText {
  const typenames = [...new Set(wants.map((want) => want.typename))];
  const [{ selection } = { selection: null }] = wants;
  if (selection === null) return { text: '', used: [] };
  const byInterface = typenames.find((typename) => !isObjectType(typename, selection));
  if (byInterface !== undefined) {
    const { text, used } = entityText(byInterface, selection);
    return { text: text.slice(1, -1), used };
  }
  const asked = typenames.map((typename) => onType(typename, selection));
  return { text: asked.map(({ text }) => text).join(' '), used: asked.flatMap(({ used }) => used) };
}
