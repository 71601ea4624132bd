// Plants violations into histories, and looks whether the judge finds them and nothing else.
import { describe, expect, it } from 'vitest';
import { type Commit, judgeHistory, quantile, type Read } from './judge.ts';

const S = 5_000;

const commit = (value: string, sentAt: number, ackedAt: number | null = sentAt + 10, key = 'k'): Commit => ({
  key,
  value,
  sentAt,
  ackedAt,
});

const read = (value: string, startedAt: number, endedAt = startedAt + 5, key = 'k'): Read => ({
  key,
  value,
  startedAt,
  endedAt,
  by: 'test',
  answer: null,
});

const HISTORY = [commit('1', 0), commit('2', 1_000), commit('3', 20_000)];

describe('judgeHistory', () => {
  it('finds nothing in reads of the value that is there', () => {
    const { violations, stalenessMs } = judgeHistory(HISTORY, [read('1', 500), read('2', 1_500), read('3', 90_000)], S);
    expect(violations).toEqual([]);
    expect(stalenessMs).toEqual([]);
  });

  it('lets a superseded value pass until S after the acknowledgement of what superseded it', () => {
    const last = read('1', 1_010 + S);
    const { violations, stalenessMs } = judgeHistory(HISTORY, [last], S);
    expect(violations).toEqual([]);
    expect(stalenessMs).toEqual([S]);
  });

  it('finds a value that was superseded 1 ms longer than S before the read began', () => {
    const late = read('1', 1_011 + S);
    expect(judgeHistory(HISTORY, [late], S).violations).toEqual([{ kind: 'stale', read: late, staleMs: S + 1 }]);
  });

  it('judges by when the read began, however late it ended', () => {
    expect(judgeHistory(HISTORY, [read('1', 1_005, 60_000)], S).violations).toEqual([]);
  });

  it('finds a value before its commit was sent', () => {
    const early = read('3', 19_000, 19_999);
    expect(judgeHistory(HISTORY, [early], S).violations).toEqual([{ kind: 'unwritten', read: early, staleMs: null }]);
  });

  it('lets a value pass while its commit is under way', () => {
    expect(judgeHistory(HISTORY, [read('3', 19_990, 20_000)], S).violations).toEqual([]);
  });

  it('finds a value that nobody wrote, and a key that nobody wrote', () => {
    const { violations } = judgeHistory(HISTORY, [read('4', 500), read('1', 500, 505, 'other')], S);
    expect(violations.map(({ kind }) => kind)).toEqual(['unwritten', 'unwritten']);
  });

  it('keeps the histories of keys apart', () => {
    const other = [commit('1', 0, 10, 'other'), commit('2', 50_000, 50_010, 'other')];
    const { violations } = judgeHistory([...HISTORY, ...other], [read('1', 40_000, 40_005, 'other')], S);
    expect(violations).toEqual([]);
  });

  it('takes a value that came twice for the later of the two', () => {
    const back = [commit('a', 0), commit('b', 1_000), commit('a', 20_000)];
    expect(judgeHistory(back, [read('a', 60_000)], S).violations).toEqual([]);
    expect(judgeHistory(back, [read('a', 19_000)], S).violations).toHaveLength(1);
  });

  it('does not hold a commit of unknown outcome against the value before it, but the next certain one', () => {
    const unknown = [commit('1', 0), commit('2', 1_000, null), commit('3', 20_000)];
    expect(judgeHistory(unknown, [read('1', 15_000), read('2', 15_000)], S).violations).toEqual([]);
    expect(judgeHistory(unknown, [read('1', 26_000), read('2', 26_000)], S).violations).toHaveLength(2);
  });

  it('counts the reads that overlap [commit, commit + S], and not those after the first value of a key', () => {
    const reads = [
      read('1', 100),
      read('1', 990, 1_000),
      read('2', 1_010 + S),
      read('2', 1_016 + S),
      read('3', 20_001),
    ];
    expect(judgeHistory(HISTORY, reads, S).insideCount).toBe(3);
  });

  it('says how stale reads were, ascending', () => {
    const { stalenessMs } = judgeHistory(HISTORY, [read('1', 3_010), read('1', 1_510), read('2', 3_000)], S);
    expect(stalenessMs).toEqual([500, 2_000]);
  });
});

describe('quantile', () => {
  it('gives the value at a share of ascending values, and 0 of none', () => {
    const values = Array.from({ length: 100 }, (_, index) => index);
    expect([quantile(values, 0.5), quantile(values, 0.99), quantile(values, 1), quantile([], 0.5)]).toEqual([
      50, 99, 99, 0,
    ]);
  });
});
