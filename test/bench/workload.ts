// What is asked: the reference graph's page, in three sizes.

export interface Workload {
  readonly name: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const PAGE = `query Page($upcs: [ID!]!) {
  productsByUpc(upcs: $upcs) {
    upc name price inStock totalQuantity
    reviews(first: 3) { totalCount nodes { id rating title author { id username } } }
  }
}`;

/** About 400 bytes of answer for each product. */
const page = (name: string, productCount: number): Workload => ({
  name,
  query: PAGE,
  variables: { upcs: Array.from({ length: productCount }, (_, index) => String(index + 1)) },
});

export const WORKLOADS: readonly Workload[] = [page('1 KB', 2), page('20 KB', 48), page('100 KB', 240)];
