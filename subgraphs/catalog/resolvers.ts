// Answers the queries of the catalog subgraph.

import type { GraphQLResolverMap } from '@apollo/subgraph';
import { type PageArgs, readLength, readPage, toConnection } from '../kit/connection.ts';
import { date, dateTime, money } from '../kit/scalars.ts';
import type { CatalogContext } from './catalog.ts';
import { BRANDS_BY_NAME, BUNDLES_BY_NAME } from './loaders.ts';
import { catalogMutations } from './mutations.ts';
import { BY_NAME, type ProductFilter, type ProductOrder, productOrder } from './product-list.ts';
import { bundleResolvers, dimensionsResolvers, productResolvers } from './product-resolvers.ts';
import type { BrandRow, FoundRow } from './rows.ts';

interface ProductListInput extends PageArgs {
  readonly filter?: ProductFilter | null;
  readonly orderBy: ProductOrder;
}

export const catalogResolvers: GraphQLResolverMap<CatalogContext> = {
  DateTime: dateTime,
  Date: date,
  Money: money,

  Query: {
    product: (_: unknown, { upc }: { upc: string }, { loaders }) => loaders.productByUpc.load(upc),
    productBySku: (_: unknown, { sku }: { sku: string }, { loaders }) => loaders.productBySku.load(sku),
    productsByUpc: (_: unknown, { upcs }: { upcs: readonly string[] }, { loaders }) =>
      loaders.productByUpc.loadMany(upcs),
    products: async (_: unknown, { filter = null, orderBy, ...args }: ProductListInput, { loaders }) => {
      const page = readPage(args, productOrder(orderBy).terms.length);
      const rows = await loaders.products.load({ filter, orderBy, page });
      return toConnection(
        rows,
        page,
        ({ place }) => place,
        () => loaders.productCount.load(filter),
      );
    },
    productCount: (_: unknown, { filter = null }: { filter?: ProductFilter | null }, { loaders }) =>
      loaders.productCount.load(filter),
    item: async (_: unknown, { upc }: { upc: string }, { loaders }) => {
      const [product, bundle] = await Promise.all([loaders.productByUpc.load(upc), loaders.bundleByUpc.load(upc)]);
      return product ?? bundle;
    },
    newArrivals: async (_: unknown, { first }: { first: number }, context) =>
      await loadFound(context, await context.loaders.newest.load(readLength('first', first))),
    bundles: async (_: unknown, args: PageArgs, { loaders }) => {
      const page = readPage(args, BUNDLES_BY_NAME.terms.length);
      const rows = await loaders.bundles.load(page);
      return toConnection(
        rows,
        page,
        ({ place }) => place,
        () => loaders.bundleCount.load('all'),
      );
    },
    brand: (_: unknown, { id }: { id: string }, { loaders }) => loaders.brandById.load(id),
    brands: async (_: unknown, args: PageArgs, { loaders }) => {
      const page = readPage(args, BRANDS_BY_NAME.terms.length);
      const rows = await loaders.brands.load(page);
      return toConnection(
        rows,
        page,
        ({ place }) => place,
        () => loaders.brandCount.load('all'),
      );
    },
    search: async (_: unknown, { text, first }: { text: string; first: number }, context) =>
      await loadFound(context, await context.loaders.found.load({ text, firstCount: readLength('first', first) })),
    media: (_: unknown, { id }: { id: string }, { loaders }) => loaders.mediaById.load(id),
  },

  Mutation: catalogMutations,

  Product: productResolvers,
  Dimensions: dimensionsResolvers,
  Bundle: bundleResolvers,

  Brand: {
    __resolveReference: ({ id }: { id: string }, { loaders }: CatalogContext) => loaders.brandById.load(id),
    products: async ({ id }: BrandRow, args: PageArgs, { loaders }) => {
      const page = readPage(args, BY_NAME.terms.length);
      const rows = await loaders.brandProducts.with(page).load(id);
      return toConnection(
        rows,
        page,
        ({ place }) => place,
        () => loaders.brandProductCount.load(id),
      );
    },
    productCount: ({ id }: BrandRow, _: unknown, { loaders }) => loaders.brandProductCount.load(id),
  },

  // Whoever knows a medium by the interface alone asks for it by that name.
  Media: { __resolveReference: mediaByReference },
  Image: { __resolveReference: mediaByReference, product: productOfMedia },
  Video: { __resolveReference: mediaByReference, product: productOfMedia },
};

function mediaByReference({ id }: { id: string }, { loaders }: CatalogContext) {
  return loaders.mediaById.load(id);
}

function productOfMedia({ upc }: { upc: string }, _: unknown, { loaders }: CatalogContext) {
  return loaders.productByUpc.load(upc);
}

/** What was deleted since it was found is left out. */
async function loadFound({ loaders }: CatalogContext, found: readonly FoundRow[]): Promise<object[]> {
  const rows = await Promise.all(
    found.map(async ({ kind, key }): Promise<object | null> => {
      switch (kind) {
        case 'Product':
          return await loaders.productByUpc.load(key);
        case 'Bundle':
          return await loaders.bundleByUpc.load(key);
        case 'Brand':
          return await loaders.brandById.load(key);
      }
    }),
  );
  return rows.filter((row) => row !== null);
}
