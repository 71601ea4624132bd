// The writers of a history: each owns its keys, changes them by plain SQL, and knows what each of them is after every commit.
import type { SubgraphName } from '../../../subgraphs/graph.ts';
import { shippingCost } from '../../../subgraphs/inventory/shipping.ts';
import { bulkWriter, brandWriter, existenceWriter, labelWriter, skuWriter } from './list-writers.ts';
import { emailWriter, followerWriter, likeWriter, quantityWriter, reviewWriter } from './other-writers.ts';

/** A key and its value as JSON text. */
export type Observation = readonly [key: string, value: string];

export interface Change {
  readonly sql: string;
  /** What the keys that it changes are when it is committed. */
  readonly after: readonly Observation[];
}

export interface Writer {
  readonly name: string;
  readonly subgraph: SubgraphName;
  /** Makes the rows that the writer owns, and the first value of each key. */
  readonly first: Change;
  /** The next change. @param step 1, 2, … */
  next(step: number): Change;
}

export const json = (value: unknown): string => JSON.stringify(value);

/** Inserts products whose columns are not null where a test needs them. */
export function insertProducts(
  products: readonly { readonly upc: string; readonly name: string; readonly columns?: Readonly<Record<string, string>> }[],
): string {
  return products
    .map(({ upc, name, columns = {} }) => {
      const all = { upc: `'${upc}'`, sku: `'SKU-${upc}'`, name: `'${name}'`, category: `'TOY'`, tax_code: `'T1'`, ...columns };
      return `insert into catalog.product (${Object.keys(all).join(', ')}) values (${Object.values(all).join(', ')});`;
    })
    .join('\n');
}

/** The name of one product. @param way `slow`: in a transaction that stays open for a while. */
function nameWriter(upc: string, way: 'at once' | 'slow'): Writer {
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
function priceWriter(upc: string, bundle: string): Writer {
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
function weightWriter(upc: string): Writer {
  const after = (kilograms: number): readonly Observation[] => [
    [`weight:${upc}`, json(kilograms)],
    [`shipping:${upc}`, json(shippingCost({ price: '10.00', weight: kilograms }, 'standard'))],
  ];
  return {
    name: `weight of ${upc}`,
    subgraph: 'catalog',
    first: { sql: insertProducts([{ upc, name: upc, columns: { price: '10', weight_kg: '1' } }]), after: after(1) },
    next: (step) => ({
      sql: `update catalog.product set weight_kg = ${step + 1} where upc = '${upc}'`,
      after: after(step + 1),
    }),
  };
}

/** All writers of the workload, each with keys of its own. */
export function createWriters(): readonly Writer[] {
  return [
    ...['h-n1', 'h-n2', 'h-n3', 'h-n4'].map((upc) => nameWriter(upc, 'at once')),
    nameWriter('h-slow', 'slow'),
    priceWriter('h-p1', 'h-b1'),
    priceWriter('h-p2', 'h-b2'),
    weightWriter('h-w1'),
    labelWriter('h-label'),
    brandWriter('9001', '9002'),
    skuWriter('SKU-h-moved', ['h-s1', 'h-s2']),
    existenceWriter('h-x1'),
    existenceWriter('h-x2'),
    bulkWriter('h-bulk-', 1_200),
    reviewWriter(['h-r1', 'h-r2']),
    quantityWriter('h-q1'),
    followerWriter('9101'),
    emailWriter('9102'),
    likeWriter('9201'),
  ];
}
