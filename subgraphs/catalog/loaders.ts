// What one request loads of the catalog: each of these is one statement for all that the request asks of it.

import type { Page } from '../kit/connection.ts';
import {
  createLoader,
  createLoaderFamily,
  createQueryLoader,
  type Loader,
  type LoaderFamily,
  rowsPerKey,
} from '../kit/loader.ts';
import { countAll, countPerParent, type ListOrder, type Placed, readPages, readRootPage } from '../kit/paged-list.ts';
import type { Sql } from '../kit/postgres.ts';
import { createRowLoader } from '../kit/row-loader.ts';
import * as partLoaders from './part-loaders.ts';
import { BY_NAME, filterOf, type ProductFilter, type ProductOrder, productOrder } from './product-list.ts';
import {
  BRAND_COLUMNS,
  type BrandRow,
  BUNDLE_COLUMNS,
  type BundleRow,
  type FoundRow,
  MEDIA_COLUMNS,
  type MediaRow,
  PRODUCT_COLUMNS,
  type ProductRow,
} from './rows.ts';

export interface ProductListArgs {
  readonly filter: ProductFilter | null;
  readonly orderBy: ProductOrder;
  readonly page: Page;
}

export interface CatalogLoaders extends partLoaders.PartLoaders {
  readonly productByUpc: Loader<string, ProductRow | null>;
  readonly productBySku: Loader<string, ProductRow | null>;
  readonly products: Loader<ProductListArgs, Placed<ProductRow>[]>;
  readonly productCount: Loader<ProductFilter | null, number>;
  readonly bundleByUpc: Loader<string, BundleRow | null>;
  readonly bundles: Loader<Page, Placed<BundleRow>[]>;
  readonly bundleCount: Loader<'all', number>;
  readonly brandById: Loader<string, BrandRow | null>;
  readonly brands: Loader<Page, Placed<BrandRow>[]>;
  readonly brandCount: Loader<'all', number>;
  readonly brandProducts: LoaderFamily<Page, string, Placed<ProductRow>[]>;
  readonly brandProductCount: Loader<string, number>;
  readonly mediaById: Loader<string, MediaRow | null>;
  readonly found: Loader<{ readonly text: string; readonly firstCount: number }, FoundRow[]>;
  readonly newest: Loader<number, FoundRow[]>;
}

const PRODUCTS = { columns: PRODUCT_COLUMNS, from: 'catalog.product' };
const BUNDLES = { columns: BUNDLE_COLUMNS, from: 'catalog.bundle' };
const BRANDS = { columns: BRAND_COLUMNS, from: 'catalog.brand' };
const UPC = { sql: 'upc', type: 'text' };
const ID = { sql: 'id', type: 'bigint' };
const OF_BRAND = { sql: 'product.brand_id', type: 'bigint' };

export const BUNDLES_BY_NAME: ListOrder = {
  terms: [
    { sql: 'bundle.name', type: 'text' },
    { sql: 'bundle.upc', type: 'text' },
  ],
  direction: 'asc',
};

export const BRANDS_BY_NAME: ListOrder = {
  terms: [
    { sql: 'brand.name', type: 'text' },
    { sql: 'brand.id', type: 'bigint' },
  ],
  direction: 'asc',
};

/** For one request. */
export function createCatalogLoaders(sql: Sql): CatalogLoaders {
  return {
    ...partLoaders.createPartLoaders(sql),
    productByUpc: createRowLoader<ProductRow>(sql, PRODUCTS, UPC, (row) => row.upc),
    productBySku: createRowLoader<ProductRow>(sql, PRODUCTS, { sql: 'sku', type: 'text' }, (row) => row.sku),
    products: createQueryLoader(({ filter, orderBy, page }: ProductListArgs) =>
      readRootPage<ProductRow>(sql, { ...PRODUCTS, where: filterOf(filter) }, productOrder(orderBy), page),
    ),
    productCount: createQueryLoader((filter: ProductFilter | null) =>
      countAll(sql, { from: 'catalog.product', where: filterOf(filter) }),
    ),
    bundleByUpc: createRowLoader<BundleRow>(sql, BUNDLES, UPC, (row) => row.upc),
    bundles: createQueryLoader((page: Page) => readRootPage<BundleRow>(sql, BUNDLES, BUNDLES_BY_NAME, page)),
    bundleCount: createQueryLoader(() => countAll(sql, { from: 'catalog.bundle' })),
    brandById: createRowLoader<BrandRow>(sql, BRANDS, ID, (row) => row.id),
    brands: createQueryLoader((page: Page) => readRootPage<BrandRow>(sql, BRANDS, BRANDS_BY_NAME, page)),
    brandCount: createQueryLoader(() => countAll(sql, { from: 'catalog.brand' })),
    brandProducts: createLoaderFamily(async (ids: readonly string[], page: Page) =>
      rowsPerKey(ids, await readPages<ProductRow>(sql, PRODUCTS, OF_BRAND, BY_NAME, page, ids), (row) => row.parentKey),
    ),
    brandProductCount: createLoader((ids: readonly string[]) =>
      countPerParent(sql, { from: 'catalog.product' }, OF_BRAND, ids),
    ),
    mediaById: createRowLoader<MediaRow>(sql, { columns: MEDIA_COLUMNS, from: 'catalog.media' }, ID, (row) => row.id),
    found: createQueryLoader(({ text, firstCount }: { readonly text: string; readonly firstCount: number }) =>
      sql.query<FoundRow>(FIND, [text, firstCount]),
    ),
    newest: createQueryLoader((firstCount: number) => sql.query<FoundRow>(NEWEST, [firstCount])),
  };
}

const FIND = `select kind, key from (
    select 'Brand' as kind, id::text as key, name from catalog.brand where position(lower($1) in lower(name)) > 0
    union all select 'Bundle', upc, name from catalog.bundle where position(lower($1) in lower(name)) > 0
    union all select 'Product', upc, name from catalog.product where position(lower($1) in lower(name)) > 0
  ) as found order by kind collate "C", name collate "C", key collate "C" limit $2`;

const NEWEST = `select kind, key from (
    (select 'Product' as kind, upc as key, row_number() over (order by created_at desc, upc) as turn
      from catalog.product order by created_at desc, upc limit $1)
    union all
    (select 'Bundle', upc, row_number() over (order by created_at desc, upc)
      from catalog.bundle order by created_at desc, upc limit $1)
  ) as newest order by turn, kind desc limit $1`;
