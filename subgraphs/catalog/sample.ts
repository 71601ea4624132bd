// Sample products, the same every time: names that repeat, prices and sizes that nobody knows, texts of all kinds.

import { type Random, seededRandom } from '../kit/random.ts';
import type { CopyValue, SampleTable } from '../kit/sample-tables.ts';
import {
  ADJECTIVES,
  BRAND_ENDS,
  BRAND_WORDS,
  CATEGORIES,
  COLORS,
  COUNTRIES,
  LABELS,
  NOUNS,
  SENTENCES,
  SIZES,
} from './sample-words.ts';

export interface CatalogSample {
  /** At least 20. */
  readonly productCount: number;
}

const FIRST_CREATED_AT = Date.UTC(2020, 0, 1);
const DAY_MS = 86_400_000;
const PRODUCTS_PER_BRAND = 30;
const PRODUCTS_PER_BUNDLE = 20;
const PARTS_PER_BUNDLE = 3;

/** The n-th product's SKU, from 1. */
export function skuOf(product: number): string {
  return `${'ABCDEFGH'[product % 8]}${String(product).padStart(6, '0')}-${(product * 7919) % 97}`;
}

/** How many media all products have together; their ids are 1 to this. */
export function mediaCountOf(productCount: number): number {
  let count = 0;
  for (let product = 1; product <= productCount; product += 1) count += mediaPerProduct(product);
  return count;
}

export function catalogSample({ productCount }: CatalogSample): SampleTable[] {
  const brandCount = Math.ceil(productCount / PRODUCTS_PER_BRAND);
  const bundleCount = Math.ceil(productCount / PRODUCTS_PER_BUNDLE);
  const sum = (perProduct: (product: number) => number): number => {
    let count = 0;
    for (let product = 1; product <= productCount; product += 1) count += perProduct(product);
    return count;
  };
  return [
    {
      table: 'catalog.brand',
      columns: ['id', 'name', 'country', 'founded', 'website'],
      rowCount: brandCount,
      rows: () => brands(brandCount, seededRandom(21)),
      sequence: { name: 'catalog.brand_id_seq', column: 'id' },
    },
    {
      table: 'catalog.product',
      columns: [
        'upc',
        'sku',
        'name',
        'description',
        'price',
        'weight_kg',
        'length_cm',
        'width_cm',
        'height_cm',
        'category',
        'colors',
      ].concat(['labels', 'tax_code', 'released_on', 'created_at', 'brand_id']),
      rowCount: productCount,
      rows: () => products(productCount, brandCount, seededRandom(22)),
    },
    {
      table: 'catalog.variant',
      columns: ['id', 'upc', 'size', 'surcharge'],
      rowCount: sum(variantsPerProduct),
      rows: () => variants(productCount, seededRandom(23)),
      sequence: { name: 'catalog.variant_id_seq', column: 'id' },
    },
    {
      table: 'catalog.price_point',
      columns: ['upc', 'changed_at', 'price'],
      rowCount: sum(pricePointsPerProduct),
      rows: () => pricePoints(productCount, seededRandom(24)),
    },
    {
      table: 'catalog.media',
      columns: ['id', 'upc', 'kind', 'url', 'alt', 'seconds'],
      rowCount: mediaCountOf(productCount),
      rows: () => media(productCount, seededRandom(25)),
      sequence: { name: 'catalog.media_id_seq', column: 'id' },
    },
    {
      table: 'catalog.bundle',
      columns: ['upc', 'name', 'discount_percent', 'created_at'],
      rowCount: bundleCount,
      rows: () => bundles(bundleCount, seededRandom(26)),
    },
    {
      table: 'catalog.bundle_item',
      columns: ['bundle_upc', 'upc'],
      rowCount: bundleCount * PARTS_PER_BUNDLE,
      rows: () => bundleItems(bundleCount, productCount),
    },
  ];
}

const mediaPerProduct = (product: number): number => product % 4;
const variantsPerProduct = (product: number): number => product % 3;
const pricePointsPerProduct = (product: number): number => (product % 7 === 0 ? 6 : product % 2);

