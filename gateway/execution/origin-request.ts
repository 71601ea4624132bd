// Puts all that a step misses into one GraphQL request: root fields, and one `_entities` for each selection.

import type { OperationKind } from '../federation/plan.ts';
import type { VariableValues } from './canonical-name.ts';
import type { FieldPlan, Selected, Selection, Shape } from './selection.ts';
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
 * @param definitions of the operation's variables, `$n: Int = 3` by name
 * @param variables as the client sent them: those that are used are passed on, an absent one stays absent
 */
export function composeRequest(
  wants: readonly Want[],
  operationKind: OperationKind,
  definitions: ReadonlyMap<string, string>,
  variables: VariableValues,
): OriginRequest {
  const roots = wants.filter((want) => want.kind === 'root');
  const batches = toBatches(wants.filter((want) => want.kind === 'entity'));
  const used = new Set<string>();
  const fields = roots.map((want) => fieldText(want.field, used));
  const header: string[] = [];
  const values: string[] = [];
  const selections = batches.map(({ wants: entities }) => entitySelections(entities, used));
  for (const [index, { alias, wants: entities }] of batches.entries()) {
    const variable = freeName(batches.length === 1 ? 'representations' : `representations${alias}`, used);
    const call = `_entities(representations: $${variable})`;
    fields.push(`${alias === '_entities' ? call : `${alias}: ${call}`}{${selections[index]}}`);
    header.push(`$${variable}: [_Any!]!`);
    values.push(`"${variable}":[${entities.map(representationText).join(',')}]`);
  }
  for (const name of used) {
    header.push(definitions.get(name) ?? `$${name}: String`);
    if (Object.hasOwn(variables, name) && variables[name] !== undefined) {
      values.push(`${JSON.stringify(name)}:${JSON.stringify(variables[name])}`);
    }
  }
  const keyword = operationKind === 'mutation' || header.length > 0 ? operationKind : '';
  const query = `${keyword}${header.length === 0 ? '' : `(${header.join(', ')})`}{${fields.join(' ')}}`;
  return { body: `{"query":${JSON.stringify(query)},"variables":{${values.join(',')}}}`, roots, batches };
}

/** A variable's name that the client's operation does not use. */
function freeName(name: string, used: ReadonlySet<string>): string {
  return used.has(name) ? freeName(`_${name}`, used) : name;
}

/** The fields of a selection as text, for a request and to tell one selection from another. */
export function shapeText(shape: Shape, used: Set<string>): string {
  const known = shapeTexts.get(shape);
  if (known !== undefined) {
    for (const name of known.used) used.add(name);
    return known.text;
  }
  const own = new Set<string>();
  const text = shape.fields.map((field) => fieldText(field, own)).join(' ');
  shapeTexts.set(shape, { text, used: [...own] });
  for (const name of own) used.add(name);
  return text;
}

const shapeTexts = new WeakMap<Shape, { readonly text: string; readonly used: readonly string[] }>();

export function fieldText(field: FieldPlan, used: Set<string>): string {
  for (const name of field.variables) used.add(name);
  const head = field.responseName === field.name ? field.name : `${field.responseName}: ${field.name}`;
  return `${head}${field.argumentsText}${field.selection === null ? '' : selectedText(field.selection.selected, used)}`;
}

/** All that was selected is left out by conditions: the object is still asked for, GraphQL knows no empty selection. */
const NOTHING_SELECTED = '{__typename}';

function selectedText(selected: readonly Selected[], used: Set<string>): string {
  const parts = selected.flatMap((item): readonly string[] => {
    if (item.kind === 'fragment') {
      if (item.children.length === 0) return [];
      return [`...${item.typename === null ? '' : ` on ${item.typename}`}${selectedText(item.children, used)}`];
    }
    for (const name of item.variables) used.add(name);
    const head = item.responseName === item.name ? item.name : `${item.responseName}: ${item.name}`;
    return [`${head}${item.argumentsText}${item.children === null ? '' : selectedText(item.children, used)}`];
  });
  return parts.length === 0 ? NOTHING_SELECTED : `{${parts.join(' ')}}`;
}

function toBatches(wants: readonly EntityWant[]): EntityBatch[] {
  const bySelection = new Map<Selection, EntityWant[]>();
  for (const want of wants) {
    const batch = bySelection.get(want.selection);
    if (batch) batch.push(want);
    else bySelection.set(want.selection, [want]);
  }
  const lists = [...bySelection.values()];
  return lists.map((list, index) => ({ alias: lists.length === 1 ? '_entities' : `_e${index}`, wants: list }));
}

/** One inline fragment for each type among the representations; all of the selection where one is an interface's name. */
function entitySelections(wants: readonly EntityWant[], used: Set<string>): string {
  const typenames = new Set(wants.map((want) => want.typename));
  const [{ selection } = { selection: null }] = wants;
  if (selection === null) return '';
  if ([...typenames].some((typename) => !isObjectType(typename, selection))) {
    return selectedText(selection.selected, used).slice(1, -1);
  }
  return [...typenames].map((typename) => `... on ${typename}${entityText(typename, selection, used)}`).join(' ');
}

/** @returns the selection on one type of representation, in braces; all of it for an interface: the object decides */
export function entityText(typename: string, selection: Selection, used: Set<string>): string {
  if (!isObjectType(typename, selection)) return selectedText(selection.selected, used);
  const text = shapeText(selection.shape(typename), used);
  return text === '' ? NOTHING_SELECTED : `{${text}}`;
}

const isObjectType = (typename: string, { subgraph }: Selection): boolean =>
  subgraph.types.get(typename)?.kind === 'object';
