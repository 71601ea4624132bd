// An entity loaded by one operation is a hit for every other one that can use it.
import { beforeAll, describe, expect, it } from 'vitest';
import { UNHURRIED } from '../support/deployment/gateway-settings.ts';
import type { Answer } from '../support/deployment/graphql-client.ts';
import type { Deployment } from '../support/deployment.ts';
import { writesLanded } from './cache-in-force.ts';
import { inEveryForm } from './forms.ts';
import { askCounting, type OriginCost } from './origin-cost.ts';

interface Product {
  readonly [field: string]: unknown;
  readonly brand: { readonly [field: string]: unknown };
}

/** Another operation: what it asks of a product, what it costs beyond that, and what it must answer. */
interface Other {
  readonly what: string;
  query(upc: string): string;
  readonly cost: OriginCost;
  answer(product: Product): unknown;
}

const first = (upc: string, name = 'First'): string => `query ${name} {
  product(upc: "${upc}") { upc name price category inStock totalQuantity reviewCount brand { id name country } }
}`;

const OTHERS: readonly Other[] = [
  { what: 'the same operation', query: first, cost: {}, answer: (product) => ({ product }) },
  {
    what: 'another operation name',
    query: (upc) => first(upc, 'Second'),
    cost: {},
    answer: (product) => ({ product }),
  },
  {
    what: 'other aliases',
    query: (upc) =>
      `{ it: product(upc: "${upc}") { label: name sku: price available: inStock maker: brand { n: name } } }`,
    cost: {},
    answer: ({ name, price, inStock, brand }) => ({
      it: { label: name, sku: price, available: inStock, maker: { n: brand.name } },
    }),
  },
  {
    what: 'fewer fields',
    query: (upc) => `{ product(upc: "${upc}") { name inStock } }`,
    cost: {},
    answer: ({ name, inStock }) => ({ product: { name, inStock } }),
  },
  {
    what: 'a variable and a fragment',
    query: (upc) => `query Third($upc: ID! = "${upc}") { product(upc: $upc) { ...Line } }
      fragment Line on Product { price brand { name } reviewCount }`,
    cost: {},
    answer: ({ price, brand, reviewCount }) => ({ product: { price, brand: { name: brand.name }, reviewCount } }),
  },
  {
    what: 'a list that only has to say which products there are',
    query: (upc) => `{ productsByUpc(upcs: ["${upc}"]) { upc inStock totalQuantity reviewCount } }`,
    cost: { catalog: 1 },
    answer: ({ upc, inStock, totalQuantity, reviewCount }) => ({
      productsByUpc: [{ upc, inStock, totalQuantity, reviewCount }],
    }),
  },
  {
    what: 'a path through another subgraph',
    query: (upc) => `{ reviews(first: 1, filter: { upc: "${upc}" }) {
      nodes { product { name price inStock reviewCount brand { country } } }
    } }`,
    cost: { reviews: 1 },
    answer: ({ name, price, inStock, reviewCount, brand: { country } }) => ({
      reviews: { nodes: [{ product: { name, price, inStock, reviewCount, brand: { country } } }] },
    }),
  },
];

describe('an entity that one operation has loaded', () => {
  inEveryForm({ gateway: UNHURRIED }, ({ deployment, gatewayIndexes }) => {
    let upcs: string[];
    beforeAll(async () => {
      upcs = await productsKnownToAll(deployment());
    });
    /** Each test has a product of its own, so that none is helped by another one. */
    const loadAnother = async (): Promise<Product> => {
      const upc = upcs.pop() ?? '';
      const { answer, cost, why } = await askCounting(deployment(), 0, first(upc));
      expect(cost, why).toMatchObject({ catalog: 1, inventory: 1, reviews: 1 });
      await writesLanded(() => deployment().metrics(0));
      return productOf(answer);
    };

    for (const gatewayIndex of gatewayIndexes) {
      it.each(OTHERS)(`at gateway 0 is a hit at gateway ${gatewayIndex} for $what`, async ({ query, cost, answer }) => {
        const product = await loadAnother();
        const asked = await askCounting(deployment(), gatewayIndex, query(String(product.upc)));
        expect(asked.answer.body).toEqual({ data: answer(product) });
        expect(asked.cost, asked.why).toEqual(cost);
      });
    }

    it('costs its own subgraph one request when a field more is asked for, and the others none', async () => {
      const { upc, name, reviewCount } = await loadAnother();
      const query = `{ product(upc: "${upc}") { name fragile reviewCount } }`;
      const { answer, cost, why } = await askCounting(deployment(), 0, query);
      expect(answer.body).toMatchObject({ data: { product: { name, reviewCount } } });
      expect(cost, why).toEqual({ inventory: 1 });
    });

    it('is a hit where it also stands in the key of another one', async () => {
      const query = '{ stock(warehouseId: "ber-1", upc: "3") { quantity warehouse { id name } } }';
      const before = await askCounting(deployment(), 0, query);
      expect(before.answer.body).toMatchObject({ data: { stock: { warehouse: { id: 'ber-1' } } } });
      const after = await askCounting(deployment(), 0, query);
      expect(after.answer.body).toEqual(before.answer.body);
      expect(after.cost, after.why).toEqual({});
    });
  });
});

/** With a maker, with reviews, and sold from a warehouse. */
async function productsKnownToAll({ sql }: Deployment): Promise<string[]> {
  const catalog = await sql('catalog', 'select upc from catalog.product where brand_id is not null order by upc');
  const reviews = new Set((await sql('reviews', 'select distinct upc from reviews.review')).map(({ upc }) => upc));
  const inventory = new Set((await sql('inventory', 'select upc from inventory.product')).map(({ upc }) => upc));
  return catalog.flatMap(({ upc }) => (reviews.has(upc) && inventory.has(upc) ? [String(upc)] : []));
}

function productOf({ body }: Answer): Product {
  expect(body.errors).toBeUndefined();
  const { product } = body.data as { readonly product: Product };
  return product;
}
