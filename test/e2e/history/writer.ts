// What a writer of a history is: it owns its keys, changes them by plain SQL, and knows what each of them is after every commit.
import type { SubgraphName } from '../../../subgraphs/graph.ts';

/** A key and its value as JSON text. */
export type Observation = readonly [key: string, value: string];

export interface Change {
  readonly sql: string;
  /** What the keys that it changes are when it is committed. */
  readonly after: readonly Observation[];
}

export interface Writer {
  readonly name: string;
  readonly subgraph: SubgraphName;
  /** Rows of another subgraph that must be there for its keys to be asked for. */
  readonly needs?: { readonly subgraph: SubgraphName; readonly sql: string };
  /** How much longer than others it pauses between two commits. Default 1. */
  readonly slowness?: number;
  /** Makes the rows that the writer owns, and the first value of each key. */
  readonly first: Change;
  /** The next change. @param step 1, 2, … */
  next(step: number): Change;
}

export const json = (value: unknown): string => JSON.stringify(value);

/** A connection: which nodes its first page shows, and how many there are. Two keys: a subgraph reads them by two statements. */
export function listed(name: string, nodes: readonly string[], count: number): readonly Observation[] {
  return [
    [`${name} nodes`, json(nodes)],
    [`${name} count`, json(count)],
  ];
}

export interface SampleProduct {
  readonly upc: string;
  readonly name: string;
  /** More columns, as SQL. */
  readonly columns?: Readonly<Record<string, string>>;
}

/** Inserts products whose columns are not null where the schema does not allow it. */
export function insertProducts(products: readonly SampleProduct[]): string {
  return products
    .map(({ upc, name, columns }) => {
      const all: Record<string, string> = {
        upc: `'${upc}'`,
        sku: `'SKU-${upc}'`,
        name: `'${name}'`,
        category: `'TOY'`,
        ...columns,
      };
      return `insert into catalog.product (${Object.keys(all).join(', ')}) values (${Object.values(all).join(', ')});`;
    })
    .join('\n');
}

export const insertProduct = (upc: string): string => insertProducts([{ upc, name: upc }]);
