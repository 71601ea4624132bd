// What one request loads of the parts of products and bundles: each of these is one statement for all of them.

import { createLoader, createLoaderFamily, type Loader, type LoaderFamily, rowsPerKey } from '../kit/loader.ts';
import type { Sql } from '../kit/postgres.ts';
import {
  MEDIA_COLUMNS,
  type MediaRow,
  PRODUCT_COLUMNS,
  type PricePointRow,
  type ProductRow,
  type VariantRow,
} from './rows.ts';

export interface PartLoaders {
  readonly variants: Loader<string, VariantRow[]>;
  /** By how many; newest first. */
  readonly priceHistory: LoaderFamily<number, string, PricePointRow[]>;
  /** By kind; null: all. */
  readonly media: LoaderFamily<string | null, string, MediaRow[]>;
  /** By how many; nearest in price first. */
  readonly similar: LoaderFamily<number, string, ProductRow[]>;
  readonly bundledUpcs: Loader<string, readonly string[]>;
}

interface OfProduct {
  readonly ofUpc: string;
}

/** For one request. */
export function createPartLoaders(sql: Sql): PartLoaders {
  const byProduct = <Row extends OfProduct>(upcs: readonly string[], rows: readonly Row[]): Row[][] =>
    rowsPerKey(upcs, rows, (row) => row.ofUpc);
  return {
    variants: createLoader(async (upcs: readonly string[]) =>
      rowsPerKey(
        upcs,
        await sql.query<VariantRow>(
          'select id::text, upc, size, surcharge from catalog.variant where upc = any($1::text[]) order by variant.id',
          [upcs],
        ),
        (row) => row.upc,
      ),
    ),
    priceHistory: createLoaderFamily(async (upcs: readonly string[], lastCount: number) =>
      byProduct(upcs, await sql.query<PricePointRow & OfProduct>(PRICE_HISTORY, [upcs, lastCount])),
    ),
    media: createLoaderFamily(async (upcs: readonly string[], kind: string | null) =>
      rowsPerKey(
        upcs,
        await sql.query<MediaRow>(
          `select ${MEDIA_COLUMNS} from catalog.media where upc = any($1::text[]) and ($2::text is null or kind = $2) order by media.id`,
          [upcs, kind],
        ),
        (row) => row.upc,
      ),
    ),
    similar: createLoaderFamily(async (upcs: readonly string[], firstCount: number) =>
      byProduct(upcs, await sql.query<ProductRow & OfProduct>(SIMILAR, [upcs, firstCount])),
    ),
    bundledUpcs: createLoader(async (bundles: readonly string[]) => {
      const rows = await sql.query<{ bundle: string; upc: string }>(
        'select bundle_upc as bundle, upc from catalog.bundle_item where bundle_upc = any($1::text[]) order by bundle_upc, upc',
        [bundles],
      );
      return rowsPerKey(bundles, rows, (row) => row.bundle).map((group) => group.map(({ upc }) => upc));
    }),
  };
}

const PRICE_HISTORY = `select parent.upc as "ofUpc", point.price, point.changed_at as "changedAt"
  from unnest($1::text[]) as parent (upc) cross join lateral (
    select price, changed_at from catalog.price_point where upc = parent.upc order by changed_at desc limit $2
  ) as point order by parent.upc, point.changed_at desc`;

const SIMILAR = `select item.* from catalog.product as own cross join lateral (
    select own.upc as "ofUpc", abs(product.price - own.price) as distance, ${PRODUCT_COLUMNS} from catalog.product
    where product.category = own.category and product.upc <> own.upc and product.price is not null
    order by abs(product.price - own.price), product.upc limit $2
  ) as item where own.upc = any($1::text[]) and own.price is not null order by "ofUpc", distance, item.upc`;
