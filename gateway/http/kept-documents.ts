// Documents that Apollo Server has parsed and validated, for whoever goes its way again.
//
// Its own store counts the JSON of a document, which leaves out the text that each one holds on to: comments without end would count nothing.

import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { type ApolloStore, storeForApollo } from './apollo-store.ts';

/** Characters of all texts: with its places and tokens a document takes some hundred times as many bytes. The least recently used go first. */
const LARGEST_TEXTS_LENGTH = 1024 * 1024;

/** What Apollo Server takes as `documentStore`. */
export function createKeptDocuments(): ApolloStore<DocumentNode> {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: LARGEST_TEXTS_LENGTH,
    sizeCalculation: ({ loc }, key) => (loc?.source.body.length ?? 0) + key.length,
  });
  return storeForApollo(documents);
}
