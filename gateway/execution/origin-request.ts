// Puts all that a step misses into one GraphQL request: root fields, and one `_entities` for each selection.

import { type AskedOf, mergeConflict } from '../federation/merge-conflicts.ts';
import type { OperationKind } from '../federation/plan.ts';
import type { VariableValues } from './canonical-name.ts';
import { type Directives, NO_DIRECTIVES } from './directives.ts';
import type { FetchDocument } from './fetch-document.ts';
import type { FieldPlan, Selected, Selection } from './selection.ts';
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
  document: Pick<FetchDocument, 'variableDefinitions' | 'directives'>,
  variables: VariableValues,
): OriginRequest {
  const roots = wants.filter((want) => want.kind === 'root');
  const batches = toBatches(wants.filter((want) => want.kind === 'entity'));
  const used = new Set<string>();
  const take = (query: QueryText): string => {
    for (const name of query.used) used.add(name);
    return query.text;
  };
  const fields = roots.map((want) => take(rootText(want.field)));
  const header: string[] = [];
  const values: string[] = [];
  const selections = batches.map(({ wants: entities }) => entitySelections(entities, take));
  for (const [index, { alias, wants: entities }] of batches.entries()) {
    const variable = freeName(batches.length === 1 ? 'representations' : `representations${alias}`, used);
    const call = `_entities(representations: $${variable})`;
    fields.push(`${alias === '_entities' ? call : `${alias}: ${call}`}{${selections[index]}}`);
    header.push(`$${variable}: [_Any!]!`);
    values.push(`"${variable}":[${entities.map(representationText).join(',')}]`);
  }
  const directives = directivesText(document.directives, used);
  for (const name of used) {
    header.push(document.variableDefinitions.get(name) ?? `$${name}: String`);
    if (Object.hasOwn(variables, name) && variables[name] !== undefined) {
      values.push(`${JSON.stringify(name)}:${JSON.stringify(variables[name])}`);
    }
  }
  const keyword = operationKind === 'mutation' || header.length > 0 || directives !== '' ? operationKind : '';
  const query = `${keyword}${header.length === 0 ? '' : `(${header.join(', ')})`}${directives}{${fields.join(' ')}}`;
  return { body: `{"query":${JSON.stringify(query)},"variables":{${values.join(',')}}}`, roots, batches };
}

/** A variable's name that the client's operation does not use. */
function freeName(name: string, used: ReadonlySet<string>): string {
  return used.has(name) ? freeName(`_${name}`, used) : name;
}

/** Text of a query, and the variables that it uses. */
export interface QueryText {
  readonly text: string;
  readonly used: readonly string[];
}

/** What a want asks for, to tell one selection from another. */
export const wantText = (want: Want): QueryText =>
  want.kind === 'root' ? rootText(want.field) : entityText(want.typename, want.selection);

const rootText = (field: FieldPlan): QueryText => once(field, (used) => planText(field, used));

const queryTexts = new WeakMap<object, QueryText>();

/** Written once for each owner: the same plan is sent again and again. */
function once(owner: object, write: (used: Set<string>) => string): QueryText {
  const known = queryTexts.get(owner);
  if (known !== undefined) return known;
  const used = new Set<string>();
  const made: QueryText = { text: write(used), used: [...used] };
  queryTexts.set(owner, made);
  return made;
}

function planText(field: FieldPlan, used: Set<string>): string {
  const children = field.selection?.selected ?? null;
  if (field.occurrences.length === 0) return fieldText(field, NO_DIRECTIVES, children, used);
  const texts = field.occurrences.map(({ around, own }) =>
    around.reduceRight(
      (text, directives) => `...${directivesText(directives, used)}{${text}}`,
      fieldText(field, own, children, used),
    ),
  );
  return texts.join(' ');
}

function fieldText(
  {
    name,
    responseName,
    argumentsText,
    variables,
  }: Pick<FieldPlan, 'name' | 'responseName' | 'argumentsText' | 'variables'>,
  directives: Directives,
  children: readonly Selected[] | null,
  used: Set<string>,
): string {
  for (const variable of variables) used.add(variable);
  const head = responseName === name ? name : `${responseName}: ${name}`;
  return `${head}${argumentsText}${directivesText(directives, used)}${children === null ? '' : selectedText(children, used)}`;
}

function directivesText({ text, variables }: Directives, used: Set<string>): string {
  for (const variable of variables) used.add(variable);
  return text === '' ? '' : ` ${text} `;
}

/** All that was selected is left out by conditions: the object is still asked for, GraphQL knows no empty selection. */
const NOTHING_SELECTED = '{__typename}';

function selectedText(selected: readonly Selected[], used: Set<string>): string {
  const parts = selected.flatMap((item): readonly string[] => {
    if (item.kind === 'field') return [fieldText(item, item.directives, item.children, used)];
    if (item.children.length === 0) return [];
    const condition = item.typename === null ? '' : ` on ${item.typename}`;
    return [`...${condition}${directivesText(item.directives, used)}${selectedText(item.children, used)}`];
  });
  return parts.length === 0 ? NOTHING_SELECTED : `{${parts.join(' ')}}`;
}

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
function entitySelections(wants: readonly EntityWant[], take: (text: QueryText) => string): string {
  const typenames = [...new Set(wants.map((want) => want.typename))];
  const [{ selection } = { selection: null }] = wants;
  if (selection === null) return '';
  const byInterface = typenames.find((typename) => !isObjectType(typename, selection));
  if (byInterface !== undefined) return take(entityText(byInterface, selection)).slice(1, -1);
  return typenames.map((typename) => `... on ${typename}${take(entityText(typename, selection))}`).join(' ');
}

/** The selection on one type of representation, in braces; all of it for an interface: the object decides. */
function entityText(typename: string, selection: Selection): QueryText {
  if (!isObjectType(typename, selection)) return once(selection, (used) => selectedText(selection.selected, used));
  const shape = selection.shape(typename);
  return once(shape, (used) => {
    const text = shape.fields.map((field) => planText(field, used)).join(' ');
    return text === '' ? NOTHING_SELECTED : `{${text}}`;
  });
}

const isObjectType = (typename: string, { subgraph }: Selection): boolean =>
  subgraph.types.get(typename)?.kind === 'object';
