// Tags that a resolver declares because the rows that it reads were found by a query: no trigger could name its reader.

import type { GraphQLResolveInfo } from 'graphql';

/** Collects for one request. */
export interface CacheTags {
  /** Says that the field being resolved, and so the entity or root field that it stands in, bears these tags. */
  add(info: Pick<GraphQLResolveInfo, 'path'>, tags: readonly string[]): void;
  /** Of the elements of the root field's list under this key, by index; undefined: none was declared. */
  byIndex(rootKey: string, length: number): readonly (readonly string[])[] | undefined;
  /** Of all root fields together. */
  all(): readonly string[];
}

type Path = GraphQLResolveInfo['path'];

export function createCacheTags(): CacheTags {
  const roots = new Map<string, Map<number, Set<string>>>();
  // For what stands directly below a root field, not in a list.
  const NO_INDEX = -1;

  return {
    add(info, tags) {
      const { key, index } = rootOf(info.path, NO_INDEX);
      const byIndex = roots.get(key) ?? new Map<number, Set<string>>();
      roots.set(key, byIndex);
      const known = byIndex.get(index) ?? new Set<string>();
      byIndex.set(index, known);
      for (const tag of tags) known.add(tag);
    },
    byIndex(rootKey, length) {
      const byIndex = roots.get(rootKey);
      return byIndex && Array.from({ length }, (_, index) => [...(byIndex.get(index) ?? [])]);
    },
    all() {
      return [...new Set([...roots.values()].flatMap((byIndex) => [...byIndex.values()].flatMap((tags) => [...tags])))];
    },
  };
}

function rootOf(path: Path, noIndex: number): { readonly key: string; readonly index: number } {
  let below: Path | undefined;
  let at: Path = path;
  while (at.prev !== undefined) {
    below = at;
    at = at.prev;
  }
  return { key: String(at.key), index: typeof below?.key === 'number' ? below.key : noIndex };
}
