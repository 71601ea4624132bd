// What an answer says of each of its wants beside the data.

import { readRootTags, readSaidOfEntities } from '../origin/said.ts';
import type { JsonObject } from './json-object.ts';
import type { OriginRequest } from './origin-request.ts';
import type { WantAnswer } from './take-apart.ts';

export interface Said {
  readonly tags: readonly string[];
  /** Of this want alone; null: the answer's header holds. */
  readonly ttlMs: number | null;
}

/** @returns what is said of a want; null when that cannot be told, so that it must not be stored */
export function readSaid(extensions: JsonObject, request: OriginRequest): (item: WantAnswer) => Said | null {
  const tags = readRootTags(extensions);
  const root: Said | null = tags && { tags, ttlMs: null };
  const isSaidByPosition = extensions.apolloEntityCacheTags !== undefined || extensions.freshet !== undefined;
  // Tags of the answer as a whole may be meant for the entities in it: a tag too many costs a miss.
  if (!isSaidByPosition) return () => root;
  const [batch, ...others] = request.batches;
  // Positions are those of one `_entities`; with two of them they say nothing.
  const ofEntities =
    batch === undefined || others.length > 0 ? null : readSaidOfEntities(extensions, batch.wants.length);
  return ({ index }) => {
    if (index === null) return root;
    if (ofEntities === null || root === null) return null;
    const own = ofEntities.tags?.[index] ?? [];
    return { tags: [...root.tags, ...own], ttlMs: ofEntities.ttlsMs?.[index] ?? null };
  };
}
