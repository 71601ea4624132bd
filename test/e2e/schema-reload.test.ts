// One gateway of the embedded system, whose supergraph is replaced by one of another version of a subgraph, and back, over the same memory shards.
//
// Of "two versions over one store" this is what one process can show. Two versions of the gateway itself, two at the same time, and
// other declarations in freshet.yaml do not apply here: memory shards end with the process, and so does what it has read of its config.
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { writesLanded } from './cache-in-force.ts';
import { type CatalogVersion, type CatalogVersions, startCatalogVersions } from './catalog-versions.ts';
import { askCounting } from './origin-cost.ts';

/** Each is answered otherwise by the other version. */
const QUESTIONS: Readonly<Record<string, string>> = {
  'a field of an entity, of another type': '{ brand(id: "1") { name founded } }',
  'the same within a list': '{ brands(first: 3) { nodes { id founded } } }',
  'a field of a type within an entity, of another type': '{ product(upc: "1") { name dimensions { length } } }',
  'a root field, with another default of an argument': '{ products { nodes { upc } } }',
  'a field of an entity, with another default of an argument': '{ product(upc: "2") { priceIn } }',
  'an enum with another value': '{ products(first: 30) { nodes { upc category } } }',
};
/** Of a machine with other work; less than a test may take, so that it is said what was waited for. */
const WAIT = { timeoutMs: 30_000 };
/** A change whose own events are lost, and what is told in their place. */
const untold = (change: string, told = ''): string => `begin; ${change}; delete from freshet.outbox; ${told} commit`;

describe.each([
  ['L1 and memory shards', {}],
  ['memory shards alone', { l1: { maxBytes: '0B' } }],
])('after a reload over entries of another version of a subgraph, in %s,', (_where, cache) => {
  let versions: CatalogVersions;
  beforeAll(async () => {
    versions = await startCatalogVersions(cache);
  });
  afterAll(() => versions?.stop());

  const settled = (): Promise<void> => writesLanded(() => versions.deployment.metrics(0));
  const ask = async (query: string): Promise<unknown> => (await versions.deployment.ask(0, query)).body;
  /** Right, and kept. */
  const fill = async (version: CatalogVersion, query: string): Promise<void> => {
    expect(await ask(query)).toEqual(await versions.uncached(version, query));
    await settled();
  };
  const hit = async (version: CatalogVersion, query: string): Promise<void> => {
    const { answer, cost, why } = await askCounting(versions.deployment, 0, query);
    expect(answer.body).toEqual(await versions.uncached(version, query));
    expect(cost, why).toEqual({});
  };
  const seen = (query: string, answer: unknown): Promise<true> =>
    eventually(async () => isDeepStrictEqual(await ask(query), answer), { ...WAIT, what: JSON.stringify(answer) });

  it('every answer is as without a cache, and again after going back, from the entries of before', async () => {
    await versions.deploy('today');
    for (const [what, query] of Object.entries(QUESTIONS)) {
      const answer = await versions.uncached('today', query);
      expect(answer, what).not.toHaveProperty('errors');
      expect(await versions.uncached('next', query), what).not.toEqual(answer);
    }
    for (const version of ['today', 'next'] as const) {
      await versions.deploy(version);
      expect(await answersTo(ask)).toEqual(await answersTo((query) => versions.uncached(version, query)));
      await settled();
    }
    for (const version of ['today', 'next'] as const) {
      await versions.deploy(version);
      for (const query of Object.values(QUESTIONS)) await hit(version, query);
    }
  });

  it.each([
    ['today', 'next', 'b1', 'offer-b1'],
    ['next', 'today', 'b2', 'bundle-b2'],
  ] as const)(
    'from that of %s to that of %s a change that only the new tag tells of is seen',
    async (before, after, upc, tag) => {
      const bundle = `{ item(upc: "${upc}") { name } }`;
      await versions.deploy(before);
      await fill(before, bundle);
      await versions.deploy(after);
      const { cost, why } = await askCounting(versions.deployment, 0, bundle);
      // Not from the entries of before, which a purge by the new tag does not find.
      expect(cost.catalog, why).toBeGreaterThan(0);
      await fill(after, bundle);
      await versions.deployment.sql(
        'catalog',
        untold(`update catalog.bundle set name = 'another' where upc = '${upc}'`),
      );
      await versions.purgeTag(tag);
      await seen(bundle, { data: { item: { name: 'another' } } });
    },
  );

  it('what was changed while the other version was in force is not served', async () => {
    const brand = '{ brand(id: "2") { name founded } }';
    await versions.deploy('today');
    await fill('today', brand);
    await versions.deploy('next');
    await fill('next', brand);
    const before = await versions.uncached('next', brand);
    // An event that names the type and no brand: the janitor removes no record for it, the entry of before stays where it is.
    const event = "insert into freshet.outbox (kind, type) values ('type', 'Brand');";
    const change = "update catalog.brand set founded = founded + 1 where id = '2'";
    await versions.deployment.sql('catalog', untold(change, event));
    const changed = await versions.uncached('next', brand);
    expect(changed).not.toEqual(before);
    await seen(brand, changed);
    await versions.deploy('today');
    await fill('today', brand);
    await hit('today', brand);
  });

  it('what the version before is still being asked is neither joined nor read', async () => {
    const brand = '{ brand(id: "3") { name founded } }';
    await versions.deploy('today');
    const before = await versions.uncached('today', brand);
    const hold = versions.deployment.holder('catalog').hold('founded');
    const asked: Promise<unknown>[] = [];
    try {
      asked.push(ask(brand));
      await eventually(() => hold.heldCount === 1, { what: 'an answer of the version before' });
      await versions.deploy('next');
      asked.push(ask(brand));
      await eventually(() => hold.heldCount === 2, { what: 'an answer of the version after' });
      hold.release();
      expect(await Promise.all(asked)).toEqual([before, await versions.uncached('next', brand)]);
    } finally {
      hold.release();
      await Promise.allSettled(asked);
    }
    await settled();
    await hit('next', brand);
    await versions.deploy('today');
    await hit('today', brand);
  });
});

async function answersTo(ask: (query: string) => Promise<unknown>): Promise<Readonly<Record<string, unknown>>> {
  const answers: Record<string, unknown> = {};
  for (const [what, query] of Object.entries(QUESTIONS)) answers[what] = await ask(query);
  return answers;
}
