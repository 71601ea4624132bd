// The entity store: L1 in this process before the shards, both judged by the same rule at every read.

import type { Clock } from '../clock.ts';
import type { CacheMetrics } from './cache-metrics.ts';
import { createFinishedResponses } from './finished.ts';
import type { Judge } from './judge.ts';
import { createL1 } from './l1.ts';
import { ownText } from './packed-fields.ts';
import { createReadCounts } from './read-counts.ts';
import type { EntityStore, LiveRecord, NoRecord, RecordAddress, Slice } from './record.ts';
import { type Addressing, baseTags, storageKey } from './record-address.ts';
import { createRecordScanner } from './scan-record.ts';
import type { Shard, ShardStatus } from './shard-guard.ts';
import { createShardReader, type ShardReader, type ShardRecord } from './shard-reader.ts';
import { removalFailed, sidesOf } from './shard-sides.ts';
import { createShardWriter, type JoinSlices, type ShardWriter } from './shard-writer.ts';
import { createSliceJudge } from './slice-judge.ts';
import { createSlicePacker } from './slice-packer.ts';

export interface CacheStatus {
  readonly l1Bytes: number;
  readonly l1RecordCount: number;
  readonly shards: readonly ShardStatus[];
  /** Records for which their shards have not answered yet. */
  readonly waitingWriteCount: number;
}

/**
 * Ask `peek` first. `readMany` is for what `peek` did not have, or had without the fields that are needed: it always asks the shards,
 * where another gateway may have put more of the record, and joins what they have with what L1 has.
 */
export interface CacheStore extends EntityStore {
  status(): CacheStatus;
  /** Records of the subgraph in L1 that bear one of the tags. Walks all of them: for a dry run of a purge. */
  countBearing(subgraph: string, tags: readonly string[]): number;
  /** Records of the subgraph in L1. */
  countOf(subgraph: string): number;
  /** Resolves when all that was written or dropped before has reached its shard or was given up. */
  idle(): Promise<void>;
}

export interface StoreOptions {
  readonly judge: Judge;
  readonly addressing: Addressing;
  /** Of all that is kept in this process: a quarter of it for finished responses. */
  readonly l1MaxBytes: number;
  /** None: L1 alone. Whoever opened them closes them. */
  readonly shards: readonly Shard[];
  readonly clock: Clock;
  readonly metrics: CacheMetrics;
  /** Runs something at the end of this turn of the event loop. Default setImmediate. */
  readonly schedule?: (run: () => void) => void;
  /** Longest time that a record of a variant stays in a shard. Default: as long as it lives. */
  readonly variantTtlMaxMs?: number;
}

interface Side {
  readonly shard: Shard;
  readonly reader: ShardReader<LiveRecord | NoRecord>;
  readonly writer: ShardWriter;
}

