// How lists of reviews are filtered and ordered.

import { type Conditions, createConditions, type ListOrder } from '../kit/paged-list.ts';

export interface ReviewFilter {
  readonly upc?: string | null;
  readonly minRating?: number | null;
  readonly maxRating?: number | null;
  readonly languages?: readonly string[] | null;
  readonly verified?: boolean | null;
}

export type ReviewOrder = 'NEWEST' | 'OLDEST' | 'RATING' | 'HELPFUL';

export function filterOf(filter: ReviewFilter | null): Conditions {
  const where = createConditions();
  where.add((value) => `review.upc = ${value}`, filter?.upc);
  where.add((value) => `review.rating >= ${value}`, filter?.minRating);
  where.add((value) => `review.rating <= ${value}`, filter?.maxRating);
  where.add((value) => `review.language = any(${value}::text[])`, filter?.languages);
  where.add((value) => `review.verified = ${value}`, filter?.verified);
  return where;
}

const ID = { sql: 'review.id', type: 'bigint' };
const CREATED = [{ sql: 'review.created_at', type: 'timestamptz' }, ID];

export function reviewOrder(order: ReviewOrder): ListOrder {
  switch (order) {
    case 'NEWEST':
      return { terms: CREATED, direction: 'desc' };
    case 'OLDEST':
      return { terms: CREATED, direction: 'asc' };
    case 'RATING':
      return { terms: [{ sql: 'review.rating', type: 'integer' }, ID], direction: 'desc' };
    case 'HELPFUL':
      return { terms: [{ sql: 'review.helpful_count', type: 'integer' }, ID], direction: 'desc' };
  }
}
