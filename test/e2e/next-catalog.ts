// The catalog's next version: another schema, and other cache declarations, over the same database.
import { type CatalogContext, catalogSubgraph } from '../../subgraphs/catalog/catalog.ts';
import type { Database } from '../../subgraphs/kit/postgres.ts';
import type { SubgraphDefinition } from '../../subgraphs/kit/subgraph.ts';

/** What it says differently. */
const CHANGES: readonly (readonly [before: string, after: string])[] = [
  ['  founded: Int\n', '  founded: String\n'],
  [
    'type Dimensions @cacheControl(inheritMaxAge: true) {\n  length: Float!',
    'type Dimensions @cacheControl(inheritMaxAge: true) {\n  length: String!',
  ],
  ['  products(\n    first: Int! = 10', '  products(\n    first: Int! = 4'],
  ['priceIn(currency: Currency! = EUR)', 'priceIn(currency: Currency! = USD)'],
  ['enum Category {\n  BOOK', 'enum Category {\n  TOME'],
  ['@cacheTag(format: "brand-{$args.id}")', '@cacheTag(format: "maker-{$args.id}")'],
  ['@cacheTag(format: "bundle-{$key.upc}")', '@cacheTag(format: "offer-{$key.upc}")'],
];

/** @param database as of catalogSubgraph */
export function nextCatalog(database: Database): SubgraphDefinition<CatalogContext> {
  const today = catalogSubgraph(database);
  const sdl = CHANGES.reduce((text, [before, after]) => {
    if (!text.includes(before)) throw new Error(`Expected in the schema of the catalog: ${before}`);
    return text.replace(before, after);
  }, today.sdl);
  const { Brand, Dimensions, ...others } = today.resolvers;
  const founded = (row: { founded: number | null }) => (row.founded === null ? null : `anno ${row.founded}`);
  const length = (row: { length: number }) => `${row.length} cm`;
  return {
    ...today,
    sdl,
    resolvers: {
      ...others,
      Brand: Object.assign({}, Brand, { founded }),
      Category: { TOME: 'BOOK' },
      Dimensions: Object.assign({}, Dimensions, { length }),
    },
  };
}
