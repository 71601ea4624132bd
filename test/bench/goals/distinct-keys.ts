// What does it cost that 100,000 keys are in play instead of one? All of them are in L1.

import type { Ground } from '../contestants/contestant.ts';
import { startFreshet } from '../contestants/freshet.ts';
import { ask } from '../measure/answers.ts';
import type { Round } from '../measure/cell.ts';
import type { Pace } from '../measure/compare.ts';
import { underLoad } from '../measure/server-under-load.ts';
import { PRODUCT_COUNT, upcOf } from '../origin/made-data.ts';
import type { OriginProcess } from '../origin/origin-process.ts';
import { seededRandom, shuffled } from '../workloads/seeded-random.ts';
import { bodyOf, text, type Workload } from '../workloads/workload.ts';
import { costOfRounds } from './cost-of-rounds.ts';
import type { Goal } from './goal.ts';

const MOST_COST = 0.4;
/** Room for all of them, finished responses included: what is asked is what many keys cost, not what a small cache does. */
const CACHE = { default: { ttl: '1h' }, l1: { maxBytes: '1GiB' } };
/** Products in one request that fills the cache. */
const FILL_COUNT = 100;
const WARM_UP_SECONDS = 3;
const SEED = 9;

export async function measureDistinctKeys(ground: Ground, origin: OriginProcess, pace: Pace): Promise<readonly Goal[]> {
  const server = await startFreshet(ground, 'freshet-keys', CACHE, { changes: 'ttl' });
  try {
    pace.say('100,000 keys: filling L1');
    await fill(server.url);
    return [
      await costOf({ isEachNew: true, title: 'Freshet, from L1 entries' }),
      await costOf({ isEachNew: false, title: 'Freshet, as it comes' }),
    ];
  } finally {
    await server.stop();
  }

  async function costOf(setup: { readonly isEachNew: boolean; readonly title: string }): Promise<Goal> {
    const query = text('keys');
    const order = [...shuffled(PRODUCT_COUNT, seededRandom(SEED))];
    const bodies = order.map((n) => bodyOf(query, { upc: upcOf(n) }));
    const [hot, all] = [bodies.slice(0, 1), bodies].map((asked) =>
      underLoad(setup, { ...server, stop: async () => undefined }, workloadOf(asked), origin, 0),
    );
    if (hot === undefined || all === undefined) throw new Error('expected two loads');
    await hot.warmUp(WARM_UP_SECONDS, pace.seconds);
    const length = await all.warmUp(WARM_UP_SECONDS, pace.seconds);
    const rounds: Record<'hot' | 'all', Round[]> = { hot: [], all: [] };
    for (let round = 1; round <= pace.rounds; round += 1) {
      rounds.hot.push(await hot.round(length));
      rounds.all.push(await all.round(length));
      const told = (list: readonly Round[]): string => `${Math.round(list.at(-1)?.requestsPerSecond ?? 0)}/s`;
      pace.say(
        `${setup.title}, round ${round} of ${pace.rounds}: one key ${told(rounds.hot)}, 100,000 keys ${told(rounds.all)} (${rounds.all.at(-1)?.answersFrom})`,
      );
    }
    const { cost, words } = costOfRounds(rounds.hot, rounds.all);
    return {
      what: `${setup.title}: cost of 100,000 distinct keys in play (answers from ${rounds.all.at(-1)?.answersFrom})`,
      wanted: `≤ ${MOST_COST * 100} %`,
      got: words,
      isMet: cost <= MOST_COST,
    };
  }
}

const workloadOf = (bodies: readonly string[]): Workload => ({
  name: 'keys',
  title: 'keys',
  bodies,
  samples: [],
  purgesPerSecond: 0,
  changes: 'ttl',
  warmUpSeconds: WARM_UP_SECONDS,
});

/** Root fields are kept one by one, so many may be asked for at once. */
async function fill(url: string): Promise<void> {
  const places = Array.from({ length: FILL_COUNT }, (_, n) => n);
  const variables = places.map((n) => `$u${n}: ID!`).join(', ');
  const fields = places.map((n) => `p${n}: product(upc: $u${n}) { upc name price inStock }`).join(' ');
  const query = `query Fill(${variables}) { ${fields} }`;
  for (let from = 0; from < PRODUCT_COUNT; from += FILL_COUNT) {
    await ask(url, bodyOf(query, Object.fromEntries(places.map((n) => [`u${n}`, upcOf(from + n)]))));
  }
}
