// The text of GraphQL requests to subgraphs: written once for each selection, as the same plan is sent again and again.

import type { OperationKind } from '../federation/plan.ts';
import type { VariableValues } from './canonical-name.ts';
import { type Directives, NO_DIRECTIVES } from './directives.ts';
import type { FetchDocument } from './fetch-document.ts';
import type { FieldPlan, Selected, Selection } from './selection.ts';

/** Of a fetch, what belongs to all of it. */
export type RequestDocument = Pick<FetchDocument, 'variableDefinitions' | 'directives'>;

/** A request without the values of its variables. */
export interface RequestText {
  /** JSON, until behind `"variables":{`. */
  readonly head: string;
  /** The variable of each `_entities`, in order. */
  readonly representations: readonly string[];
  /** Those of the client's that are used. */
  readonly used: readonly string[];
}

export function requestText(
  roots: readonly QueryText[],
  batches: readonly (QueryText & { readonly alias: string })[],
  operationKind: OperationKind,
  document: RequestDocument,
): RequestText {
  const used = new Set([...roots, ...batches].flatMap((query) => query.used));
  const directives = directivesText(document.directives, used);
  const fields = roots.map(({ text }) => text);
  const header: string[] = [];
  const representations: string[] = [];
  for (const { alias, text } of batches) {
    const variable = freeName(batches.length === 1 ? 'representations' : `representations${alias}`, used);
    const call = `_entities(representations: $${variable})`;
    fields.push(`${alias === '_entities' ? call : `${alias}: ${call}`}{${text}}`);
    header.push(`$${variable}: [_Any!]!`);
    representations.push(variable);
  }
  for (const name of used) header.push(document.variableDefinitions.get(name) ?? `$${name}: String`);
  const keyword = operationKind === 'mutation' || header.length > 0 || directives !== '' ? operationKind : '';
  const query = `${keyword}${header.length === 0 ? '' : `(${header.join(', ')})`}${directives}{${fields.join(' ')}}`;
  return { head: `{"query":${JSON.stringify(query)},"variables":{`, representations, used: [...used] };
}

/** JSON of the variables that are used. An absent one stays absent. @param variables as the client sent them */
export function variableTexts({ used }: Pick<RequestText, 'used'>, variables: VariableValues): string[] {
  return used.flatMap((name) =>
    Object.hasOwn(variables, name) && variables[name] !== undefined
      ? [`${JSON.stringify(name)}:${JSON.stringify(variables[name])}`]
      : [],
  );
}

/** JSON of the representations of each `_entities`, in order. */
export const representationLists = ({ representations }: RequestText, lists: readonly string[]): string[] =>
  representations.map((name, index) => `"${name}":[${lists[index] ?? ''}]`);

/** A variable's name that the client's operation does not use. */
function freeName(name: string, used: ReadonlySet<string>): string {
  return used.has(name) ? freeName(`_${name}`, used) : name;
}

/** Text of a query, and the variables that it uses. */
export interface QueryText {
  readonly text: string;
  readonly used: readonly string[];
}

export const rootText = (field: FieldPlan): QueryText => once(field, (used) => planText(field, used));

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

/** What is asked of entities of one object type. */
export function onType(typename: string, selection: Selection): QueryText {
  const { text, used } = entityText(typename, selection);
  return { text: `... on ${typename}${text}`, used };
}

/** The selection on one type of representation, in braces; all of it for an interface: the object decides. */
export function entityText(typename: string, selection: Selection): QueryText {
  if (!isObjectType(typename, selection)) return once(selection, (used) => selectedText(selection.selected, used));
  const shape = selection.shape(typename);
  return once(shape, (used) => {
    const text = shape.fields.map((field) => planText(field, used)).join(' ');
    return text === '' ? NOTHING_SELECTED : `{${text}}`;
  });
}

export const isObjectType = (typename: string, { subgraph }: Selection): boolean =>
  subgraph.types.get(typename)?.kind === 'object';
