// Asks the judge about a slice that is not packed: for what a shard gave and L1 does not keep.

import type { Judge, Stamp, TagDigest, Verdict } from './judge.ts';
import { allTags } from './key-tags.ts';
import type { RecordAddress, Slice } from './record.ts';
import { baseTags, entityTagOf } from './record-address.ts';

/** @returns the verdict at `nowAt`; `purged` where the record's key cannot be read: nothing could purge the slice */
export function createSliceJudge(judge: Judge): (slice: Slice, address: RecordAddress, nowAt: number) => Verdict {
  return (slice, address, nowAt) => {
    if (address.kind === 'entity' && entityTagOf(address) === null) return 'purged';
    return judge.judge(new JudgedSlice(slice, address, judge), address.subgraph, address.policy, nowAt);
  };
}

/** Its tags are only made when the judge looks at them: as a rule nothing of the subgraph was purged since. */
class JudgedSlice {
  readonly stamp: Stamp;
  readonly expiresAt: number;
  readonly slice: Slice;
  readonly address: RecordAddress;
  readonly judge: Judge;

  constructor(slice: Slice, address: RecordAddress, judge: Judge) {
    this.stamp = slice.stamp;
    this.expiresAt = slice.expiresAt;
    this.slice = slice;
    this.address = address;
    this.judge = judge;
  }

  get tags(): readonly TagDigest[] {
    const { slice, address, judge } = this;
    return [...(baseTags(address) ?? []), ...allTags(address, slice)].map((tag) => judge.digest(tag));
  }
}
