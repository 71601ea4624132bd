// Subgraphs of tests in few words: SDL with the federation link before it, resolvers with loosely typed rows.

import type { LocalSubgraph } from '../../support/local-graph.ts';

/** What a resolver is given: a row of the test's data, or arguments. */
export type Row = Readonly<Record<string, unknown>>;
export type Resolver = (parent: Row, args: Row) => unknown;
export type Resolvers = Readonly<Record<string, Readonly<Record<string, Resolver>>>>;

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@provides",
  "@external", "@shareable", "@override", "@tag", "@interfaceObject", "@inaccessible"])\n`;

export const subgraph = (name: string, typeDefs: string, resolvers: Resolvers = {}): LocalSubgraph => ({
  name,
  typeDefs: `${LINK}${typeDefs}`,
  resolvers: mutable(resolvers),
});

const mutable = (resolvers: Resolvers): Record<string, Record<string, Resolver>> =>
  Object.fromEntries(Object.entries(resolvers).map(([type, fields]) => [type, { ...fields }]));

/** Finds a row by what a representation or an argument says, as a reference resolver must: null when there is none. */
export const by =
  (rows: readonly Row[], ...keys: readonly string[]): ((wanted: Row) => Row | null) =>
  (wanted) => {
    const key = keys.find((name) => wanted[name] !== undefined);
    return (key !== undefined && rows.find((row) => String(row[key]) === String(wanted[key]))) || null;
  };
