// Answers the fields of products and bundles.

import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import { readLength } from '../kit/connection.ts';
import type { CatalogContext } from './catalog.ts';
import { fromCents, toCents } from './money.ts';
import type { BundleRow, ProductRow } from './rows.ts';

interface Dimensions {
  readonly length: number;
  readonly width: number;
  readonly height: number;
}

/** What a euro costs. Fixed: this graph has no market. */
const RATES: Readonly<Record<string, number>> = { EUR: 1, USD: 1.08, GBP: 0.85 };
const LITRES_PER_GALLON = 3.785411784;

export const productResolvers = {
  __resolveReference: (reference: { upc?: string; sku?: string }, { loaders }: CatalogContext) => {
    if (reference.upc !== undefined) return loaders.productByUpc.load(reference.upc);
    return reference.sku === undefined ? null : loaders.productBySku.load(reference.sku);
  },
  priceIn: ({ price }: ProductRow, { currency }: { currency: string }) => {
    const rate = RATES[currency];
    if (rate === undefined)
      throw new GraphQLError(`expected a currency with a rate, got ${currency}`, { extensions: { code: 'NO_RATE' } });
    return price === null ? null : fromCents(toCents(price) * rate);
  },
  dimensions: ({ lengthCm, widthCm, heightCm }: ProductRow): Dimensions | null =>
    lengthCm === null || widthCm === null || heightCm === null
      ? null
      : { length: lengthCm, width: widthCm, height: heightCm },
  brand: ({ brandId }: ProductRow, _: unknown, { loaders }: CatalogContext) =>
    brandId === null ? null : loaders.brandById.load(brandId),
  variants: ({ upc }: ProductRow, _: unknown, { loaders }: CatalogContext) => loaders.variants.load(upc),
  priceHistory: ({ upc }: ProductRow, { last }: { last: number }, { loaders }: CatalogContext) =>
    loaders.priceHistory.with(readLength('last', last)).load(upc),
  media: ({ upc }: ProductRow, { kind = null }: { kind?: string | null }, { loaders }: CatalogContext) =>
    loaders.media.with(kind).load(upc),
  similar: (
    { upc, category }: ProductRow,
    { first }: { first: number },
    { loaders, cacheTags }: CatalogContext,
    info: GraphQLResolveInfo,
  ) => {
    cacheTags.add(info, [`similar-${category}`]);
    return loaders.similar.with(readLength('first', first)).load(upc);
  },
};

export const dimensionsResolvers = {
  volume: ({ length, width, height }: Dimensions, { unit }: { unit: 'LITRE' | 'GALLON' }) => {
    const litres = (length * width * height) / 1_000;
    return rounded(unit === 'LITRE' ? litres : litres / LITRES_PER_GALLON);
  },
};

export const bundleResolvers = {
  __resolveReference: ({ upc }: { upc: string }, { loaders }: CatalogContext) => loaders.bundleByUpc.load(upc),
  price: async (
    { upc, discountPercent }: BundleRow,
    _: unknown,
    { loaders, cacheTags }: CatalogContext,
    info: GraphQLResolveInfo,
  ) => {
    const upcs = await loaders.bundledUpcs.load(upc);
    // No trigger could tell from a product alone which bundles it lies in.
    cacheTags.add(
      info,
      upcs.map((part) => `part-${part}`),
    );
    let cents = 0;
    for (const product of await loaders.productByUpc.loadMany(upcs)) {
      if (product === null || product.price === null) return null;
      cents += toCents(product.price);
    }
    return fromCents((cents * (100 - discountPercent)) / 100);
  },
  products: async ({ upc }: BundleRow, _: unknown, { loaders }: CatalogContext) => {
    const products = await loaders.productByUpc.loadMany(await loaders.bundledUpcs.load(upc));
    return products.filter((product) => product !== null);
  },
  productCount: async ({ upc }: BundleRow, _: unknown, { loaders }: CatalogContext) =>
    (await loaders.bundledUpcs.load(upc)).length,
};

const rounded = (value: number): number => Math.round(value * 100) / 100;
