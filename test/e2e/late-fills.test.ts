// A subgraph has read a row, the row is changed and the change is purged, and only then does the answer reach the gateway: it is never served to
// anyone who asks after the purge, neither from a cache nor by joining the fetch that brings it.
import { describe, expect, it } from 'vitest';
import type { Hold } from '../support/deployment/answer-holder.ts';
import { eventually } from '../support/eventually.ts';
import { writesLanded } from './cache-in-force.ts';
import { type Form, inEveryForm } from './forms.ts';
import { nameAt, setName } from './name-load.ts';
import { PRECISE_EVERYWHERE } from './precise-rules.ts';

describe('an answer that was read before a change and comes after its purge', () => {
  const gateway = { cache: { subgraphs: PRECISE_EVERYWHERE } };
  inEveryForm({ gateway, holders: ['catalog'] }, (form) => {
    const { deployment, gatewayIndexes } = form;

    it('is never served from a cache, of this gateway or of another', async () => {
      const upc = 'late-fill-1';
      await insert(form, upc);
      const { hold, answer } = await askHeld(form, upc);
      await rename(form, upc, 'new');
      hold.release();
      // Who asked before the change may see what was there when it asked.
      expect(['old', 'new']).toContain(await answer);
      await fillsLanded(form, '1');
      for (let turn = 0; turn < 5; turn += 1)
        for (const index of gatewayIndexes.toReversed()) expect(await nameAt(deployment(), index, upc)).toBe('new');
    });

    it('is not joined by a client that asks after the purge', async () => {
      const upc = 'late-fill-2';
      await insert(form, upc);
      const first = await askHeld(form, upc);
      await rename(form, upc, 'new');
      const second = nameAt(deployment(), 0, upc);
      second.catch(() => undefined);
      try {
        // A fetch of its own reaches the subgraph while the first still waits.
        await eventually(() => first.hold.heldCount === 2, { what: 'a fetch of its own for the second client' });
      } finally {
        first.hold.release();
      }
      expect(await second).toBe('new');
      await first.answer;
      expect(await nameAt(deployment(), 0, upc)).toBe('new');
    });

    it('is gone when the row was changed again and again while it waited', async () => {
      const upc = 'late-fill-3';
      await insert(form, upc);
      const waiting = [await askHeld(form, upc)];
      for (let step = 1; step <= 3; step += 1) {
        await rename(form, upc, `step ${step}`);
        waiting.push(await askHeld(form, upc));
      }
      await rename(form, upc, 'last');
      for (const { hold, answer } of waiting) {
        hold.release();
        await answer;
      }
      await fillsLanded(form, '2');
      for (let turn = 0; turn < 2; turn += 1)
        for (const index of gatewayIndexes.toReversed()) expect(await nameAt(deployment(), index, upc)).toBe('last');
    });
  });
});

const insert = ({ deployment }: Form, upc: string): Promise<unknown> =>
  deployment().sql(
    'catalog',
    `insert into catalog.product (upc, sku, name, category) values ('${upc}', 'SKU-${upc}', 'old', 'TOY')`,
  );

/** Changes the name and waits until all gateways have heard of it. */
async function rename({ deployment, gatewayIndexes }: Form, upc: string, name: string): Promise<void> {
  const applied = async (index: number): Promise<number> =>
    (await deployment().metrics(index)).sum('freshet_purge_events_total', { subgraph: 'catalog', result: 'applied' });
  const before = await Promise.all(gatewayIndexes.map(applied));
  await setName(deployment(), upc, name);
  for (const index of gatewayIndexes)
    await eventually(async () => (await applied(index)) > (before[index] ?? 0), {
      timeoutMs: 30_000,
      what: `gateway ${index} to apply the purge`,
    });
}

/** A client asks gateway 0, the subgraph reads what is there, and the answer waits. */
async function askHeld(
  { deployment }: Form,
  upc: string,
): Promise<{ readonly hold: Hold; readonly answer: Promise<unknown> }> {
  const hold = deployment().holder('catalog').hold(upc);
  const answer = nameAt(deployment(), 0, upc);
  answer.catch(() => undefined);
  await eventually(() => hold.heldCount === 1, { what: 'the answer to be held' });
  return { hold, answer };
}

/** What comes too late may not be written at all: the fill of a product that nobody asked for before follows it. */
async function fillsLanded({ deployment }: Form, another: string): Promise<void> {
  await nameAt(deployment(), 0, another);
  await writesLanded(() => deployment().metrics(0));
}
