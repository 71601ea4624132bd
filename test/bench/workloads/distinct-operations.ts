// Operations of which no two have the same text or shape: what a graph with many clients sees. Made by a rule, the same in every run.

import { seededRandom } from './seeded-random.ts';

const PRODUCT_FIELDS = [
  ...['sku', 'name', 'description', 'price', 'weight', 'category', 'labels', 'createdAt'],
  ...['inStock', 'totalQuantity', 'handlingDays', 'fragile', 'shippingEstimate'],
  ...['reviewCount', 'averageRating', 'ratings'],
];
const BRAND_FIELDS = ['name', 'country', 'founded', 'productCount'];
const REVIEW_FIELDS = ['rating', 'title', 'body', 'language', 'verified', 'helpfulCount', 'createdAt'];
const USER_FIELDS = ['username', 'name', 'bio', 'tier', 'joinedAt', 'followerCount'];
const SEED = 1_000;

/** Each for one product, `$upc`, over one to four subgraphs. */
export function distinctOperations(count: number): readonly string[] {
  const random = seededRandom(SEED);
  const some = (fields: readonly string[]): string => fields.filter(() => random() < 0.4).join(' ');
  const operations = new Map<string, string>();
  while (operations.size < count) {
    const selection = selectionOf(some, random);
    const name = `Op${String(operations.size + 1).padStart(4, '0')}`;
    if (!operations.has(selection))
      operations.set(selection, `query ${name}($upc: ID!) { product(upc: $upc) { upc ${selection} } }`);
  }
  return [...operations.values()];
}

function selectionOf(some: (fields: readonly string[]) => string, random: () => number): string {
  const parts = [some(PRODUCT_FIELDS)];
  if (random() < 0.4) parts.push(`brand { id ${some(BRAND_FIELDS)} }`);
  if (random() < 0.6) {
    const author = random() < 0.6 ? `author { id ${some(USER_FIELDS)} }` : '';
    const first = 1 + Math.floor(random() * 5);
    parts.push(`reviews(first: ${first}) { totalCount nodes { id ${some(REVIEW_FIELDS)} ${author} } }`);
  }
  return parts.join(' ').replaceAll(/ +/g, ' ').trim();
}
