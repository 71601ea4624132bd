// What one request loads of warehouses and stock: each of these is one statement for all that the request asks of it.

import type { Page } from '../kit/connection.ts';
import {
  createLoader,
  createLoaderFamily,
  createQueryLoader,
  type Loader,
  type LoaderFamily,
  rowPerKey,
  rowsPerKey,
} from '../kit/loader.ts';
import {
  type Conditions,
  countAll,
  countPerParent,
  type ListOrder,
  type Placed,
  readPages,
  readRootPage,
} from '../kit/paged-list.ts';
import type { Sql } from '../kit/postgres.ts';
import { createRowLoader } from '../kit/row-loader.ts';

export interface WarehouseRow {
  readonly id: string;
  readonly name: string;
  readonly street: string | null;
  readonly city: string | null;
  readonly country: string | null;
  readonly queueLength: number;
}

export interface ProductRow {
  readonly upc: string;
  readonly handlingDays: number | null;
  readonly fragile: boolean;
}

export interface StockKey {
  readonly warehouseId: string;
  readonly upc: string;
}

export interface StockRow extends StockKey {
  readonly quantity: number;
  readonly reserved: number;
  readonly restockAt: Date | null;
}

export interface SenderRow {
  readonly upc: string;
  readonly warehouseId: string;
  /** Does it stand in the country that is sent to? */
  readonly near: boolean;
}

export interface InventoryLoaders {
  readonly warehouseById: Loader<string, WarehouseRow | null>;
  /** By country; null: all. */
  readonly warehouses: Loader<string | null, WarehouseRow[]>;
  readonly productByUpc: Loader<string, ProductRow | null>;
  readonly stockByKey: Loader<StockKey, StockRow | null>;
  /** By the least quantity. */
  readonly productStock: LoaderFamily<number, string, StockRow[]>;
  readonly productQuantity: Loader<string, number>;
  readonly warehouseStock: LoaderFamily<Page, string, Placed<StockRow>[]>;
  readonly warehouseProductCount: Loader<string, number>;
  readonly lowStock: Loader<{ readonly below: number; readonly page: Page }, Placed<StockRow>[]>;
  readonly lowStockCount: Loader<number, number>;
  /** Who sends a product to a country; null: nobody has it. */
  readonly sender: LoaderFamily<string, string, SenderRow | null>;
  readonly isServed: Loader<string, boolean>;
}

export const WAREHOUSE_COLUMNS = 'warehouse.id, name, street, city, country, queue_length as "queueLength"';
export const PRODUCT_COLUMNS = 'product.upc, handling_days as "handlingDays", fragile';
export const STOCK_COLUMNS =
  'stock.warehouse_id as "warehouseId", stock.upc, stock.quantity, stock.reserved, stock.restock_at as "restockAt"';

const STOCK = { columns: STOCK_COLUMNS, from: 'inventory.stock' };
const OF_WAREHOUSE = { sql: 'stock.warehouse_id', type: 'text' };
const UPC = { sql: 'stock.upc', type: 'text' };

export const STOCK_BY_PRODUCT: ListOrder = { terms: [UPC], direction: 'asc' };
export const LEAST_STOCK_FIRST: ListOrder = {
  terms: [{ sql: 'stock.quantity', type: 'integer' }, UPC, OF_WAREHOUSE],
  direction: 'asc',
};

/** For one request. */
export function createInventoryLoaders(sql: Sql): InventoryLoaders {
  return {
    warehouseById: createRowLoader<WarehouseRow>(
      sql,
      { columns: WAREHOUSE_COLUMNS, from: 'inventory.warehouse' },
      { sql: 'id', type: 'text' },
      (row) => row.id,
    ),
    warehouses: createQueryLoader((country: string | null) =>
      sql.query<WarehouseRow>(
        `select ${WAREHOUSE_COLUMNS} from inventory.warehouse where $1::text is null or country = $1 order by name, id`,
        [country],
      ),
    ),
    productByUpc: createRowLoader<ProductRow>(
      sql,
      { columns: PRODUCT_COLUMNS, from: 'inventory.product' },
      { sql: 'upc', type: 'text' },
      (row) => row.upc,
    ),
    stockByKey: createLoader(async (keys: readonly StockKey[]) => {
      const rows = await sql.query<StockRow>(
        `select ${STOCK_COLUMNS} from inventory.stock join unnest($1::text[], $2::text[]) as wanted (warehouse_id, upc) using (warehouse_id, upc)`,
        [keys.map(({ warehouseId }) => warehouseId), keys.map(({ upc }) => upc)],
      );
      return rowPerKey(keys.map(stockName), rows, stockName);
    }, stockName),
    productStock: createLoaderFamily(async (upcs: readonly string[], atLeast: number) =>
      rowsPerKey(
        upcs,
        await sql.query<StockRow>(
          `select ${STOCK_COLUMNS} from inventory.stock where upc = any($1::text[]) and quantity >= $2 order by upc, warehouse_id`,
          [upcs, atLeast],
        ),
        (row) => row.upc,
      ),
    ),
    productQuantity: createLoader(async (upcs: readonly string[]) => {
      const rows = await sql.query<{ upc: string; quantity: number }>(
        'select upc, sum(quantity)::integer as quantity from inventory.stock where upc = any($1::text[]) group by upc',
        [upcs],
      );
      return rowPerKey(upcs, rows, (row) => row.upc).map((row) => row?.quantity ?? 0);
    }),
    warehouseStock: createLoaderFamily(async (ids: readonly string[], page: Page) =>
      rowsPerKey(
        ids,
        await readPages<StockRow>(sql, STOCK, OF_WAREHOUSE, STOCK_BY_PRODUCT, page, ids),
        (row) => row.parentKey,
      ),
    ),
    warehouseProductCount: createLoader((ids: readonly string[]) =>
      countPerParent(sql, { from: 'inventory.stock' }, OF_WAREHOUSE, ids),
    ),
    lowStock: createQueryLoader(({ below, page }: { readonly below: number; readonly page: Page }) =>
      readRootPage<StockRow>(sql, { ...STOCK, where: lowerThan(below) }, LEAST_STOCK_FIRST, page),
    ),
    lowStockCount: createQueryLoader((below: number) =>
      countAll(sql, { from: 'inventory.stock', where: lowerThan(below) }),
    ),
    sender: createLoaderFamily(async (upcs: readonly string[], country: string) =>
      rowPerKey(upcs, await sql.query<SenderRow>(SENDERS, [upcs, country]), (row) => row.upc),
    ),
    isServed: createLoader(async (countries: readonly string[]) => {
      const rows = await sql.query<{ country: string }>(
        'select distinct served.country from inventory.warehouse, unnest(serves) as served (country) where served.country = any($1::text[])',
        [countries],
      );
      return countries.map((wanted) => rows.some(({ country }) => country === wanted));
    }),
  };
}

const SENDERS = `select distinct on (stock.upc) stock.upc, warehouse.id as "warehouseId", warehouse.country is not distinct from $2 as near
  from inventory.stock join inventory.warehouse on warehouse.id = stock.warehouse_id
  where stock.upc = any($1::text[]) and stock.quantity > stock.reserved and $2::text = any(warehouse.serves)
  order by stock.upc, near desc, stock.quantity desc, warehouse.id`;

const stockName = ({ warehouseId, upc }: StockKey): string => JSON.stringify([warehouseId, upc]);

const lowerThan = (below: number): Conditions => ({ all: ['stock.quantity < $1::integer'], values: [below] });
