// The values of the reference graph that subgraphs of the benchmark answer with: made from the key alone, for any key, in no database.

/** An entity by its type and key; `given` is the representation that came with it. */
export interface Ref {
  readonly typename: string;
  readonly key: string;
  readonly given: Readonly<Record<string, unknown>>;
}

export type Made = string | number | boolean | null | Ref | Plain | readonly Made[];

/** An object that is no entity. */
export interface Plain {
  readonly typename: string;
  readonly values: Readonly<Record<string, Made>>;
}

type Arguments = Readonly<Record<string, unknown>>;
type FieldOf = (ref: Ref, args: Arguments) => Made;

/** Products have the keys 000000 to 099999: all of one length, so that all requests for one are. */
export const PRODUCT_COUNT = 100_000;
export const upcOf = (n: number): string => n.toString().padStart(6, '0');

export const skuOf = (upc: string): string => `SKU-${upc}`;

const CATEGORIES = ['BOOK', 'GADGET', 'GARDEN', 'KITCHEN', 'MUSIC', 'TOY'];
const TIERS = ['BASIC', 'PLUS', 'GOLD'];
const BRAND_COUNT = 1_000;
const REVIEWS_MOST = 8;

const ref = (typename: string, key: string, given: Ref['given'] = {}): Ref => ({ typename, key, given });
const numberIn = (key: string): number => Number.parseInt(key.replaceAll(/\D/g, ''), 10);
const money = (n: number): string => (n / 100).toFixed(2);
const priceOf = (key: string): string => money(199 + ((numberIn(key) * 37) % 9_000));
const reviewCountOf = (key: string): number => 3 + (numberIn(key) % (REVIEWS_MOST - 2));

/** Of every subgraph: a gateway asks each only for what it has. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, FieldOf>>>> = {
  Query: {
    product: (_, { upc }) => ref('Product', String(upc)),
    productsByUpc: (_, { upcs }) => (upcs as readonly string[]).map((upc) => ref('Product', upc)),
    user: (_, { id }) => ref('User', String(id)),
    _entities: (_, { representations }) => (representations as readonly Ref['given'][]).map(refOf),
  },
  Mutation: {
    updatePrice: (_, { upc }) => ref('Product', String(upc)),
  },
  Product: {
    upc: ({ key }) => key,
    sku: ({ key }) => skuOf(key),
    name: ({ key }) => `Product number ${key}`,
    description: ({ key }) => `What product ${key} is for, told in one sentence of some eighty characters, no more.`,
    price: ({ key }) => priceOf(key),
    weight: ({ key }) => 0.25 + (numberIn(key) % 40) / 4,
    category: ({ key }) => CATEGORIES[numberIn(key) % CATEGORIES.length] ?? null,
    labels: ({ key }) => ['new', `batch ${numberIn(key) % 90}`],
    createdAt: ({ key }) => momentOf(numberIn(key)),
    brand: ({ key }) => ref('Brand', String(numberIn(key) % BRAND_COUNT)),
    inStock: ({ key }) => numberIn(key) % 7 !== 0,
    totalQuantity: ({ key }) => (numberIn(key) * 13) % 500,
    handlingDays: ({ key }) => numberIn(key) % 5,
    fragile: ({ key }) => numberIn(key) % 3 === 0,
    shippingEstimate: ({ given }) => `${given.price}+${given.weight}`,
    reviewCount: ({ key }) => reviewCountOf(key),
    averageRating: ({ key }) => 2.5 + (numberIn(key) % 5) / 2,
    ratings: ({ key }) => [0, 1, 2, 3, 4].map((stars) => (numberIn(key) >> stars) % 9),
    reviews: ({ key }, { first }) => reviewsOf(key, Number(first)),
  },
  Brand: {
    id: ({ key }) => key,
    name: ({ key }) => `Brand ${key} & daughters`,
    country: ({ key }) => ['DE', 'FR', 'JP', 'US'][numberIn(key) % 4] ?? null,
    founded: ({ key }) => 1900 + (numberIn(key) % 120),
    productCount: () => 100,
  },
  Review: {
    id: ({ key }) => key,
    rating: ({ key }) => 1 + (numberIn(key) % 5),
    title: ({ key }) => `As good as they say ${key}`,
    body: ({ key }) => `Came in time and works, says ${key}, who would buy it again "any day" of the week.`,
    language: () => 'EN',
    verified: ({ key }) => numberIn(key) % 2 === 0,
    helpfulCount: ({ key }) => numberIn(key) % 30,
    createdAt: ({ key }) => momentOf(numberIn(key)),
    author: ({ key }) => ref('User', `u${key.replace('-', '')}`),
    product: ({ key }) => ref('Product', key.slice(0, key.indexOf('-'))),
  },
  User: {
    id: ({ key }) => key,
    username: ({ key }) => `user_${key}`,
    name: ({ key }) => (numberIn(key) % 9 === 0 ? null : `Given and Family Name ${key}`),
    bio: ({ key }) => `Likes what ${numberIn(key) % 100} others like.`,
    tier: ({ key }) => TIERS[numberIn(key) % TIERS.length] ?? null,
    joinedAt: ({ key }) => momentOf(numberIn(key)),
    followerCount: ({ key }) => numberIn(key) % 1_000,
  },
};

/** @throws {Error} naming the field, when the benchmark's subgraphs have none such */
export function fieldOf(typename: string, name: string): FieldOf {
  const field = FIELDS[typename]?.[name];
  if (field === undefined)
    throw new Error(`expected a field that the benchmark's subgraphs have, got ${typename}.${name}`);
  return field;
}

function refOf(representation: Ref['given']): Ref {
  const { __typename, upc, sku, id } = representation;
  const key = upc ?? id ?? (typeof sku === 'string' ? sku.slice('SKU-'.length) : undefined);
  if (typeof __typename !== 'string' || key === undefined)
    throw new Error(`expected a representation with a known key, got ${JSON.stringify(representation)}`);
  return ref(__typename, String(key), representation);
}

function reviewsOf(upc: string, first: number): Plain {
  const totalCount = reviewCountOf(upc);
  const shownCount = Math.min(totalCount, first);
  const nodes = Array.from({ length: shownCount }, (_, index) => ref('Review', `${upc}-${index}`));
  const pageInfo: Plain = {
    typename: 'PageInfo',
    values: { hasNextPage: shownCount < totalCount, endCursor: `${upc}-${shownCount - 1}` },
  };
  return { typename: 'ReviewConnection', values: { totalCount, nodes, pageInfo } };
}

const momentOf = (n: number): string => new Date(Date.UTC(2024, 0, 1) + (n % 1_000_000) * 60_000).toISOString();
