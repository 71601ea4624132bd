// The questions that the readers of a history ask: each says which keys its answer shows, and what they are.
import { signedBearer } from '../../support/deployment/signed-bearer.ts';
import { json, type Observation } from './writer.ts';

export interface Probe {
  readonly name: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** @param data of an answer without errors */
  observe(data: unknown): readonly Observation[];
}

/** What stands at a path of an answer; undefined where there is no such place. */
export function at(data: unknown, ...path: readonly (string | number)[]): unknown {
  let value = data;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

/** One key at one path. What is not there counts as null: an entity that does not exist has no fields. */
const key = (name: string, data: unknown, ...path: readonly (string | number)[]): Observation => [
  name,
  json(at(data, ...path) ?? null),
];

/** A connection by its count and the ids of its nodes: two keys, since a subgraph reads them by two statements. */
const list = (name: string, data: unknown, id: string, ...path: readonly string[]): readonly Observation[] => {
  const nodes = at(data, ...path, 'nodes');
  const ids = Array.isArray(nodes) ? nodes.map((node) => at(node, id)) : null;
  return [
    [`${name} nodes`, json(ids)],
    [`${name} count`, json(at(data, ...path, 'totalCount') ?? null)],
  ];
};

const NAMED = ['h-n1', 'h-n2', 'h-n3', 'h-n4', 'h-slow', 'h-x1', 'h-x2'] as const;

/** All questions of the workload. */
export async function createProbes(): Promise<readonly Probe[]> {
  return [
    ...NAMED.map(nameProbe),
    ...NAMED.slice(0, 5).map(itemProbe),
    manyNamesProbe(),
    ...['h-p1', 'h-p2'].map(priceProbe),
    ...['h-b1', 'h-b2'].map(bundleProbe),
    shippingProbe(),
    ...['', 'name price'].map(labelProbe),
    ...['9001', '9002'].map(brandProbe),
    skuProbe(),
    bulkProbe(),
    ...['h-r1', 'h-r2'].map(reviewsProbe),
    stockProbe(),
    followersProbe(),
    ...(await emailProbes('9102')),
    likesProbe('9201'),
    acrossProbe(),
  ];
}

const nameProbe = (upc: string): Probe => ({
  name: `name of ${upc}`,
  query: 'query Name($upc: ID!) { product(upc: $upc) { name } }',
  variables: { upc },
  observe: (data) => [key(`name:${upc}`, data, 'product', 'name')],
});

const itemProbe = (upc: string): Probe => ({
  name: `item ${upc}`,
  query: 'query Item($upc: ID!) { item(upc: $upc) { called: name ... on Product { category } } }',
  variables: { upc },
  observe: (data) => [key(`name:${upc}`, data, 'item', 'called')],
});

const manyNamesProbe = (): Probe => ({
  name: 'many names',
  query: 'query Names($upcs: [ID!]!) { productsByUpc(upcs: $upcs) { upc name reviewCount } }',
  variables: { upcs: NAMED },
  observe: (data) => NAMED.map((upc, index) => key(`name:${upc}`, data, 'productsByUpc', index, 'name')),
});

const priceProbe = (upc: string): Probe => ({
  name: `price of ${upc}`,
  query: 'query Price($upc: ID!) { product(upc: $upc) { price euros: priceIn(currency: EUR) } }',
  variables: { upc },
  observe: (data) => [key(`price:${upc}`, data, 'product', 'price'), key(`price:${upc}`, data, 'product', 'euros')],
});

const bundleProbe = (upc: string): Probe => ({
  name: `price of bundle ${upc}`,
  query: 'query Bundle($upc: ID!) { item(upc: $upc) { price } }',
  variables: { upc },
  observe: (data) => [key(`price:${upc}`, data, 'item', 'price')],
});

const shippingProbe = (): Probe => ({
  name: 'shipping',
  query: '{ product(upc: "h-w1") { weight shippingEstimate } }',
  observe: (data) => [
    key('weight:h-w1', data, 'product', 'weight'),
    key('shipping:h-w1', data, 'product', 'shippingEstimate'),
  ],
});

const labelProbe = (more: string): Probe => ({
  name: `labelled ${more}`,
  query: `{ products(filter: { label: "h-label" }) { totalCount nodes { upc ${more} } } }`,
  observe: (data) => list('label:h-label', data, 'upc', 'products'),
});

const brandProbe = (id: string): Probe => ({
  name: `brand ${id}`,
  query: 'query Brand($id: ID!) { brand(id: $id) { productCount products { totalCount nodes { upc brand { id } } } } }',
  variables: { id },
  observe: (data) => [
    key(`brandCount:${id}`, data, 'brand', 'productCount'),
    ...list(`brand:${id}`, data, 'upc', 'brand', 'products'),
  ],
});

const skuProbe = (): Probe => ({
  name: 'skus',
  query: `{
    owner: productBySku(sku: "SKU-h-moved") { upc }
    one: product(upc: "h-s1") { sku }
    other: product(upc: "h-s2") { sku }
    of: product(upc: "h-of-9001") { brand { id } }
  }`,
  observe: (data) => [
    key('sku:SKU-h-moved', data, 'owner', 'upc'),
    key('skuOf:h-s1', data, 'one', 'sku'),
    key('skuOf:h-s2', data, 'other', 'sku'),
    key('brandOf:h-of-9001', data, 'of', 'brand', 'id'),
  ],
});

const bulkProbe = (): Probe => ({
  name: 'bulk',
  query: '{ a: product(upc: "h-bulk-1") { description } b: product(upc: "h-bulk-1200") { description } }',
  observe: (data) => [
    key('text:h-bulk-1', data, 'a', 'description'),
    key('text:h-bulk-1200', data, 'b', 'description'),
  ],
});

const reviewsProbe = (upc: string): Probe => ({
  name: `reviews of ${upc}`,
  query: `query Reviews($upc: ID!) {
    product(upc: $upc) { name reviewCount reviews(first: 3) { totalCount nodes { id rating } } }
  }`,
  variables: { upc },
  observe: (data) => [
    key(`reviewCount:${upc}`, data, 'product', 'reviewCount'),
    ...list(`reviews:${upc}`, data, 'id', 'product', 'reviews'),
  ],
});

const stockProbe = (): Probe => ({
  name: 'stock',
  query: '{ product(upc: "h-q1") { totalQuantity stock { quantity } } }',
  observe(data) {
    const stock = at(data, 'product', 'stock');
    const quantities = Array.isArray(stock) ? stock.map((one) => at(one, 'quantity')) : null;
    return [key('quantity:h-q1', data, 'product', 'totalQuantity'), ['stock:h-q1', json(quantities)]];
  },
});

const followersProbe = (): Probe => ({
  name: 'followers',
  query: '{ user(id: "9101") { followerCount followers(first: 1) { totalCount } } }',
  observe: (data) => [
    key('followerCount:9101', data, 'user', 'followerCount'),
    key('followers:9101', data, 'user', 'followers', 'totalCount'),
  ],
});

/** As the person itself, as nobody and as another: the same question. */
async function emailProbes(id: string): Promise<readonly Probe[]> {
  const query = 'query Email($id: ID!) { user(id: $id) { username email } }';
  const probe = (who: string, observed: string, headers: Readonly<Record<string, string>>): Probe => ({
    name: `email of ${id} to ${who}`,
    query,
    variables: { id },
    headers,
    observe: (data) => [key(`${observed}:${id}`, data, 'user', 'email')],
  });
  return [
    probe('itself', 'email', { authorization: await signedBearer(id) }),
    probe('another', 'email of another', { authorization: await signedBearer('1') }),
    probe('nobody', 'email of another', {}),
  ];
}

const likesProbe = (id: string): Probe => ({
  name: 'likes',
  query: 'query Likes($id: ID!) { media(id: $id) { url likeCount } }',
  variables: { id },
  observe: (data) => [key(`likes:${id}`, data, 'media', 'likeCount')],
});

/** Much at once, over all subgraphs. */
const acrossProbe = (): Probe => ({
  name: 'across',
  query: `{
    priced: product(upc: "h-p1") { name price reviewCount }
    named: product(upc: "h-n1") { name reviews(first: 3) { totalCount } }
    counted: product(upc: "h-r1") { reviewCount }
    kept: product(upc: "h-q1") { totalQuantity }
    bundles(first: 50) { nodes { upc price } }
    user(id: "9101") { followerCount }
  }`,
  observe(data) {
    const bundles = at(data, 'bundles', 'nodes');
    const ours = Array.isArray(bundles) ? bundles.filter((one) => String(at(one, 'upc')).startsWith('h-b')) : [];
    return [
      key('price:h-p1', data, 'priced', 'price'),
      key('name:h-n1', data, 'named', 'name'),
      key('reviewCount:h-r1', data, 'counted', 'reviewCount'),
      key('quantity:h-q1', data, 'kept', 'totalQuantity'),
      key('followerCount:9101', data, 'user', 'followerCount'),
      ...ours.map((one) => key(`price:${String(at(one, 'upc'))}`, one, 'price')),
    ];
  },
});
