// Sample warehouses and stock, the same every time: some products that no warehouse knows, some that ran out.

import { type Random, seededRandom } from '../kit/random.ts';
import type { CopyValue, SampleTable } from '../kit/sample-tables.ts';

export interface InventorySample {
  readonly productCount: number;
}

// id, name, street, city, country, countries served, queue
const WAREHOUSES: readonly (readonly [
  string,
  string,
  string | null,
  string | null,
  string | null,
  readonly string[],
  number,
])[] = [
  ['ber-1', 'Berlin North', 'Am Borsigturm 1', 'Berlin', 'DE', ['DE', 'PL', 'FR'], 41],
  ['par-1', 'Paris Est', '12 Rue de l’Été', 'Paris', 'FR', ['FR', 'ES', 'DE'], 7],
  ['krk-1', 'Kraków', null, 'Kraków', 'PL', ['PL', 'DE'], 0],
  ['osa-1', '大阪', '北区 3-1', 'Ōsaka', 'JP', ['JP'], 112],
  ['akl-1', 'Tāmaki Makaurau', '1 Queen Street', 'Auckland', 'NZ', ['NZ', 'AU'], 3],
  ['sjc-1', 'San José', '1 "Fast" Lane', 'San José', 'US', ['US', 'CA'], 58],
  // Nobody wrote down where it stands.
  ['xxx-1', 'Overflow', null, null, null, ['DE', 'US'], 0],
];

const FIRST_RESTOCK_AT = Date.UTC(2026, 1, 1);
const DAY_MS = 86_400_000;
const STOCK_PER_PRODUCT = 3;

export const SAMPLE_WAREHOUSE_IDS: readonly [string, ...string[]] = [
  'ber-1',
  'par-1',
  'krk-1',
  'osa-1',
  'akl-1',
  'sjc-1',
  'xxx-1',
];

export function inventorySample({ productCount }: InventorySample): SampleTable[] {
  let knownCount = 0;
  for (let product = 1; product <= productCount; product += 1) if (isKnown(product)) knownCount += 1;
  return [
    {
      table: 'inventory.warehouse',
      columns: ['id', 'name', 'street', 'city', 'country', 'serves', 'queue_length'],
      rowCount: WAREHOUSES.length,
      rows: () => WAREHOUSES,
    },
    {
      table: 'inventory.product',
      columns: ['upc', 'handling_days', 'fragile'],
      rowCount: knownCount,
      rows: () => products(productCount, seededRandom(31)),
    },
    {
      table: 'inventory.stock',
      columns: ['warehouse_id', 'upc', 'quantity', 'reserved', 'restock_at'],
      rowCount: knownCount * STOCK_PER_PRODUCT,
      rows: () => stock(productCount, seededRandom(32)),
    },
  ];
}

/** One in fifty products has never come to a warehouse. */
const isKnown = (product: number): boolean => product % 50 !== 13;

function* products(productCount: number, random: Random) {
  for (let product = 1; product <= productCount; product += 1) {
    if (isKnown(product)) yield [String(product), random.chance(0.8) ? random.below(6) : null, random.chance(0.1)];
  }
}

function* stock(productCount: number, random: Random): Generator<CopyValue[]> {
  for (let product = 1; product <= productCount; product += 1) {
    if (!isKnown(product)) continue;
    const ranOut = random.chance(0.04);
    for (let n = 0; n < STOCK_PER_PRODUCT; n += 1) {
      const warehouse =
        SAMPLE_WAREHOUSE_IDS[(product + n * 2) % SAMPLE_WAREHOUSE_IDS.length] ?? SAMPLE_WAREHOUSE_IDS[0];
      const quantity = ranOut ? 0 : random.below(120);
      const restockAt = random.chance(0.3) ? new Date(FIRST_RESTOCK_AT + random.below(60) * DAY_MS) : null;
      yield [warehouse, String(product), quantity, Math.min(quantity, random.below(6)), restockAt];
    }
  }
}
