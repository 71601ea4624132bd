// Of a batch of entities only those that are missing are fetched, and the answer is the one of an empty cache.
import { describe, expect, it } from 'vitest';
import { UNHURRIED } from '../support/deployment/gateway-settings.ts';
import { eventually } from '../support/eventually.ts';
import { type Form, inEveryForm } from './forms.ts';
import { askReading } from './held-questions.ts';

/** Twice, out of order, unknown to the catalog (999999), unknown to inventory (13, 26): what a list of a client holds. */
const UPCS = ['8', '3', '13', '1', '999999', '2', '26', '3', '5', '4'];
const KNOWN_UPCS = ['8', '3', '13', '1', '2', '26', '5', '4'];

const batch = (upcs: readonly string[], fields: string): string =>
  `{ productsByUpc(upcs: ${JSON.stringify(upcs)}) { upc ${fields} } }`;

/** Any write to inventory, whose types are not declared precise, takes all that is kept of it. */
async function forgetInventory({ deployment }: Form): Promise<void> {
  const applied = async (index: number): Promise<number> =>
    (await deployment().metrics(index)).sum('freshet_purge_events_total', { subgraph: 'inventory', result: 'applied' });
  const before = await applied(0);
  await deployment().sql(
    'inventory',
    `update inventory.warehouse set queue_length = queue_length + 1 where id = (
    select min(id) from inventory.warehouse)`,
  );
  await eventually(async () => (await applied(0)) > before, { what: 'the purge of inventory' });
}

describe('a batch of entities of which some are cached', () => {
  inEveryForm({ gateway: UNHURRIED, holders: ['inventory'] }, (form) => {
    it.each([
      ['nullable fields', 'handlingDays shippingEstimate'],
      ['fields that may not be null, of entities that are not there', 'name inStock totalQuantity'],
      ['errors of single entities', 'name delivery(country: "ATLANTIS") { days } handlingDays'],
      ['lists of other entities', 'stock(atLeast: 1) { quantity reserved }'],
    ])('fetches only the missing ones and answers as an empty cache does: %s', async (_what, fields) => {
      await forgetInventory(form);
      const cached = await askReading(form.deployment(), batch(['3', '2', '26'], fields), KNOWN_UPCS);
      expect(cached.upcs).toEqual(['3', '2', '26']);
      const partial = await askReading(form.deployment(), batch(UPCS, fields), KNOWN_UPCS);

      await forgetInventory(form);
      const whole = await askReading(form.deployment(), batch(UPCS, fields), KNOWN_UPCS);
      expect(whole).toMatchObject({ requestCount: 1, upcs: KNOWN_UPCS });
      expect(partial.answer.body).toEqual(whole.answer.body);
      expect(partial.requestCount).toBe(1);
      const erring = fields.includes('ATLANTIS');
      // What had an error was not stored, so the cached three are asked for anew.
      expect(partial.upcs).toEqual(erring ? KNOWN_UPCS : ['8', '13', '1', '5', '4']);
    });

    it('keeps the order of the list and nulls in their places', async () => {
      await forgetInventory(form);
      await form.deployment().ask(0, batch(['1', '13'], 'inStock'));
      const { body } = await form.deployment().ask(0, batch(['13', '2', '999999', '1'], 'inStock'));
      expect(body.data).toMatchObject({ productsByUpc: [null, { upc: '2' }, null, { upc: '1' }] });
    });

    it('gives each error the path of its entity in the list of the client', async () => {
      await forgetInventory(form);
      const fields = 'inStock delivery(country: "ATLANTIS") { days }';
      await form.deployment().ask(0, batch(['1', '5', '4'], 'inStock'));
      const { body } = await form.deployment().ask(0, batch(['5', '2', '999999', '1', '2'], fields));
      const paths = (body.errors ?? []).map(({ path }) => JSON.stringify(path)).sort();
      expect(paths).toEqual([0, 1, 3, 4].map((index) => `["productsByUpc",${index},"delivery"]`));
    });
  });
});
