// Finds the owner of a record among the shards, and says in words why one could not remove it.

import { GatewayError } from '../errors.ts';
import type { ShardTrouble } from './cache-metrics.ts';
import type { RecordAddress } from './record.ts';
import { ownerKey } from './record-address.ts';
import { createRing } from './ring.ts';
import type { Shard } from './shard-guard.ts';

export interface Sides<Side> {
  readonly all: readonly Side[];
  /** Null when there are no shards. */
  owner(address: RecordAddress): Side | null;
}

/** @param make called once for each shard */
export function sidesOf<Side>(shards: readonly Shard[], make: (shard: Shard) => Side): Sides<Side> {
  const byName = new Map(shards.map((shard) => [shard.name, make(shard)]));
  const all = [...byName.values()];
  if (all.length === 0) return { all, owner: () => null };
  const ring = createRing([...byName.keys()]);
  return {
    all,
    owner: ({ subgraph, typename, keyText }) => byName.get(ring.owner(ownerKey(subgraph, typename, keyText))) ?? null,
  };
}

/** A removal that the janitor must try again. */
export function removalFailed(shard: string, trouble: ShardTrouble, cause: unknown): GatewayError {
  const message = `Expected shard ${shard} to remove a record, `;
  switch (trouble) {
    case 'away':
      return new GatewayError('SHARD_UNREACHABLE', `${message}but it is not connected`, { cause });
    case 'broken':
      return new GatewayError('SHARD_UNREACHABLE', `${message}but the connection failed`, { cause });
    case 'open':
      return new GatewayError('SHARD_TIMEOUT', `${message}but it failed before and is left alone for a while`, {
        cause,
      });
    case 'late':
      return new GatewayError('SHARD_TIMEOUT', `${message}but it did not answer in time`, { cause });
    case 'refused':
      return new GatewayError('SHARD_FAILED', `${message}but it answered with an error`, { cause });
  }
}
