// The compiled variants of all operations, in one room: an operation with n conditions has 2^n of them, and fragments may make one of them
// a thousand times as large as the client's text.

import { LRUCache } from 'lru-cache';

interface Sized {
  readonly size: number;
}

/** Makes a variant where it is not kept: once for all who ask meanwhile. One that cannot be made is not kept. */
export type VariantMemo<Variant> = (combination: string, make: () => Promise<Variant>) => Promise<Variant>;

export interface KeptVariants<Variant> {
  /** The memo of one operation. */
  forOne(): VariantMemo<Variant>;
}

/** The least recently used go first. @param maxSize of all that are kept; a larger one is made anew for each who asks */
export function createKeptVariants<Variant extends Sized>(maxSize: number): KeptVariants<Variant> {
  const kept = new LRUCache<string, Promise<Variant>>({ maxSize });
  let operationCount = 0;
  return {
    forOne() {
      operationCount += 1;
      const prefix = `${operationCount} `;
      return (combination, make) => {
        const key = prefix + combination;
        const found = kept.get(key);
        if (found !== undefined) return found;
        const made = make();
        kept.set(key, made, { size: 1 });
        made.then(
          ({ size }) => {
            if (kept.peek(key) !== made) return;
            // The size of a value that stays the same is not read again.
            kept.delete(key);
            kept.set(key, made, { size });
          },
          () => kept.delete(key),
        );
        return made;
      };
    },
  };
}
