// Gives each error of a subgraph its place in the request's data.

import type { OriginRequest } from './origin-request.ts';
import type { SubgraphError } from './read-answer.ts';
import type { PlacedError, Run } from './run.ts';
import { isTreeObject, type TreeObject, type TreeValue } from './tree.ts';
import type { EntityWant, Want } from './want.ts';

export interface WantError {
  readonly error: PlacedError;
  /** The entity that it is about; null for the rest. */
  readonly want: Want | null;
}

/** Before anything of the answer becomes part of the data. */
export function placeErrors(
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
