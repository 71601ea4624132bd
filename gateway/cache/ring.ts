// Tells which shard owns a key, so that every gateway asks the same one.

import { GatewayError } from '../errors.ts';

export interface Ring {
  /** In the order of their text, whatever order they were given in. */
  readonly shards: readonly string[];
  /**
   * Tells which shard owns a key, by highest random weight.
   * Two processes given the same shard names, in any order, agree. Removing one of n shards moves 1/n of the keys and no others.
   * @param ownerKey any text, see `ownerKey` @returns a name out of `shards`
   * @see Thaler and Ravishankar, "Using name-based mappings to increase hit rates", 1998.
   */
  owner(ownerKey: string): string;
}

/** @throws {GatewayError} RING_EMPTY */
export function createRing(names: readonly string[]): Ring {
  const shards = [...new Set(names)].sort();
  const [first] = shards;
  if (first === undefined) throw new GatewayError('RING_EMPTY', 'Expected the name of at least one shard, got none');
  const seeds = shards.map((name) => ({ name, seed: hashText(name) }));
  return {
    shards,
    owner(ownerKey) {
      if (shards.length === 1) return first;
      const key = hashText(ownerKey);
      let owner = first;
      let highest = -1;
      for (const { name, seed } of seeds) {
        const weight = mix(mix(key.high ^ seed.high) ^ key.low ^ seed.low) >>> 0;
        if (weight > highest) {
          highest = weight;
          owner = name;
        }
      }
      return owner;
    },
  };
}

/** 64 bits in two halves. Not for secrets: who can choose keys can choose their shard. Part of the agreement between gateways: never change it. */
function hashText(text: string): { readonly high: number; readonly low: number } {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x9e3779b1);
    low = Math.imul(low ^ unit, 0x5f356495);
  }
  return { high: mix(high ^ (low >>> 13)), low: mix(low ^ (high >>> 13)) };
}

/** The finalizer of MurmurHash3: each bit of the input moves each bit of the result. */
function mix(bits: number): number {
  let mixed = bits ^ (bits >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
