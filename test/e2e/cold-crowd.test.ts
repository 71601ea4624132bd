// Many clients that want the same cold entity at once cost one request to its subgraph for each gateway.
import { describe, expect, it } from 'vitest';
import { UNHURRIED } from '../support/deployment/gateway-settings.ts';
import { type Form, inEveryForm } from './forms.ts';
import { askTogether, type Question } from './held-questions.ts';
import { counting, type OriginCost } from './origin-cost.ts';

const CLIENT_COUNT = 50;

describe('50 clients of each gateway that want one cold entity at once', () => {
  inEveryForm({ gateway: UNHURRIED, holders: ['inventory'] }, (form) => {
    it('make one request to each subgraph for each gateway, by one operation', async () => {
      const { bodies, costs, why } = await crowd(form, '21', () => '{ product(upc: "21") { name totalQuantity } }');
      expect(new Set(bodies).size).toBe(1);
      expect(bodies[0]).toMatch(/^\{"data":\{"product":\{"name":".+","totalQuantity":\d+\}\}\}$/);
      for (const { catalog = 0, inventory } of costs) {
        expect(inventory, why).toBe(1);
        expect(catalog, why).toBeLessThanOrEqual(1);
      }
    });

    it('make one request for each gateway, by 50 operations that differ in their aliases and paths', async () => {
      const { bodies, costs, why } = await crowd(form, '22', (place) =>
        place % 2 === 0
          ? `{ a${place}: product(upc: "22") { q${place}: totalQuantity } }`
          : `{ a${place}: productsByUpc(upcs: ["22"]) { q${place}: totalQuantity } }`,
      );
      const quantities = bodies.map((body) => /"q\d+":(\d+)/.exec(body)?.[1]);
      expect(new Set(quantities).size).toBe(1);
      expect(quantities[0]).toMatch(/^\d+$/);
      for (const { inventory } of costs) expect(inventory, why).toBe(1);
    });

    it('all get the error and the null of an entity that its subgraph refuses', async () => {
      const { bodies } = await crowd(
        form,
        '23',
        () => '{ product(upc: "23") { upc delivery(country: "ATLANTIS") { days } } }',
      );
      expect(new Set(bodies).size).toBe(1);
      expect(bodies[0]).toContain('"path":["product","delivery"]');
      expect(bodies[0]).toContain('"delivery":null');
    });
  });
});

interface CrowdAnswers {
  /** Of all clients of all gateways. */
  readonly bodies: readonly string[];
  readonly costs: readonly OriginCost[];
  readonly why: string;
}

async function crowd(form: Form, upc: string, queryOf: (place: number) => string): Promise<CrowdAnswers> {
  const { gatewayIndexes, deployment } = form;
  const places = Array.from({ length: CLIENT_COUNT }, (_, place) => place);
  const questions: readonly Question[] = gatewayIndexes.flatMap((gatewayIndex) =>
    places.map((place) => ({ gatewayIndex, query: queryOf(place) })),
  );
  const costs: OriginCost[] = [];
  const whys: string[] = [];
  let run = (): Promise<readonly string[]> =>
    askTogether(deployment(), upc, questions).then((answers) => answers.map(({ body }) => JSON.stringify(body)));
  for (const index of gatewayIndexes) {
    const inner = run;
    run = async () => {
      const { result, cost, why } = await counting(deployment(), index, inner);
      costs.push(cost);
      whys.push(why);
      return result;
    };
  }
  return { bodies: await run(), costs, why: whys.join('\n') };
}
