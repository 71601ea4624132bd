// How lists of products are filtered and ordered.

import { type Conditions, createConditions, type ListOrder } from '../kit/paged-list.ts';

export interface ProductFilter {
  readonly category?: string | null;
  readonly brandId?: string | null;
  readonly minPrice?: string | null;
  readonly maxPrice?: string | null;
  readonly colors?: readonly string[] | null;
  readonly label?: string | null;
}

export interface ProductOrder {
  readonly field: 'NAME' | 'PRICE' | 'CREATED';
  readonly direction: 'ASC' | 'DESC';
}

export function filterOf(filter: ProductFilter | null): Conditions {
  const where = createConditions();
  where.add((value) => `product.category = ${value}`, filter?.category);
  // As text: what is no id of a brand matches nothing.
  where.add((value) => `product.brand_id::text = ${value}`, filter?.brandId);
  where.add((value) => `product.price >= ${value}::numeric`, filter?.minPrice);
  where.add((value) => `product.price <= ${value}::numeric`, filter?.maxPrice);
  where.add((value) => `product.colors && ${value}::text[]`, filter?.colors);
  where.add((value) => `${value} = any(product.labels)`, filter?.label);
  return where;
}

const UPC = { sql: 'product.upc', type: 'text' };
const ORDER_TERMS = {
  NAME: [{ sql: 'product.name', type: 'text' }, UPC],
  PRICE: [{ sql: 'coalesce(product.price, 0)', type: 'numeric' }, UPC],
  CREATED: [{ sql: 'product.created_at', type: 'timestamptz' }, UPC],
};

export function productOrder({ field, direction }: ProductOrder): ListOrder {
  return { terms: ORDER_TERMS[field], direction: direction === 'ASC' ? 'asc' : 'desc' };
}

export const BY_NAME = productOrder({ field: 'NAME', direction: 'ASC' });
