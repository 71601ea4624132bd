// Answers the queries of the inventory subgraph.

import type { GraphQLResolverMap } from '@apollo/subgraph';
import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import { type PageArgs, readPage, toConnection } from '../kit/connection.ts';
import { dateTime, money } from '../kit/scalars.ts';
import type { InventoryContext } from './inventory.ts';
import { LEAST_STOCK_FIRST, type ProductRow, STOCK_BY_PRODUCT, type StockRow, type WarehouseRow } from './loaders.ts';
import { inventoryMutations } from './mutations.ts';
import { deliveryDays, parcelVolume, type ShippedProduct, type Size, shippingClass, shippingCost } from './shipping.ts';

/** A representation: the key, and what `@requires` asked the catalog for. */
interface ProductReference extends Partial<ShippedProduct> {
  readonly upc: string;
  readonly dimensions?: Size | null;
}

interface Product extends ProductRow, ShippedProduct {
  readonly dimensions: Size | null;
}

interface StockReference {
  readonly upc: string;
  readonly warehouse: { readonly id: string };
}

export const inventoryResolvers: GraphQLResolverMap<InventoryContext> = {
  DateTime: dateTime,
  Money: money,

  Query: {
    warehouse: (_: unknown, { id }: { id: string }, { loaders }) => loaders.warehouseById.load(id),
    warehouses: (_: unknown, { country = null }: { country?: string | null }, { loaders }) =>
      loaders.warehouses.load(country),
    stock: (_: unknown, { warehouseId, upc }: { warehouseId: string; upc: string }, { loaders }) =>
      loaders.stockByKey.load({ warehouseId, upc }),
    lowStock: async (_: unknown, { below, ...args }: PageArgs & { below: number }, { loaders }) => {
      const page = readPage(args, LEAST_STOCK_FIRST.terms.length);
      const rows = await loaders.lowStock.load({ below, page });
      return toConnection(
        rows,
        page,
        ({ place }) => place,
        () => loaders.lowStockCount.load(below),
      );
    },
  },

  Mutation: inventoryMutations,

  Product: {
    __resolveReference: async (reference: ProductReference, { loaders }: InventoryContext): Promise<Product | null> => {
      const row = await loaders.productByUpc.load(reference.upc);
      if (row === null) return null;
      const { price = null, weight = null, dimensions = null } = reference;
      return { ...row, price, weight, dimensions };
    },
    totalQuantity: ({ upc }: Product, _: unknown, { loaders }) => loaders.productQuantity.load(upc),
    inStock: async ({ upc }: Product, _: unknown, { loaders }) => (await loaders.productQuantity.load(upc)) > 0,
    stock: ({ upc }: Product, { atLeast }: { atLeast: number }, { loaders }) =>
      loaders.productStock.with(atLeast).load(upc),
    shippingEstimate: (product: Product) => shippingCost(product, 'standard'),
    shippingClass: ({ weight }: Product) => shippingClass(weight),
    parcelVolume: ({ dimensions }: Product) => (dimensions === null ? null : parcelVolume(dimensions)),
    delivery: async (
      product: Product,
      { country, express }: { country: string; express: boolean },
      { loaders, cacheTags }: InventoryContext,
      info: GraphQLResolveInfo,
    ) => {
      // Which warehouses serve the country is found by a query.
      cacheTags.add(info, ['delivery']);
      const [served, sender] = await Promise.all([
        loaders.isServed.load(country),
        loaders.sender.with(country).load(product.upc),
      ]);
      if (!served) {
        throw new GraphQLError(`expected a country that is sent to, got ${JSON.stringify(country)}`, {
          extensions: { code: 'NOT_SERVED' },
        });
      }
      if (sender === null) return null;
      const speed = express ? 'express' : 'standard';
      return {
        from: () => loaders.warehouseById.load(sender.warehouseId),
        days: deliveryDays(product.handlingDays, sender.near ? 'near' : 'far', speed),
        cost: shippingCost(product, speed),
      };
    },
  },

  Stock: {
    __resolveReference: ({ warehouse, upc }: StockReference, { loaders }: InventoryContext) =>
      loaders.stockByKey.load({ warehouseId: warehouse.id, upc }),
    warehouse: ({ warehouseId }: StockRow, _: unknown, { loaders }) => loaders.warehouseById.load(warehouseId),
    product: ({ upc }: StockRow, _: unknown, { loaders }) => loaders.productByUpc.load(upc),
  },

  Warehouse: {
    __resolveReference: ({ id }: { id: string }, { loaders }: InventoryContext) => loaders.warehouseById.load(id),
    address: ({ street, city, country }: WarehouseRow) => (city === null ? null : { street, city, country }),
    stock: async ({ id }: WarehouseRow, args: PageArgs, { loaders }) => {
      const page = readPage(args, STOCK_BY_PRODUCT.terms.length);
      const rows = await loaders.warehouseStock.with(page).load(id);
      return toConnection(
        rows,
        page,
        ({ place }) => place,
        () => loaders.warehouseProductCount.load(id),
      );
    },
    productCount: ({ id }: WarehouseRow, _: unknown, { loaders }) => loaders.warehouseProductCount.load(id),
  },
};
