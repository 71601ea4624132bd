// The benchmark's subgraphs answer whatever a planner makes of a workload.
import { describe, expect, it } from 'vitest';
import { createAnswerer } from '../../bench/origin/answer.ts';

const answer = createAnswerer();
const dataOf = (query: string, variables: Record<string, unknown> = {}, operationName?: string): unknown =>
  JSON.parse(answer({ query, variables, ...(operationName === undefined ? {} : { operationName }) }).text).data;

describe('an answer', () => {
  it('has entities in the order of their representations, by any of their keys', () => {
    const query =
      'query($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Product { upc inStock } ... on User { name } } }';
    const r = [
      { __typename: 'Product', upc: '000007' },
      { __typename: 'User', id: 'u1' },
      { __typename: 'Product', sku: 'SKU-000008' },
    ];
    expect(dataOf(query, { r })).toEqual({
      _entities: [
        { __typename: 'Product', upc: '000007', inStock: false },
        { __typename: 'User', name: 'Given and Family Name u1' },
        { __typename: 'Product', upc: '000008', inStock: true },
      ],
    });
  });

  it('keeps aliases, merges what stands twice, follows fragments, and takes arguments from variables, literals and defaults', () => {
    const query = `
      query A($first: Int = 2) { product(upc: "000003") { ...P } product(upc: "000003") { again: upc reviews(first: $first) { pageInfo { hasNextPage } } } }
      query B { product(upc: "000004") { upc } }
      fragment P on Product { upc reviews(first: $first) { nodes { id } } }`;
    expect(dataOf(query, {}, 'A')).toEqual({
      product: {
        upc: '000003',
        again: '000003',
        reviews: { nodes: [{ id: '000003-0' }, { id: '000003-1' }], pageInfo: { hasNextPage: true } },
      },
    });
    expect(dataOf(query, {}, 'B')).toEqual({ product: { upc: '000004' } });
    expect(dataOf(query, { first: 1 }, 'A')).toMatchObject({ product: { reviews: { nodes: [{ id: '000003-0' }] } } });
  });

  it('is computed from what was required, where a field requires something', () => {
    const query = 'query($r: [_Any!]!) { _entities(representations: $r) { ... on Product { shippingEstimate } } }';
    const r = [{ __typename: 'Product', upc: '000001', price: '1.00', weight: 0.5 }];
    expect(dataOf(query, { r })).toEqual({ _entities: [{ shippingEstimate: '1.00+0.5' }] });
  });

  it('is refused for a field that there is not, so that no peer gets by with less', () => {
    expect(() => dataOf('{ product(upc: "000001") { colour } }')).toThrow('got Product.colour');
  });

  it('tells a mutation from a query', () => {
    expect(answer({ query: 'mutation { updatePrice(upc: "000001", price: "1.00") { upc } }' }).operation).toBe(
      'mutation',
    );
  });
});
