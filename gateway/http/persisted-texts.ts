// Texts of operations by their hash (automatic persisted queries): Apollo Server registers them here, and both roads find them.

import { LRUCache } from 'lru-cache';
import { type ApolloStore, storeForApollo } from './apollo-store.ts';

export interface PersistedTexts {
  /** @param hash as the client sent it. @returns a text whose SHA-256 it is: Apollo Server has reckoned it, and validated the text */
  find(hash: string): string | undefined;
  /** What Apollo Server takes as `persistedQueries.cache`. */
  readonly cache: ApolloStore<string>;
}

/** Characters of all texts: some 10,000 operations as clients write them. The least recently used go first. */
const LARGEST_TEXTS_LENGTH = 16 * 1024 * 1024;
/** What Apollo Server puts before each hash. */
const PREFIX = 'apq:';

export function createPersistedTexts(): PersistedTexts {
  const texts = new LRUCache<string, string>({
    maxSize: LARGEST_TEXTS_LENGTH,
    sizeCalculation: (text, key) => text.length + key.length,
  });
  return {
    find: (hash) => texts.get(`${PREFIX}${hash}`),
    cache: storeForApollo(texts),
  };
}
