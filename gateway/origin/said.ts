// What a subgraph says beside its data, in `extensions`: tags, and lifetimes by position. Consumed, never forwarded.

import { z } from 'zod';

/** By position in `_entities`. */
export interface SaidOfEntities {
  readonly tags: readonly (readonly string[])[] | null;
  /** 0: not to be stored. Null in its place: the answer's header holds. */
  readonly ttlsMs: readonly (number | null)[] | null;
}

const rootTags = z.array(z.string());
const entityTags = z.array(z.array(z.string()));
const entityLifetimes = z.array(z.object({ maxAge: z.number().min(0).optional() }).nullable());

/** `apolloCacheTags` of root fields. @returns null for what is no list of texts: nothing of that answer's root may be stored then */
export function readRootTags(extensions: Readonly<Record<string, unknown>>): readonly string[] | null {
  if (extensions.apolloCacheTags === undefined) return [];
  const read = rootTags.safeParse(extensions.apolloCacheTags);
  return read.success ? read.data : null;
}

/**
 * `apolloEntityCacheTags` and `freshet.entities`, in step with the `_entities` that were asked.
 * @param count of entities asked. @returns null for lists of another length: nothing of that answer may be stored then
 */
export function readSaidOfEntities(
  extensions: Readonly<Record<string, unknown>>,
  count: number,
): SaidOfEntities | null {
  const { apolloEntityCacheTags: givenTags, freshet } = extensions;
  const givenTtls =
    typeof freshet === 'object' && freshet !== null && 'entities' in freshet ? freshet.entities : undefined;
  const tags = givenTags === undefined ? null : entityTags.safeParse(givenTags);
  const ttls = givenTtls === undefined ? null : entityLifetimes.safeParse(givenTtls);
  if (tags !== null && (!tags.success || tags.data.length !== count)) return null;
  if (ttls !== null && (!ttls.success || ttls.data.length !== count)) return null;
  return {
    tags: tags?.data ?? null,
    ttlsMs: ttls?.data.map((entity) => (entity?.maxAge === undefined ? null : entity.maxAge * 1000)) ?? null,
  };
}