export function createEntityStore(options: StoreOptions): CacheStore {
  const { judge, addressing, clock, metrics, schedule = (run) => void setImmediate(run) } = options;
  const packer = createSlicePacker(judge);
  const finishedMaxBytes = Math.floor(options.l1MaxBytes / 4);
  // Keyed per process: nobody outside knows it.
  const hashSeed = judge.digest('').lo;
  const finished = createFinishedResponses(judge, finishedMaxBytes, hashSeed);
  const l1 = createL1({ maxBytes: options.l1MaxBytes - finishedMaxBytes, hashSeed, packer, metrics });
  const counts = createReadCounts(metrics, schedule);

  const isL1Off = options.l1MaxBytes === 0;
  const verdictOf = createSliceJudge(judge);
  /** What the shard has, where nothing would be kept: judged as it is. Null: several slices have to be put in order. */
  const judgeAlone = (address: RecordAddress, record: readonly Slice[]): LiveRecord | NoRecord | null => {
    const [slice] = record;
    if (slice === undefined || record.length > 1) return null;
    const verdict = verdictOf(slice, address, clock.nowAt());
    counts.count(address, 'l2', verdict === 'fresh' ? 'hit' : verdict === 'bypass' ? 'bypass' : 'stale');
    return verdict === 'fresh' ? { address, slices: record, tier: 'l2' } : 'stale';
  };
  /** What L1 and the shard together have, judged when the shard has answered. Counted as what the shard alone had. */
  const join = (address: RecordAddress, record: ShardRecord): LiveRecord | NoRecord => {
    const nowAt = clock.nowAt();
    if (record === 'miss' || record === 'error') {
      counts.count(address, 'l2', record);
      const held = l1.peek(address, nowAt);
      return held === 'miss' ? record : held;
    }
    const alone = isL1Off ? judgeAlone(address, record) : null;
    if (alone !== null) return alone;
    const addition = l1.add(address, record, nowAt);
    const slices = addition.kind === 'kept' ? l1.live(address, addition.slices, nowAt) : [];
    if (slices.length > 0) {
      counts.count(address, 'l2', 'hit');
      return { address, slices, tier: 'l2' };
    }
    counts.count(address, 'l2', addition.kind === 'kept' ? 'bypass' : 'stale');
    const held = l1.peek(address, nowAt);
    return held === 'miss' ? 'stale' : held;
  };
  const joinSlices: JoinSlices = (address, slices, nowAt) => {
    const addition = l1.add(address, slices, nowAt);
    return addition.kind === 'kept' ? addition.slices : [];
  };
  const scan = createRecordScanner(packer.shapes, isL1Off ? (cut) => cut : ownText);
  const sides = sidesOf(options.shards, (shard): Side => {
    const common = { shard, shapes: packer.shapes, scan, metrics, schedule };
    return {
      shard,
      reader: createShardReader({ ...common, join }),
      writer: createShardWriter({
        ...common,
        join: isL1Off ? joinSlices : null,
        ofUse: l1.ofUse,
        clock,
        variantTtlMaxMs: options.variantTtlMaxMs ?? null,
      }),
    };
  });
  return {
    finished,
    shapes: packer.shapes,
    hasShards: sides.all.length > 0,
    peek(address, nowAt) {
      const found = isCached(address) ? l1.peek(address, nowAt) : 'bypass';
      counts.count(address, 'l1', typeof found === 'string' ? found : 'hit');
      return found;
    },
    readMany(addresses, nowAt) {
      if (addresses.length === 0) return Promise.resolve([]);
      const { promise, resolve } = Promise.withResolvers<readonly (LiveRecord | NoRecord)[]>();
      const results = new Array<LiveRecord | NoRecord>(addresses.length).fill('miss');
      let openCount = addresses.length;
      addresses.forEach((address, index) => {
        const settle = (found: LiveRecord | NoRecord): void => {
          results[index] = found;
          openCount -= 1;
          if (openCount === 0) resolve(results);
        };
        const side = sides.owner(address);
        if (!isCached(address) || isBypassed(judge, address, nowAt)) settle('bypass');
        else if (side === null) settle(l1.peek(address, nowAt));
        else side.reader.read(address, settle);
      });
      return promise;
    },
    write(address, slice) {
      const addition = isCached(address) ? l1.add(address, [slice], clock.nowAt()) : REFUSED;
      metrics.write(address.subgraph, 'l1', addition.kind === 'kept' ? 'stored' : addition.kind);
      if (addition.kind === 'kept') sides.owner(address)?.writer.write(address, addition.slices);
    },
    drop(address) {
      const [tag] = baseTags(address) ?? [];
      if (tag === undefined) finished.clear();
      else finished.drop(judge.digest(tag));
      l1.drop(address);
      sides.owner(address)?.writer.drop(address);
    },
    async remove(subgraph, typename, keyText) {
      const addresses = addressing.publicAddresses(subgraph, typename, keyText);
      for (const address of addresses) l1.drop(address);
      const [first] = addresses;
      const side = first === undefined ? null : sides.owner(first);
      if (side === null) return;
      for (const address of addresses) side.writer.forget(address);
      const answer = await side.shard.delete(addresses.map(storageKey));
      if (answer.kind === 'trouble') throw removalFailed(side.shard.name, answer.trouble, answer.cause);
    },
    countBearing(subgraph, tags) {
      const digests = tags.map(judge.digest);
      return l1.countWhere(addressing.subgraphPrefix(subgraph), (slice, keyText) =>
        digests.some((digest) => slice.bears(digest, keyText, judge)),
      );
    },
    countOf: (subgraph) => l1.countWhere(addressing.subgraphPrefix(subgraph), () => true),
    status: () => ({
      l1Bytes: l1.bytes() + finished.bytes(),
      l1RecordCount: l1.recordCount(),
      shards: options.shards.map((shard) => shard.status()),
      waitingWriteCount: sides.all.reduce((sum, { writer }) => sum + writer.waitingCount(), 0),
    }),
    async idle() {
      await Promise.all(sides.all.map(({ writer }) => writer.idle()));
    },
  };
}

const REFUSED = { kind: 'refused' } as const;

const isCached = ({ policy }: RecordAddress): boolean => policy.kind !== 'never';

/** While the log is silent for too long nothing of the subgraph would be served: the shards need not be asked. */
function isBypassed(judge: Judge, { subgraph, policy }: RecordAddress, nowAt: number): boolean {
  return policy.kind === 'bounded' && judge.asOfAgeMs(subgraph, nowAt) > policy.boundMs;
}
