// A cache in the form in which Apollo Server takes one.

import type { LRUCache } from 'lru-cache';

export interface ApolloStore<Value> {
  get(key: string): Promise<Value | undefined>;
  set(key: string, value: Value): Promise<void>;
  delete(key: string): Promise<boolean>;
}

export const storeForApollo = <Value extends string | object>(cache: LRUCache<string, Value>): ApolloStore<Value> => ({
  get: async (key) => cache.get(key),
  set: async (key, value) => void cache.set(key, value),
  delete: async (key) => cache.delete(key),
});
