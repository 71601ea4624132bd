// Holds our answers to Apollo's, or to what a test says where Apollo is wrong: cold, warm, and after records were lost.

import { expect } from 'vitest';
import type { BothExecutors, Variables } from './both-executors.ts';

export interface Case {
  readonly query: string;
  readonly variables?: Variables;
  /** The right `data` where Apollo's gateway is known to answer something else; the reason. */
  readonly apolloIsWrong?: { readonly because: string; readonly data: unknown };
  /** The right `data`, for a case whose meaning should be seen in the test. */
  readonly data?: unknown;
}

/** How often each case is asked in changing order while records get lost. */
const ROUND_COUNT = 6;
const SHARE_LOST = 0.25;

/**
 * Each case where nothing is cached; alone over an empty store, three times, so that it comes finished; then all in changing order over one store; then while records are dropped by chance.
 * @param seed of the order and of what is dropped
 */
export async function expectSame(both: BothExecutors, cases: readonly Case[], seed = 1): Promise<void> {
  const random = createRandom(seed);
  for (const item of cases) {
    await check(both, item, 'uncached', both.uncached);
    both.forgetAll();
    await check(both, item, 'over an empty store');
    await check(both, item, 'a second time');
    await check(both, item, 'a third time');
  }
  both.forgetAll();
  for (let round = 0; round < ROUND_COUNT; round += 1) {
    for (const item of shuffled(cases, random)) {
      await check(both, item, `in round ${round}`);
      if (round % 2 === 1) both.forget(() => random() < SHARE_LOST);
    }
  }
}

async function check(both: BothExecutors, item: Case, when: string, ask = both.ours): Promise<void> {
  const { query, variables = {} } = item;
  const from = both.sent.length;
  const ours = await ask(query, variables);
  const sent = both.sent
    .slice(from)
    .map((request) => `${request.subgraph}: ${request.query} ${JSON.stringify(request.variables)}`);
  const where = `${when}: ${query} ${JSON.stringify(variables)}\nsent:\n${sent.join('\n')}`;
  if (item.data !== undefined) expect(ours.data, where).toEqual(item.data);
  if (item.apolloIsWrong !== undefined) {
    expect(ours, where).toEqual({ data: item.apolloIsWrong.data, errors: [], extensions: null });
    return;
  }
  const apollo = await both.apollo(query, variables);
  expect(ours, where).toEqual(apollo);
  expect(JSON.stringify(ours.data), `order of keys ${where}`).toBe(JSON.stringify(apollo.data));
}

/** The same numbers from 0 to 1 for the same seed. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

const shuffled = <Item>(items: readonly Item[], random: () => number): readonly Item[] =>
  items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
