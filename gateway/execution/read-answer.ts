// Reads the text of a subgraph's answer: its data as trees with the leaves as JSON text, its errors and extensions.

import { isJsonObject, type JsonObject } from './json-object.ts';
import type { OriginRequest } from './origin-request.ts';
import type { Naming } from './scan.ts';
import { scanAnswer } from './scan-answer.ts';
import { type FieldPlan, type Selection, type Shape, toldShape } from './selection.ts';
import { TreeObject, type TreeValue, toLeaf } from './tree.ts';
import { NOTHING_VERBATIM, type VerbatimFields } from './verbatim.ts';
import { type EntityWant, shapeOfEntity } from './want.ts';

/** An error as the subgraph sent it. */
export interface SubgraphError {
  readonly message: string;
  readonly path: readonly (string | number)[] | null;
  readonly extensions: Readonly<Record<string, unknown>>;
}

export interface ReadAnswer {
  /** Root fields by response name, lists of `_entities` by alias. */
  readonly data: TreeObject | null;
  readonly errors: readonly SubgraphError[];
  readonly extensions: JsonObject;
}

/** What a GraphQL answer must have, and this one has not. */
export interface NoAnswer {
  readonly expected: string;
}

/**
 * @param naming of the fields in the data, those of the root included
 * @param verbatim fields whose values may stay text; only with `plan` names, and not where there are errors: they lead into values
 */
export function readAnswer(
  text: string,
  request: OriginRequest,
  naming: Naming,
  verbatim: VerbatimFields = NOTHING_VERBATIM,
): ReadAnswer | NoAnswer {
  try {
    return read(text, request, naming, verbatim);
  } catch (error) {
    // JSON nests as deep as it likes, the stack does not.
    if (error instanceof RangeError) return { expected: 'an answer that is nested less deep' };
    throw error;
  }
}

function read(text: string, request: OriginRequest, naming: Naming, verbatim: VerbatimFields): ReadAnswer | NoAnswer {
  const scanned = scanAnswer(text, request, naming, verbatim);
  if (scanned?.rest === null) return { data: scanned.data, errors: NO_ERRORS, extensions: NO_EXTENSIONS };
  const beside = scanned === null ? undefined : parse(scanned.rest);
  if (scanned !== null && isJsonObject(beside) && !Object.hasOwn(beside, 'data')) {
    if (verbatim.size > 0 && beside.errors !== undefined) return read(text, request, naming, NOTHING_VERBATIM);
    return readBeside(scanned.data, beside);
  }
  const body = parse(text);
  if (body === undefined) return { expected: 'JSON' };
  if (!isJsonObject(body)) return { expected: 'a JSON object' };
  const { data = null } = body;
  if (data !== null && !isJsonObject(data)) return { expected: 'an object under "data"' };
  return readBeside(data === null ? null : dataTree(data, request, naming), body);
}

const NO_ERRORS: readonly SubgraphError[] = [];
const NO_EXTENSIONS: JsonObject = {};

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readBeside(data: TreeObject | null, { errors, extensions }: JsonObject): ReadAnswer | NoAnswer {
  if (errors !== undefined && errors !== null && !Array.isArray(errors)) return { expected: 'a list under "errors"' };
  if (data === null && !Array.isArray(errors)) return { expected: '"data" or "errors"' };
  // They are written into the answer as they are: what cannot be written is found out here.
  if (Array.isArray(errors)) JSON.stringify(errors);
  return {
    data,
    errors: Array.isArray(errors) ? errors.map((error) => toError(isJsonObject(error) ? error : {})) : [],
    extensions: isJsonObject(extensions) ? extensions : {},
  };
}

function toError({ message, path, extensions }: JsonObject): SubgraphError {
  const isPath = Array.isArray(path) && path.every((step) => typeof step === 'string' || typeof step === 'number');
  return {
    message: typeof message === 'string' ? message : '',
    path: isPath ? path : null,
    extensions: isJsonObject(extensions) ? extensions : {},
  };
}

function dataTree(data: JsonObject, { roots, batches }: OriginRequest, naming: Naming): TreeObject {
  const tree = new TreeObject();
  for (const { field } of roots) setField(tree, data, field, naming);
  for (const { alias, wants } of batches) {
    const list = Object.hasOwn(data, alias) ? data[alias] : undefined;
    if (Array.isArray(list)) tree[alias] = list.map((item, index) => entityTree(item, wants[index], naming));
    else if (list !== undefined) tree[alias] = toLeaf(list, 0);
  }
  return tree;
}

/** Those that nobody asked for are counted, no more. */
function entityTree(item: unknown, want: EntityWant | undefined, naming: Naming): TreeValue {
  if (want === undefined || item === null) return null;
  if (!isJsonObject(item)) return toLeaf(item, 0) ?? null;
  const told = Object.hasOwn(item, '__typename') ? item.__typename : undefined;
  return objectTree(item, shapeOfEntity(want, told), naming);
}

function objectTree(json: JsonObject, { fields }: Shape, naming: Naming): TreeObject {
  const tree = new TreeObject();
  for (const field of fields) setField(tree, json, field, naming);
  return tree;
}

function setField(tree: TreeObject, json: JsonObject, field: FieldPlan, naming: Naming): void {
  if (naming === 'plan' && !field.planned) return;
  if (!Object.hasOwn(json, field.responseName)) return;
  const value = json[field.responseName];
  const made =
    field.selection === null
      ? toLeaf(value, field.listDepth)
      : compositeTree(value, field.selection, field.listDepth, naming);
  if (made !== undefined) tree[naming === 'plan' ? field.outName : field.responseName] = made;
}

/** What is no object where one belongs is a leaf: whoever stores or writes the tree sees that it is none. */
function compositeTree(value: unknown, selection: Selection, listDepth: number, naming: Naming): TreeValue | undefined {
  if (value === null) return null;
  if (Array.isArray(value) && listDepth > 0)
    return value.map((item) => compositeTree(item, selection, listDepth - 1, naming) ?? null);
  if (isJsonObject(value)) return objectTree(value, toldShape(selection, value.__typename), naming);
  return toLeaf(value, 0);
}
