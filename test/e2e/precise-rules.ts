// Everything of the reference graph that may be declared precise, declared so: the most that a gateway can keep across unrelated writes.
//
// Not among them: counts at the root (`productCount` …). Nothing that they return is an entity, so no list tag finds them,
// and no watch bears the tags that they declare.

const precise = { precise: true };
const all = (...names: readonly string[]): Record<string, typeof precise> =>
  Object.fromEntries(names.map((name) => [name, precise]));

/** For `cache.subgraphs` of freshet.yaml. */
export const PRECISE_EVERYWHERE = {
  accounts: {
    types: all('User'),
    fields: all(
      ...['Query.user', 'Query.userByUsername', 'Query.usersById', 'Query.users', 'Query.me'],
      ...['User.followers', 'User.homeStore', 'User.wishlist', 'User.cart'],
    ),
  },
  catalog: {
    types: all('Product', 'Brand', 'Bundle', 'Image', 'Video', 'Media'),
    fields: all(
      ...['Query.product', 'Query.productBySku', 'Query.productsByUpc', 'Query.products', 'Query.item', 'Query.brand'],
      ...['Query.brands', 'Query.bundles', 'Query.newArrivals', 'Query.search', 'Query.media'],
      ...[
        'Product.brand',
        'Product.variants',
        'Product.priceIn',
        'Product.priceHistory',
        'Product.media',
        'Product.similar',
      ],
      ...['Bundle.products', 'Brand.products', 'Image.product', 'Video.product'],
    ),
  },
  inventory: {
    types: all('Product', 'Stock', 'Warehouse'),
    fields: all(
      ...['Query.warehouse', 'Query.warehouses', 'Query.stock', 'Query.lowStock'],
      ...['Product.stock', 'Product.delivery', 'Stock.product', 'Stock.warehouse', 'Warehouse.stock'],
    ),
  },
  reviews: {
    types: all('Review', 'Product', 'User', 'Media'),
    fields: all(
      ...['Query.review', 'Query.reviews'],
      ...['Product.reviews', 'User.reviews', 'Review.body', 'Review.author', 'Review.product', 'Review.boughtFrom'],
    ),
  },
};
