// An entity loaded by one operation is a hit for every other one that can use it.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../support/deployment/graphql-client.ts';
import { inEveryForm } from './forms.ts';
import { askCounting, writesLanded } from './origin-cost.ts';

const FIRST = `query First {
  product(upc: "1") { upc name price category inStock totalQuantity reviewCount averageRating brand { id name country } }
}`;

/** Answers to FIRST and how they come back in other shapes. */
const OTHERS: readonly (readonly [what: string, query: string, cost: object, shape: (product: Product) => unknown])[] =
  [
    ['the same operation', FIRST, {}, (product) => ({ product })],
    ['another operation name', FIRST.replace('First', 'Second'), {}, (product) => ({ product })],
    [
      'other aliases',
      '{ it: product(upc: "1") { label: name costs: price stars: averageRating available: inStock } }',
      {},
      ({ name, price, averageRating, inStock }) => ({
        it: { label: name, costs: price, stars: averageRating, available: inStock },
      }),
    ],
    [
      'fewer fields',
      '{ product(upc: "1") { name inStock } }',
      {},
      ({ name, inStock }) => ({ product: { name, inStock } }),
    ],
    [
      'a fragment and a variable that is a default',
      `query Third($upc: ID! = "1") { product(upc: $upc) { ...Line } } fragment Line on Product { price brand { name } reviewCount }`,
      {},
      ({ price, brand, reviewCount }) => ({ product: { price, brand: { name: brand.name }, reviewCount } }),
    ],
    [
      'a list that only says which products there are',
      '{ productsByUpc(upcs: ["1"]) { upc inStock totalQuantity reviewCount } }',
      { catalog: 1 },
      ({ upc, inStock, totalQuantity, reviewCount }) => ({
        productsByUpc: [{ upc, inStock, totalQuantity, reviewCount }],
      }),
    ],
    [
      'a path through another subgraph',
      '{ reviews(first: 1, filter: { upc: "1" }) { nodes { product { name price inStock reviewCount } } } }',
      { reviews: 1 },
      ({ name, price, inStock, reviewCount }) => ({
        reviews: { nodes: [{ product: { name, price, inStock, reviewCount } }] },
      }),
    ],
    [
      'the maker of the product, asked for by itself',
      '{ reviews(first: 1, filter: { upc: "1" }) { nodes { product { brand { country name } } } } }',
      {},
      ({ brand: { country, name } }) => ({ reviews: { nodes: [{ product: { brand: { country, name } } }] } }),
    ],
  ];

interface Product {
  readonly [field: string]: unknown;
  readonly brand: { readonly [field: string]: unknown };
}

describe('an entity that one operation has loaded', () => {
  inEveryForm(({ deployment, gatewayIndexes }) => {
    let product: Product;

    beforeAll(async () => {
      const { answer, cost } = await askCounting(deployment(), 0, FIRST);
      expect(cost).toEqual({ catalog: 1, inventory: 1, reviews: 1 });
      product = productOf(answer);
      await writesLanded(deployment(), 0);
    });

    it.each(OTHERS)('is a hit for %s', async (_what, query, cost, shape) => {
      const asked = await askCounting(deployment(), 0, query);
      expect(asked.answer.body).toEqual({ data: shape(product) });
      expect(asked.cost).toEqual(cost);
    });

    if (gatewayIndexes.length > 1) {
      // Which lists there are gateway 0 has put into the shards meanwhile: nothing at all is asked for here.
      it.each(OTHERS)('is a hit at another gateway for %s', async (_what, query, _cost, shape) => {
        await writesLanded(deployment(), 0);
        const asked = await askCounting(deployment(), 1, query);
        expect(asked.answer.body).toEqual({ data: shape(product) });
        expect(asked.cost).toEqual({});
      });
    }

    it('costs its own subgraph one request when a field more is asked for, and the others none', async () => {
      const { answer, cost } = await askCounting(deployment(), 0, '{ product(upc: "1") { name fragile reviewCount } }');
      expect(answer.body).toMatchObject({
        data: { product: { name: product.name, reviewCount: product.reviewCount } },
      });
      expect(cost).toEqual({ inventory: 1 });
    });

    it('is a hit where it also stands in the key of another one', async () => {
      const query = '{ stock(warehouseId: "ber-1", upc: "3") { quantity warehouse { id name } } }';
      const first = await askCounting(deployment(), 0, query);
      expect(first.answer.body).toMatchObject({ data: { stock: { warehouse: { id: 'ber-1' } } } });
      const second = await askCounting(deployment(), 0, query);
      expect(second.answer.body).toEqual(first.answer.body);
      expect(second.cost).toEqual({});
    });

    it('is no hit for another entity of its type', async () => {
      const { answer, cost } = await askCounting(deployment(), 0, FIRST.replace('upc: "1"', 'upc: "2"'));
      expect(productOf(answer).upc).toBe('2');
      expect(cost).toMatchObject({ catalog: 1, inventory: 1, reviews: 1 });
    });
  });
});

function productOf({ body }: Answer): Product {
  expect(body.errors).toBeUndefined();
  const { product } = body.data as { readonly product: Product };
  return product;
}
