// How lists of people are filtered and ordered.

import { type Conditions, createConditions, type ListOrder } from '../kit/paged-list.ts';

export interface UserFilter {
  readonly tier?: string | null;
  readonly interests?: readonly string[] | null;
  readonly country?: string | null;
}

export type UserOrder = 'JOINED_LAST' | 'JOINED_FIRST' | 'USERNAME';

export function filterOf(filter: UserFilter | null): Conditions {
  const where = createConditions();
  where.add((value) => `tier = ${value}`, filter?.tier);
  where.add((value) => `interests && ${value}::text[]`, filter?.interests);
  where.add((value) => `country = ${value}`, filter?.country);
  return where;
}

const JOINED = [
  { sql: 'joined_at', type: 'timestamptz' },
  { sql: 'person.id', type: 'bigint' },
];

export function userOrder(order: UserOrder): ListOrder {
  switch (order) {
    case 'JOINED_LAST':
      return { terms: JOINED, direction: 'desc' };
    case 'JOINED_FIRST':
      return { terms: JOINED, direction: 'asc' };
    case 'USERNAME':
      return { terms: [{ sql: 'username', type: 'text' }], direction: 'asc' };
  }
}
