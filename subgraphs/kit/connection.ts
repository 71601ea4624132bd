// Pages of a list: cursors, and the connection that a page is answered as.

import { GraphQLError } from 'graphql';

/** Where a page begins and how long it is; one shape for all lists, so that loaders can tell pages apart. */
export interface Page {
  readonly firstCount: number;
  /** The place of the last item before the page, as `cursorFor` was given it; null: from the beginning. */
  readonly after: readonly string[] | null;
}

export interface PageArgs {
  readonly first: number;
  readonly after?: string | null;
}

export interface Connection<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  /** Loaded only where it is asked for. */
  totalCount(): Promise<number>;
}

/** The longest page that can be asked for. */
export const LONGEST_PAGE_COUNT = 100;

/**
 * Reads `first` and `after`.
 * @param placeLength how many values a place in this list has: its order, then its key
 * @throws {GraphQLError} BAD_USER_INPUT for a length out of 0 to 100, or a cursor that this list did not give
 */
export function readPage(args: PageArgs, placeLength: number): Page {
  if (args.first < 0 || args.first > LONGEST_PAGE_COUNT) {
    throw badInput(`first: expected 0 to ${LONGEST_PAGE_COUNT}, got ${args.first}`);
  }
  if (args.after === null || args.after === undefined) return { firstCount: args.first, after: null };
  const place = placeOf(args.after);
  if (place === null || place.length !== placeLength) {
    throw badInput(`after: expected a cursor out of an earlier page of this list, got ${JSON.stringify(args.after)}`);
  }
  return { firstCount: args.first, after: place };
}

/** @param rows of the page, and one more where there is a next page. @param placeOfRow its order and key, as text */
export function toConnection<Row>(
  rows: readonly Row[],
  page: Page,
  placeOfRow: (row: Row) => readonly string[],
  totalCount: () => Promise<number>,
): Connection<Row> {
  const nodes = rows.slice(0, page.firstCount);
  const edges = nodes.map((node) => ({ cursor: cursorFor(placeOfRow(node)), node }));
  return {
    edges,
    nodes,
    pageInfo: { hasNextPage: rows.length > page.firstCount, endCursor: edges.at(-1)?.cursor ?? null },
    totalCount,
  };
}

/** @throws {GraphQLError} BAD_USER_INPUT when a list without cursors is asked for too much */
export function readLength(name: string, length: number): number {
  if (length < 0 || length > LONGEST_PAGE_COUNT) {
    throw badInput(`${name}: expected 0 to ${LONGEST_PAGE_COUNT}, got ${length}`);
  }
  return length;
}

export function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

function cursorFor(place: readonly string[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

function placeOf(cursor: string): readonly string[] | null {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(place) && place.every((value) => typeof value === 'string') ? place : null;
  } catch {
    return null;
  }
}