function* brands(brandCount: number, random: Random) {
  for (let id = 1; id <= brandCount; id += 1) {
    const name = `${random.pick(BRAND_WORDS)} ${random.pick(BRAND_ENDS)}`;
    const country = random.chance(0.9) ? random.pick(COUNTRIES) : null;
    yield [
      id,
      name,
      country,
      random.chance(0.7) ? 1850 + random.below(170) : null,
      random.chance(0.6) ? `https://brand-${id}.example` : null,
    ];
  }
}

function* products(productCount: number, brandCount: number, random: Random) {
  for (let product = 1; product <= productCount; product += 1) {
    const category = random.pick(CATEGORIES);
    const createdAt = FIRST_CREATED_AT + product * 3_600_000;
    const size = random.chance(0.85)
      ? [5 + random.below(900) / 10, 3 + random.below(400) / 10, 1 + random.below(300) / 10]
      : [null, null, null];
    const row: CopyValue[] = [
      String(product),
      skuOf(product),
      `${random.pick(ADJECTIVES)} ${random.pick(NOUNS[category] ?? ['Thing'])}`,
      random.chance(0.8) ? description(random) : null,
      random.chance(0.96) ? (0.5 + random.fraction() ** 3 * 900).toFixed(2) : null,
      random.chance(0.95) ? Math.round((0.05 + random.fraction() ** 4 * 40) * 1_000) / 1_000 : null,
      ...size,
      category,
      random.chance(0.8) ? COLORS.filter(() => random.chance(0.3)) : null,
      LABELS.filter(() => random.chance(0.15)),
      random.chance(0.99) ? `T${random.below(20)}` : null,
      random.chance(0.85) ? new Date(createdAt + random.below(365) * DAY_MS).toISOString().slice(0, 10) : null,
      new Date(createdAt),
      random.chance(0.95) ? 1 + random.below(brandCount) : null,
    ];
    yield row;
  }
}

/** Most are short; one in a hundred is as long as a page. */
function description(random: Random): string {
  const sentenceCount = random.chance(0.01) ? 120 : 1 + random.below(4);
  return Array.from({ length: sentenceCount }, () => random.pick(SENTENCES)).join(' ');
}

function* variants(productCount: number, random: Random) {
  let id = 0;
  for (let product = 1; product <= productCount; product += 1) {
    for (let n = 0; n < variantsPerProduct(product); n += 1) {
      id += 1;
      yield [
        id,
        String(product),
        random.pick(SIZES),
        random.chance(0.5) ? (random.below(2_000) / 100).toFixed(2) : null,
      ];
    }
  }
}

function* pricePoints(productCount: number, random: Random) {
  for (let product = 1; product <= productCount; product += 1) {
    for (let n = 0; n < pricePointsPerProduct(product); n += 1) {
      const changedAt = new Date(FIRST_CREATED_AT + product * 3_600_000 + n * 30 * DAY_MS);
      yield [String(product), changedAt, random.chance(0.95) ? (1 + random.fraction() * 500).toFixed(2) : null];
    }
  }
}

function* media(productCount: number, random: Random) {
  let id = 0;
  for (let product = 1; product <= productCount; product += 1) {
    for (let n = 0; n < mediaPerProduct(product); n += 1) {
      id += 1;
      const isVideo = n === 2;
      const url = `https://media.example/${product}/${n}.${isVideo ? 'mp4' : 'webp'}`;
      const alt = isVideo || random.chance(0.3) ? null : `Picture ${n + 1} of "${product}"`;
      yield [id, String(product), isVideo ? 'VIDEO' : 'IMAGE', url, alt, isVideo ? 5 + random.below(600) : null];
    }
  }
}

function* bundles(bundleCount: number, random: Random) {
  for (let bundle = 1; bundle <= bundleCount; bundle += 1) {
    const name = `${random.pick(ADJECTIVES)} Set of ${PARTS_PER_BUNDLE}`;
    yield [`b${bundle}`, name, random.below(7) * 5, new Date(FIRST_CREATED_AT + bundle * DAY_MS)];
  }
}

function* bundleItems(bundleCount: number, productCount: number) {
  for (let bundle = 1; bundle <= bundleCount; bundle += 1) {
    for (let part = 0; part < PARTS_PER_BUNDLE; part += 1) {
      // Steps of less than the third of all products: never the same one twice in a bundle.
      yield [
        `b${bundle}`,
        String(1 + ((bundle * 13 + part * Math.floor(productCount / PARTS_PER_BUNDLE)) % productCount)),
      ];
    }
  }
}
