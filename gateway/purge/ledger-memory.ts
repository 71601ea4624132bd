// The tags that the ledger remembers, and what happens when there are too many: types stand for them, then subgraphs.

import { typeTag } from '../../schema/tag.ts';
import type { TagDigest } from '../cache/judge.ts';
import type { PurgedTag } from './event-tags.ts';
import { createTagDigest } from './tag-digest.ts';
import { createTagOwners } from './tag-owners.ts';
import { createTagTable } from './tag-table.ts';

export interface LedgerMemoryOptions {
  readonly maxTags: number;
  /** A random whole number from 0 to 2^32 − 1. */
  readonly randomUint32: () => number;
  /** Tags of the subgraph were forgotten: entries older than this position must be refused. */
  readonly forgotten: (subgraph: string, position: number) => void;
}

export interface LedgerMemory {
  digest(tag: string): TagDigest;
  /** @see TagTable.lastPurge */
  lastPurge(tag: TagDigest): number;
  purge(subgraph: string, tags: readonly PurgedTag[], position: number): void;
  /** Forgets all tags of these subgraphs, where positions that are known so far mean nothing any more. */
  clear(subgraphs: ReadonlySet<string>): void;
  readonly tagCount: number;
  readonly sizeBytes: number;
}

export function createLedgerMemory({ maxTags, randomUint32, forgotten }: LedgerMemoryOptions): LedgerMemory {
  const digest = createTagDigest([randomUint32(), randomUint32()]);
  const owners = createTagOwners();
  const table = createTagTable({
    maxTags,
    kindOf: (owner) => owners.get(owner).kind,
    givenUp(owner, position) {
      const { subgraph, typename } = owners.get(owner);
      if (typename === null) forgotten(subgraph, position);
      else table.purge(digest(typeTag(subgraph, typename)), position, owners.ownerOf('pinned', subgraph, null));
    },
  });
  return {
    digest,
    lastPurge: table.lastPurge,
    purge(subgraph, tags, position) {
      for (const { tag, typename, kept } of tags) {
        const kind = kept === 'always' ? 'pinned' : typename === null ? 'dear' : 'cheap';
        table.purge(digest(tag), position, owners.ownerOf(kind, subgraph, typename));
      }
    },
    clear(subgraphs) {
      if (subgraphs.size > 0) table.forget((owner) => subgraphs.has(owners.get(owner).subgraph));
    },
    get tagCount() {
      return table.tagCount;
    },
    get sizeBytes() {
      return table.sizeBytes;
    },
  };
}
