// What the tests of the cache are made of: addresses, slices, a judge of constant verdicts, a clock that stands still.
import { hash } from 'node:crypto';
import type { CacheMetrics } from '../../../../gateway/cache/cache-metrics.ts';
import { FORMAT_VERSION } from '../../../../gateway/cache/codec.ts';
import type { Judge, Judged, Policy, Stamp, TagDigest, Verdict } from '../../../../gateway/cache/judge.ts';
import type { RecordAddress, Slice } from '../../../../gateway/cache/record.ts';
import { type AddressFamily, type Addressing, createAddressing } from '../../../../gateway/cache/record-address.ts';
import type { Value } from '../../../../gateway/cache/value.ts';
import type { Clock } from '../../../../gateway/clock.ts';

export const BOUNDED: Policy = { kind: 'bounded', boundMs: 5_000 };
export const START_AT = 1_750_000_000_000;

/** A clock that moves when it is told. */
export interface HandClock extends Clock {
  at: number;
}

export function handClock(at = START_AT): HandClock {
  return {
    at,
    nowAt() {
      return this.at;
    },
  };
}

/** The ledger's answers, given by hand. */
export interface HandJudge extends Judge {
  position: number | null;
  verdictOf: (entry: Judged, nowAt: number) => Verdict;
  mayJoinOf: (stamp: Stamp, tags: readonly TagDigest[]) => boolean;
  asOfMs: number;
}

/** Without a word from the test: everything is fresh until it expires, and every flight may be joined. */
export function handJudge(): HandJudge {
  return {
    position: 0,
    asOfMs: 0,
    verdictOf: (entry, nowAt) => (nowAt < entry.expiresAt ? 'fresh' : 'expired'),
    mayJoinOf: () => true,
    stamp() {
      return this.position === null ? null : { logId: 'log', position: this.position };
    },
    applied() {
      return this.stamp('catalog');
    },
    judge(entry, _subgraph, _policy, nowAt) {
      return this.verdictOf(entry, nowAt);
    },
    mayJoin(stamp, tags) {
      return this.mayJoinOf(stamp, tags);
    },
    asOfAgeMs() {
      return this.asOfMs;
    },
    digest: digestOf,
  };
}

export function digestOf(tag: string): TagDigest {
  const bytes = hash('sha256', tag, 'buffer');
  return { hi: bytes.readInt32BE(0), lo: bytes.readInt32BE(4) };
}

/** Refuses entries that bear one of these tags, whatever their position. */
export function purging(...tags: readonly string[]): HandJudge['verdictOf'] {
  const purged = tags.map(digestOf);
  return (entry) => (entry.tags.some((tag) => purged.some((one) => sameDigest(one, tag))) ? 'purged' : 'fresh');
}

export function sameDigest(left: TagDigest, right: TagDigest): boolean {
  return left.hi === right.hi && left.lo === right.lo;
}

export function testAddressing(): Addressing {
  return createAddressing({ graph: 'test', formatVersion: FORMAT_VERSION });
}

export function productFamily(addressing = testAddressing(), policy = BOUNDED): AddressFamily {
  return addressing.family({ subgraph: 'catalog', shapeDigest: 'shape1', typename: 'Product', kind: 'entity', policy });
}

export function productKey(upc: number | string): string {
  return JSON.stringify({ upc: String(upc) });
}

export function product(upc: number | string, variant = ''): RecordAddress {
  return productFamily()(productKey(upc), variant);
}

export interface SliceParts {
  readonly fields?: Readonly<Record<string, Value>> | null;
  readonly position?: number;
  readonly logId?: string;
  readonly tags?: readonly string[];
  readonly storedAt?: number;
  readonly lifetimeMs?: number;
  readonly typename?: string | null;
}

export function slice(parts: SliceParts = {}): Slice {
  const { fields = { name: '"Table"' }, storedAt = START_AT, lifetimeMs = 60_000 } = parts;
  return {
    stamp: { logId: parts.logId ?? 'log', position: parts.position ?? 0 },
    tags: parts.tags ?? ['any/catalog'],
    storedAt,
    expiresAt: storedAt + lifetimeMs,
    typename: parts.typename === undefined ? (fields === null ? null : 'Product') : parts.typename,
    fields: fields === null ? null : new Map(Object.entries(fields)),
  };
}

/** A slice as plain data, to compare: L1's own form shares things and hides behind getters. */
export function plain(given: Slice): unknown {
  const { stamp, tags, storedAt, expiresAt, typename, fields } = given;
  const plainFields = fields === null ? null : plainMap(fields);
  return { stamp: { ...stamp }, tags: [...tags], storedAt, expiresAt, typename, fields: plainFields };
}

function plainMap(fields: ReadonlyMap<string, Value>): unknown {
  return [...fields].map(([name, value]) => [name, plainValue(value)]);
}

function plainValue(value: Value): unknown {
  if (value === null || typeof value === 'string') return value;
  if (isList(value)) return value.map(plainValue);
  return value.kind === 'entity' ? { ...value } : { ...value, fields: plainMap(value.fields) };
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

/** Metrics that are written down, one line each, the same ones counted. */
export function listedMetrics(): CacheMetrics & { readonly lines: Map<string, number> } {
  const lines = new Map<string, number>();
  const add = (line: string, count = 1): void => void lines.set(line, (lines.get(line) ?? 0) + count);
  return {
    lines,
    reads: (subgraph, typename, tier, result, count) => add(`read ${subgraph} ${typename} ${tier} ${result}`, count),
    write: (subgraph, tier, result) => add(`write ${subgraph} ${tier} ${result}`),
    evicted: () => add('evicted'),
    shardCall: (shard, operation, result) => add(`shard ${shard} ${operation} ${result}`),
    unreadable: (shard, reason) => add(`unreadable ${shard} ${reason}`),
    coalesced: (subgraph, count) => add(`coalesced ${subgraph}`, count),
  };
}
