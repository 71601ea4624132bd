// Documents that Apollo Server has parsed and validated, for whoever goes its way again.
//
// Its own store counts the JSON of a document, which leaves out the text that each one holds on to: comments without end would count nothing.

import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** What Apollo Server takes as `documentStore`. */
interface DocumentStore {
  get(key: string): Promise<DocumentNode | undefined>;
  set(key: string, document: DocumentNode): Promise<void>;
  delete(key: string): Promise<boolean>;
}

/** Characters of all texts: with its places and tokens a document takes some hundred times as many bytes. The least recently used go first. */
const LARGEST_TEXTS_LENGTH = 1024 * 1024;

export function createKeptDocuments(): DocumentStore {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: LARGEST_TEXTS_LENGTH,
    sizeCalculation: ({ loc }, key) => (loc?.source.body.length ?? 0) + key.length,
  });
  return {
    get: async (key) => documents.get(key),
    set: async (key, document) => void documents.set(key, document),
    delete: async (key) => documents.delete(key),
  };
}
