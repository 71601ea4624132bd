// The lists under `_entities` of an answer, as far as they are what they have to be.

import type { OriginRequest } from './origin-request.ts';
import type { PlacedError } from './run.ts';
import type { TreeObject, TreeValue } from './tree.ts';

/** @returns one list for each batch, as long as its wants; null where there is none, with an error */
export function entityLists(
  data: TreeObject,
  { batches }: OriginRequest,
  subgraph: string,
): { readonly lists: readonly (readonly TreeValue[] | null)[]; readonly errors: readonly PlacedError[] } {
  const errors: PlacedError[] = [];
  const lists = batches.map(({ alias, wants }) => {
    const list = data[alias];
    if (Array.isArray(list) && list.length === wants.length) return list;
    const message = Array.isArray(list)
      ? `Expected "data._entities" to contain ${wants.length} elements`
      : 'Expected "data._entities" in response to be an array';
    errors.push({ message, path: null, extensions: { code: 'INTERNAL_SERVER_ERROR', serviceName: subgraph } });
    return null;
  });
  return { lists, errors };
}
