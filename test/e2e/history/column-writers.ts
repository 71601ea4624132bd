// Writers that change columns of products, and what others compute from them.
import { shippingCost } from '../../../subgraphs/inventory/shipping.ts';
import { insertProducts, json, type Observation, type Writer } from './writer.ts';

/** The name of one product. @param way `slow`: in a transaction that stays open for a while. */
export function nameWriter(upc: string, way: 'at once' | 'slow'): Writer {
  const update = (name: string): string => `update catalog.product set name = '${name}' where upc = '${upc}'`;
  return {
    name: `name of ${upc}`,
    subgraph: 'catalog',
    first: { sql: insertProducts([{ upc, name: `${upc} v0` }]), after: [[`name:${upc}`, json(`${upc} v0`)]] },
    next(step) {
      const name = `${upc} v${step}`;
      const sql = way === 'slow' ? `begin; ${update(name)}; select pg_sleep(0.3); commit` : update(name);
      return { sql, after: [[`name:${upc}`, json(name)]] };
    },
  };
}

/** The price of a product, and of a bundle of which it is the only part. */
export function priceWriter(upc: string, bundle: string): Writer {
  const after = (step: number): readonly Observation[] => [
    [`price:${upc}`, json(`${step}.00`)],
    [`price:${bundle}`, json(`${step}.00`)],
  ];
  const sql = `${insertProducts([{ upc, name: upc, columns: { price: '0' } }])}
    insert into catalog.bundle (upc, name, discount_percent) values ('${bundle}', '${bundle}', 0);
    insert into catalog.bundle_item (bundle_upc, upc) values ('${bundle}', '${upc}')`;
  return {
    name: `price of ${upc}`,
    subgraph: 'catalog',
    first: { sql, after: after(0) },
    next: (step) => ({ sql: `update catalog.product set price = ${step} where upc = '${upc}'`, after: after(step) }),
  };
}

/** The weight of a product: another subgraph computes the shipping from it. */
export function weightWriter(upc: string): Writer {
  const after = (kilograms: number): readonly Observation[] => [
    [`weight:${upc}`, json(kilograms)],
    [`shipping:${upc}`, json(shippingCost({ price: '10.00', weight: kilograms }, 'standard'))],
  ];
  return {
    name: `weight of ${upc}`,
    subgraph: 'catalog',
    needs: { subgraph: 'inventory', sql: `insert into inventory.product (upc) values ('${upc}')` },
    first: { sql: insertProducts([{ upc, name: upc, columns: { price: '10', weight_kg: '1' } }]), after: after(1) },
    next: (step) => ({
      sql: `update catalog.product set weight_kg = ${step + 1} where upc = '${upc}'`,
      after: after(step + 1),
    }),
  };
}

/** More rows in one statement than are told one by one. Seldom: it purges the whole subgraph, and hides what others miss. */
export function bulkWriter(prefix: string, rowCount: number): Writer {
  const shown = [`${prefix}1`, `${prefix}${rowCount}`];
  const after = (text: string): readonly Observation[] => shown.map((upc): Observation => [`text:${upc}`, json(text)]);
  return {
    name: `bulk ${prefix}`,
    subgraph: 'catalog',
    slowness: 16,
    first: {
      sql: `insert into catalog.product (upc, sku, name, category, description)
        select '${prefix}' || n, 'SKU-${prefix}' || n, '${prefix}' || n, 'TOY', 'v0' from generate_series(1, ${rowCount}) as n`,
      after: after('v0'),
    },
    next: (step) => ({
      sql: `update catalog.product set description = 'v${step}' where upc like '${prefix}%'`,
      after: after(`v${step}`),
    }),
  };
}
