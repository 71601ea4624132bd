// Gives each error of a subgraph its place in the request's data.

import type { EntityBatch, OriginRequest } from './origin-request.ts';
import type { SubgraphError } from './read-answer.ts';
import type { PlacedError, Run } from './run.ts';
import { isTreeObject, type TreeObject, type TreeValue } from './tree.ts';
import type { EntityWant, Want } from './want.ts';

type Path = readonly (string | number)[];

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
    const batch = entity === null ? batchNamed(request, field) : null;
    if (batch !== null) {
      const paths = parentsOf(batch, places);
      return paths.length === 0 ? [at(null)] : paths.map(at);
    }
    const targets: readonly TreeObject[] = entity?.targets ?? request.roots[0]?.targets ?? [];
    const rest = entity === null ? error.path : below;
    const prefixes = targets.flatMap((target) => {
      const place = places.get(target);
      return place === undefined ? [] : [place];
    });
    return prefixes.length === 0 ? [at(null)] : prefixes.map((prefix) => at([...prefix, ...rest]));
  });
}

const batchNamed = (request: OriginRequest, alias: string | number | undefined): EntityBatch | null =>
  request.batches.find((candidate) => candidate.alias === alias) ?? null;

const wantAt = (request: OriginRequest, alias: string | number | undefined, index: number): EntityWant | null =>
  batchNamed(request, alias)?.wants[index] ?? null;

/**
 * Of an error about all that was asked for: each field that holds some of it, once. Not each entity, there may be thousands; and not
 * `_entities`, which stands nowhere in the answer.
 */
function parentsOf({ wants }: EntityBatch, places: ReadonlyMap<TreeObject, Path>): readonly Path[] {
  const parents = new Map<string, Path>();
  for (const target of wants.flatMap(({ targets }) => targets)) {
    const place = places.get(target);
    if (place === undefined) continue;
    const firstIndex = place.findIndex((step) => typeof step === 'number');
    const parent = firstIndex === -1 ? place : place.slice(0, firstIndex);
    parents.set(JSON.stringify(parent), parent);
  }
  return [...parents.values()];
}

/** Where each object of the request's data stands. Walks all of it: only for errors. */
function placesIn(root: TreeObject): ReadonlyMap<TreeObject, Path> {
  const places = new Map<TreeObject, Path>();
  const walk = (value: TreeValue | undefined, path: Path): void => {
    if (Array.isArray(value)) value.forEach((item, index) => void walk(item, [...path, index]));
    else if (isTreeObject(value)) {
      places.set(value, path);
      for (const name of Object.keys(value)) walk(value[name], [...path, name]);
    }
  };
  walk(root, []);
  return places;
}
