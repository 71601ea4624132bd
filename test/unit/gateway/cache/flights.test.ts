// Coalescing: one fetch for all who want the same, and nobody gets what the cache would not have served them.
import { describe, expect, it } from 'vitest';
import { createFlights, type Fetch, type FlightRequest, type Landing } from '../../../../gateway/cache/flights.ts';
import type { Stamp } from '../../../../gateway/cache/judge.ts';
import {
  digestOf,
  handClock,
  handJudge,
  listedMetrics,
  product,
  productFamily,
  productKey,
  testAddressing,
} from './samples.ts';

function open(longestFetchMs = 10_000) {
  const judge = handJudge();
  const clock = handClock();
  const metrics = listedMetrics();
  const flights = createFlights<string>({ judge, clock, metrics, longestFetchMs });
  return { judge, clock, metrics, flights };
}

const want = (upc: number, selection = 'name'): FlightRequest => ({
  address: product(upc),
  selection,
  tags: [digestOf(`tag ${upc}`)],
});
const shareable = (value: string, tags: readonly string[] = []): Landing<string> => ({
  kind: 'shareable',
  value,
  tags: tags.map(digestOf),
});
const own = (value: string): Landing<string> => ({ kind: 'own', value });

/** A fetch that waits for the test to end it, and says what it was asked. */
function heldFetch() {
  const calls: { readonly wanted: readonly number[]; readonly stamp: Stamp | null }[] = [];
  const ends: { resolve: (landings: readonly Landing<string>[]) => void; reject: (error: Error) => void }[] = [];
  const fetch: Fetch<string> = (wanted, stamp) => {
    calls.push({ wanted, stamp });
    const { promise, resolve, reject } = Promise.withResolvers<readonly Landing<string>[]>();
    ends.push({ resolve, reject });
    return promise;
  };
  return { fetch, calls, ends };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('requests for the same thing', () => {
  it('share one fetch, which was stamped before it began', async () => {
    const { flights, judge, metrics } = open();
    judge.position = 41;
    const first = heldFetch();
    const others = heldFetch();
    const flying = [first, others, others].map(({ fetch }) => flights.fly('catalog', [want(1)], fetch));
    judge.position = 42;
    first.ends[0]?.resolve([shareable('Table')]);
    expect(await Promise.all(flying)).toEqual([['Table'], ['Table'], ['Table']]);
    expect(first.calls).toEqual([{ wanted: [0], stamp: { logId: 'log', position: 41 } }]);
    expect(others.calls).toEqual([]);
    expect(metrics.lines.get('coalesced catalog')).toBe(2);
    expect(flights.openCount()).toBe(0);
  });

  it('fetch only what nobody fetches yet, in one call, and keep their order', async () => {
    const { flights } = open();
    const [first, second] = [heldFetch(), heldFetch()];
    const one = flights.fly('catalog', [want(1), want(2)], first.fetch);
    const two = flights.fly('catalog', [want(3), want(2), want(4), want(1)], second.fetch);
    expect(second.calls.map(({ wanted }) => wanted)).toEqual([[0, 2]]);
    second.ends[0]?.resolve([shareable('three'), shareable('four')]);
    first.ends[0]?.resolve([shareable('one'), shareable('two')]);
    expect(await one).toEqual(['one', 'two']);
    expect(await two).toEqual(['three', 'two', 'four', 'one']);
  });

  it('are fetched once when they stand twice in one call', async () => {
    const { flights } = open();
    const { fetch, calls, ends } = heldFetch();
    const flying = flights.fly('catalog', [want(1), want(2), want(1)], fetch);
    ends[0]?.resolve([own('one'), own('two')]);
    expect(await flying).toEqual(['one', 'two', 'one']);
    expect(calls.map(({ wanted }) => wanted)).toEqual([[0, 1]]);
  });

  it('are not the same for another selection, another variant or another entity', async () => {
    const { flights } = open();
    const { fetch, calls, ends } = heldFetch();
    const alice = { ...want(1), address: product(1, 'alice') };
    const flying = [want(1), want(1, 'size'), alice, want(2)].map((request) =>
      flights.fly('catalog', [request], fetch),
    );
    expect(calls).toHaveLength(4);
    ends.forEach(({ resolve }, index) => void resolve([shareable(String(index))]));
    expect(await Promise.all(flying)).toEqual([['0'], ['1'], ['2'], ['3']]);
  });

  it('do not join a flight that has landed', async () => {
    const { flights } = open();
    const { fetch, calls, ends } = heldFetch();
    const flying = flights.fly('catalog', [want(1)], fetch);
    ends[0]?.resolve([shareable('old')]);
    await flying;
    void flights.fly('catalog', [want(1)], fetch);
    expect(calls).toHaveLength(2);
    ends[1]?.resolve([shareable('new')]);
  });
});

describe('a flight that began before a purge', () => {
  it('is not joined by who asks after it, and its end leaves the newer flight open', async () => {
    const { flights, judge } = open();
    const [before, after, later] = [heldFetch(), heldFetch(), heldFetch()];
    const old = flights.fly('catalog', [want(1)], before.fetch);
    judge.position = 1;
    judge.mayJoinOf = (stamp) => stamp.position >= 1;
    const young = flights.fly('catalog', [want(1)], after.fetch);
    expect(after.calls).toHaveLength(1);
    before.ends[0]?.resolve([shareable('old')]);
    expect(await old).toEqual(['old']);
    await turn();
    const joined = flights.fly('catalog', [want(1)], later.fetch);
    after.ends[0]?.resolve([shareable('new')]);
    expect([await young, await joined]).toEqual([['new'], ['new']]);
    expect(later.calls).toEqual([]);
  });

  it('gives nothing to who joined before it, when the tags that it turned out to have were purged meanwhile', async () => {
    const { flights, judge } = open();
    const [beginner, one, other] = [heldFetch(), heldFetch(), heldFetch()];
    const old = flights.fly('catalog', [want(1)], beginner.fetch);
    const flying = [one, other].map(({ fetch }) => flights.fly('catalog', [want(1)], fetch));
    judge.position = 5;
    const purged = digestOf('a list tag');
    judge.mayJoinOf = (stamp, tags) => stamp.position >= 5 || !tags.some(({ hi }) => hi === purged.hi);
    beginner.ends[0]?.resolve([shareable('old', ['a list tag'])]);
    expect(await old).toEqual(['old']);
    await turn();
    // One of the two fetches anew, and the other joins that flight: it began after the purge.
    expect([one.calls.length, other.calls.length]).toEqual([1, 0]);
    expect(one.calls[0]?.stamp).toEqual({ logId: 'log', position: 5 });
    one.ends[0]?.resolve([shareable('new', ['a list tag'])]);
    expect(await Promise.all(flying)).toEqual([['new'], ['new']]);
  });

  it('is asked about with the tags that are known of the request', async () => {
    const { flights, judge } = open();
    const { fetch, ends } = heldFetch();
    const flying = [flights.fly('catalog', [want(1)], fetch)];
    const asked: unknown[] = [];
    judge.mayJoinOf = (stamp, tags) => {
      asked.push([stamp.position, tags]);
      return true;
    };
    flying.push(flights.fly('catalog', [want(1)], fetch));
    ends[0]?.resolve([shareable('x', ['found out'])]);
    await Promise.all(flying);
    expect(asked).toEqual([
      [0, [digestOf('tag 1')]],
      [0, [digestOf('found out')]],
    ]);
  });

  it('cannot keep anyone waiting for ever: after three fetches each has a value of its own', async () => {
    const { flights, judge } = open();
    let began = 0;
    const fetch: Fetch<string> = async (wanted) => {
      began += 1;
      const value = `fetch ${began}`;
      await turn();
      return wanted.map(() => shareable(value, ['purged again and again']));
    };
    const again = digestOf('purged again and again');
    judge.mayJoinOf = (_, tags) => !tags.some(({ hi }) => hi === again.hi);
    const values = await Promise.all([1, 2, 3, 4].map(() => flights.fly('catalog', [want(1)], fetch)));
    expect(new Set(values.flat()).size).toBe(4);
    expect(flights.openCount()).toBe(0);
  });
});

describe('what may not be shared', () => {
  it('is fetched by each for itself, and for a while nobody waits for such a flight', async () => {
    const { flights, clock } = open();
    const [first, second, third] = [heldFetch(), heldFetch(), heldFetch()];
    const one = flights.fly('catalog', [want(1)], first.fetch);
    const two = flights.fly('catalog', [want(1)], second.fetch);
    first.ends[0]?.resolve([own("alice's")]);
    expect(await one).toEqual(["alice's"]);
    await turn();
    expect(second.calls).toHaveLength(1);
    const three = flights.fly('catalog', [want(1)], third.fetch);
    expect(third.calls).toHaveLength(1);
    second.ends[0]?.resolve([own("bob's")]);
    third.ends[0]?.resolve([shareable('everyone’s')]);
    expect([await two, await three]).toEqual([["bob's"], ['everyone’s']]);
    clock.at += 5_000;
    const [fourth, fifth] = [heldFetch(), heldFetch()];
    const four = [fourth, fifth].map(({ fetch }) => flights.fly('catalog', [want(1)], fetch));
    expect(fifth.calls).toEqual([]);
    fourth.ends[0]?.resolve([shareable('x')]);
    expect(await Promise.all(four)).toEqual([['x'], ['x']]);
  });

  it('is joined by nobody while the log is not known', async () => {
    const { flights, judge } = open();
    judge.position = null;
    const { fetch, calls, ends } = heldFetch();
    const flying = [1, 2].map(() => flights.fly('catalog', [want(1)], fetch));
    expect(calls.map(({ stamp }) => stamp)).toEqual([null, null]);
    expect(flights.openCount()).toBe(0);
    ends.forEach(({ resolve }) => void resolve([shareable('x')]));
    await Promise.all(flying);
  });

  it('is joined by nobody when its type is never cached', async () => {
    const { flights } = open();
    const { fetch, calls, ends } = heldFetch();
    const never = productFamily(testAddressing(), { kind: 'never' })(productKey(1), '');
    const flying = [1, 2].map(() => flights.fly('catalog', [{ ...want(1), address: never }], fetch));
    expect(calls).toHaveLength(2);
    ends.forEach(({ resolve }) => void resolve([own('x')]));
    await Promise.all(flying);
  });
});

describe('a flight that fails', () => {
  it('rejects for the one whose fetch it was; who joined fetches for itself', async () => {
    const { flights } = open();
    const [first, second] = [heldFetch(), heldFetch()];
    const one = flights.fly('catalog', [want(1)], first.fetch);
    const two = flights.fly('catalog', [want(1), want(2)], second.fetch);
    first.ends[0]?.reject(new Error('broken'));
    await expect(one).rejects.toThrow('broken');
    second.ends[0]?.resolve([shareable('two')]);
    await turn();
    expect(second.calls.map(({ wanted }) => wanted)).toEqual([[1], [0]]);
    second.ends[1]?.resolve([shareable('one')]);
    expect(await two).toEqual(['one', 'two']);
    expect(flights.openCount()).toBe(0);
  });

  it('rejects when the fetch throws at once, and leaves nothing behind', async () => {
    const { flights } = open();
    const broken: Fetch<string> = () => {
      throw new Error('at once');
    };
    await expect(flights.fly('catalog', [want(1)], broken)).rejects.toThrow('at once');
    await turn();
    expect(flights.openCount()).toBe(0);
  });

  it('rejects a fetch that brought fewer values than were wanted', async () => {
    const { flights } = open();
    await expect(flights.fly('catalog', [want(1), want(2)], async () => [shareable('x')])).rejects.toThrow(
      'Expected 2 landings, got 1',
    );
  });

  it('is not waited for longer than a fetch may take', async () => {
    const { flights } = open(20);
    const [hanging, second] = [heldFetch(), heldFetch()];
    void flights.fly('catalog', [want(1)], hanging.fetch);
    const two = flights.fly('catalog', [want(1)], second.fetch);
    while (second.calls.length === 0) await turn();
    second.ends[0]?.resolve([shareable('there')]);
    expect(await two).toEqual(['there']);
    hanging.ends[0]?.resolve([shareable('late')]);
    await turn();
    expect(flights.openCount()).toBe(0);
  });
});

describe('a mutation of a subgraph', () => {
  it('closes its open flights to newcomers, and those of no other subgraph; who waits already goes on to wait', async () => {
    const { flights } = open();
    const [catalog, reviews, waiting, late, other] = [heldFetch(), heldFetch(), heldFetch(), heldFetch(), heldFetch()];
    const one = flights.fly('catalog', [want(1)], catalog.fetch);
    const two = flights.fly('catalog', [want(1)], waiting.fetch);
    const three = flights.fly('reviews', [want(2)], reviews.fetch);
    flights.closeFor('catalog');
    const four = flights.fly('catalog', [want(1)], late.fetch);
    const five = flights.fly('reviews', [want(2)], other.fetch);
    expect([waiting.calls.length, late.calls.length, other.calls.length]).toEqual([0, 1, 0]);
    catalog.ends[0]?.resolve([shareable('old')]);
    late.ends[0]?.resolve([shareable('new')]);
    reviews.ends[0]?.resolve([shareable('review')]);
    expect(await Promise.all([one, two, three, four, five])).toEqual([
      ['old'],
      ['old'],
      ['review'],
      ['new'],
      ['review'],
    ]);
    expect(flights.openCount()).toBe(0);
  });
});
