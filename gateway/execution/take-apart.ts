// Takes a subgraph's answer apart: to each want its own data, and whether errors touch it; to each error its place.

import { entityLists } from './entity-lists.ts';
import type { EntityBatch, OriginRequest } from './origin-request.ts';
import { placeErrors, type WantError } from './place-errors.ts';
import type { ReadAnswer, SubgraphError } from './read-answer.ts';
import type { Run } from './run.ts';
import { isTreeObject, type TreeObject } from './tree.ts';
import type { Want } from './want.ts';

export interface WantAnswer {
  readonly want: Want;
  /** For a root want the `data` of the answer; for an entity what `_entities` gave, null for "not found". Undefined: nothing. */
  readonly json: TreeObject | null | undefined;
  /** No error names it or anything below it. */
  readonly isClean: boolean;
  /** Its place in `_entities`, for what the subgraph says by position; null for root wants. */
  readonly index: number | null;
}

/** @returns one answer for each want of the request, and the errors placed in the request's data */
export function takeApart(
  request: OriginRequest,
  answer: ReadAnswer,
  subgraph: string,
  run: Run,
): { readonly answers: readonly WantAnswer[]; readonly errors: readonly WantError[] } {
  const { data } = answer;
  const found = data === null ? null : entityLists(data, request, subgraph);
  const isTouched = touchOf(answer.errors, request);
  const answers: WantAnswer[] = request.roots.map((want) => ({
    want,
    json: data,
    isClean: !isTouched(want.field.responseName, null),
    index: null,
  }));
  for (const [place, { alias, wants }] of request.batches.entries()) {
    const list = found?.lists[place];
    for (let index = 0; index < wants.length; index += 1) {
      const item = list?.[index];
      const json = item === null || isTreeObject(item) ? item : undefined;
      answers.push({ want: wants[index]!, json, isClean: !isTouched(alias, index), index });
    }
  }
  const ofLists = (found?.errors ?? []).map((error) => ({ error, want: null }));
  return { answers, errors: [...placeErrors(request, answer.errors, subgraph, run), ...ofLists] };
}

/** Is an error about this root field, or about the entity at this place of it? */
function touchOf(
  errors: readonly SubgraphError[],
  request: OriginRequest,
): (name: string, index: number | null) => boolean {
  if (errors.length === 0) return () => false;
  const isAll = errors.some((error) => !leadsSomewhere(error, request));
  const touched = new Set(errors.map((error) => touchKey(error, request)));
  return (name, index) => isAll || touched.has(name) || (index !== null && touched.has(`${name}/${index}`));
}

/** Does the error name a part of the request? One that does not may be about anything. */
function leadsSomewhere({ path }: SubgraphError, request: OriginRequest): boolean {
  if (path === null) return false;
  const [field, index] = path;
  const batch = batchNamed(field, request);
  if (batch !== undefined) return typeof index !== 'number' || index < batch.wants.length;
  return request.roots.some((want) => want.field.responseName === field);
}

/** The root field, or the entity by its position, that an error is about. */
function touchKey({ path }: SubgraphError, request: OriginRequest): string {
  if (path === null) return '';
  const [field, index] = path;
  return typeof index === 'number' && batchNamed(field, request) !== undefined ? `${field}/${index}` : String(field);
}

const batchNamed = (field: string | number | undefined, { batches }: OriginRequest): EntityBatch | undefined =>
  batches.find(({ alias }) => alias === field);
