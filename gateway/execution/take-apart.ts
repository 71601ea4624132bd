// Takes a subgraph's answer apart: to each want its own data, and whether errors touch it; to each error its place.

import type { OriginRequest } from './origin-request.ts';
import { isJsonObject, type JsonObject } from './read-json.ts';
import type { PlacedError, Run } from './run.ts';
import type { SubgraphAnswer, SubgraphError } from './subgraph-client.ts';
import { isTreeObject, type TreeObject, type TreeValue } from './tree.ts';
import type { EntityWant, Want } from './want.ts';

export interface WantAnswer {
  readonly want: Want;
  /** For a root want the `data` of the answer; for an entity what `_entities` gave, null for "not found". Undefined: nothing. */
  readonly json: JsonObject | null | undefined;
  /** No error names it or anything below it. */
  readonly isClean: boolean;
  /** Its place in `_entities`, for what the subgraph says by position; null for root wants. */
  readonly index: number | null;
}

type Answered = Extract<SubgraphAnswer, { kind: 'answer' }>;

export interface WantError {
  readonly error: PlacedError;
  /** The entity that it is about; null for the rest. */
  readonly want: Want | null;
}

/** @returns one answer for each want of the request, and the errors placed in the request's data */
export function takeApart(
  request: OriginRequest,
  answer: Answered,
  subgraph: string,
  run: Run,
): { readonly answers: readonly WantAnswer[]; readonly errors: readonly WantError[] } {
  const extra: WantError[] = [];
  const allTouched = answer.errors.some((error) => error.path === null || error.path.length === 0);
  const touched = new Set(answer.errors.map((error) => touchKey(error)));
  const answers: WantAnswer[] = request.roots.map((want) => ({
    want,
    json: answer.data,
    isClean: !allTouched && !touched.has(want.field.responseName),
    index: null,
  }));
  for (const { alias, wants } of request.batches) {
    const list = answer.data === null ? null : entitiesOf(answer.data, alias, wants.length, subgraph, extra);
    wants.forEach((want, index) => {
      const item = list?.[index];
      const json = item === null || isJsonObject(item) ? item : undefined;
      const isClean = !allTouched && !touched.has(alias) && !touched.has(`${alias}/${index}`);
      answers.push({ want, json, isClean, index });
    });
  }
  return { answers, errors: [...placeErrors(request, answer.errors, subgraph, run), ...extra] };
}

/** The root field, or the entity by its position, that an error is about. */
function touchKey({ path }: SubgraphError): string {
  if (path === null) return '';
  const [field, index] = path;
  return typeof index === 'number' && isEntitiesAlias(field) ? `${field}/${index}` : String(field);
}

const isEntitiesAlias = (name: string | number | undefined): boolean =>
  typeof name === 'string' && /^_(entities|e\d+)$/.test(name);

function entitiesOf(
  data: JsonObject,
  alias: string,
  count: number,
  subgraph: string,
  errors: WantError[],
): readonly unknown[] | null {
  const list = data[alias];
  if (Array.isArray(list) && list.length === count) return list;
  const message = Array.isArray(list)
    ? `Expected "data._entities" to contain ${count} elements`
    : 'Expected "data._entities" in response to be an array';
  const extensions = { code: 'INTERNAL_SERVER_ERROR', serviceName: subgraph };
  errors.push({ error: { message, path: null, extensions }, want: null });
  return null;
}

function placeErrors(
  request: OriginRequest,
  errors: readonly SubgraphError[],
  subgraph: string,
  run: Run,
): WantError[] {
  if (errors.length === 0) return [];
  const places = placesIn(run.root);
  return errors.flatMap((error): WantError[] => {
    const extensions = {
      ...error.extensions,
      serviceName: subgraph,
      code: error.extensions.code ?? 'DOWNSTREAM_SERVICE_ERROR',
    };
    const message = error.message === '' ? `Error while fetching subquery from service "${subgraph}"` : error.message;
    const [field, index, ...below] = error.path ?? [];
    const entity = typeof index === 'number' ? wantAt(request, field, index) : null;
    const at = (path: PlacedError['path']): WantError => ({ error: { message, path, extensions }, want: entity });
    if (error.path === null) return [at(null)];
    const targets: readonly TreeObject[] = entity?.targets ?? request.roots[0]?.targets ?? [];
    const rest = entity === null ? error.path : below;
    const prefixes = targets.flatMap((target) => {
      const place = places.get(target);
      return place === undefined ? [] : [place];
    });
    return prefixes.length === 0 ? [at(null)] : prefixes.map((prefix) => at([...prefix, ...rest]));
  });
}

function wantAt(request: OriginRequest, alias: string | number | undefined, index: number): EntityWant | null {
  const batch = request.batches.find((candidate) => candidate.alias === alias);
  return batch?.wants[index] ?? null;
}

/** Where each object of the request's data stands. Walks all of it: only for errors. */
function placesIn(root: TreeObject): ReadonlyMap<TreeObject, readonly (string | number)[]> {
  const places = new Map<TreeObject, readonly (string | number)[]>();
  const walk = (value: TreeValue | undefined, path: readonly (string | number)[]): void => {
    if (Array.isArray(value)) value.forEach((item, index) => void walk(item, [...path, index]));
    else if (isTreeObject(value)) {
      places.set(value, path);
      for (const name of Object.keys(value)) walk(value[name], [...path, name]);
    }
  };
  walk(root, []);
  return places;
}
