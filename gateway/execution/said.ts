// What a subgraph says beside its data: tags, and lifetimes by position. Consumed, never forwarded.

import type { JsonObject } from './read-json.ts';
import type { WantAnswer } from './take-apart.ts';

export interface Said {
  readonly tags: readonly string[];
  /** Of this entity alone; null: the answer's header holds. 0: not to be stored. */
  readonly ttlMs: number | null;
}
export function readSaid(_extensions: JsonObject, _item: WantAnswer, _batchCount: number): Said {
  return { tags: [], ttlMs: null };
}
