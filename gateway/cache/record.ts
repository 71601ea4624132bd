// Records, slices and the address of a record: the shapes that the entity store keeps and its readers see.

import type { FieldShapes } from './field-shape.ts';
import type { FinishedResponses } from './finished.ts';
import type { Policy, Stamp } from './judge.ts';
import type { KeyTags } from './key-tags.ts';
import type { Value } from './value.ts';

/** Where a record lives. Two addresses name one record exactly when their `text` is equal. */
export interface RecordAddress {
  /** Everything that tells records apart, escaped: format, graph, subgraph, shape digest, type, key, variant. */
  readonly text: string;
  readonly subgraph: string;
  /** An entity type, or a root type for a root field. */
  readonly typename: string;
  /** The key fields as canonical JSON text; for a root field its canonical name with arguments. */
  readonly keyText: string;
  readonly kind: 'entity' | 'root';
  /** '' for what everyone may share; else the subject's hash, keyed headers and `@requires` inputs, digested. */
  readonly variant: string;
  readonly policy: Policy;
}

/** One fetch's fields of one record. Never changed after it is made. */
export interface Slice {
  readonly stamp: Stamp;
  /** Tags beyond those that follow from the address (`baseTags`): any change, lists, what is held within, declared ones. */
  readonly tags: readonly string[];
  /** Those that are made from the key, beside `tags`; absent: none, or they stand among them. */
  readonly keyTags?: KeyTags | undefined;
  /** Epoch ms. */
  readonly storedAt: number;
  readonly expiresAt: number;
  /** The type that the subgraph said this entity is; null for a root field, and for an entity that was not found. */
  readonly typename: string | null;
  /** Null: the subgraph answered that there is no such entity. */
  readonly fields: ReadonlyMap<string, Value> | null;
}

/** Live slices only, the newest first: whoever reads them may serve them at `nowAt` of the read. */
export interface LiveRecord {
  readonly address: RecordAddress;
  readonly slices: readonly Slice[];
  readonly tier: 'l1' | 'l2';
}

/** Why there is nothing to serve. `stale`: there was something, and the judge refused it. An error is not a miss. */
export type NoRecord = 'miss' | 'stale' | 'bypass' | 'error';

export interface EntityStore {
  /** What was put together from the entries. */
  readonly finished: Pick<FinishedResponses, 'find' | 'keep'>;
  /** For the fields of slices that are written: those whose texts stand by themselves can be packed where they are made. */
  readonly shapes: Pick<FieldShapes, 'of' | 'ofList'>;
  /** L1 alone, at once. Judged. */
  peek(address: RecordAddress, nowAt: number): LiveRecord | NoRecord;
  /** False: there are no shards, `readMany` finds what `peek` finds. */
  readonly hasShards: boolean;
  /**
   * L1, then the shards: one multi-get per shard for all that is asked in one turn of the event loop. Judged.
   * Never rejects and never takes longer than the shard deadline: a shard that fails is 'error' for its addresses.
   * @returns as many as were asked, in order
   */
  readMany(addresses: readonly RecordAddress[], nowAt: number): Promise<readonly (LiveRecord | NoRecord)[]>;
  /** Adds a slice to its record: in L1 at once, in its shard soon. Never waits, never throws; a full queue drops, counted. */
  write(address: RecordAddress, slice: Slice): void;
  /** Drops a record from L1, with the finished responses that hold the entity, and asks its shard to: what a mutation returned. */
  drop(address: RecordAddress): void;
  /** For the janitor. Resolves when the shard has removed the public record, rejects when it could not. */
  remove(subgraph: string, typename: string, keyText: string): Promise<void>;
}
