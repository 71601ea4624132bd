// What the purge room must know of the schema and the config: keys of types, and which subgraph reads which sources.

/** Field name → null for a leaf, or the fields below it: the form that the federation room parses `@key` into. */
export type FieldSet = ReadonlyMap<string, FieldSet | null>;

export interface EntityFacts {
  /** Every `@key` by which entries of the type are kept; empty for a type without keys; null for a type that the subgraph does not have. */
  keysOf(subgraph: string, typename: string): readonly FieldSet[] | null;
  /** Interfaces with keys, and interface objects of this subgraph, under whose name an entity of the type may be kept too. */
  interfacesOf(subgraph: string, typename: string): readonly string[];
  /** A text that is another one whenever the two answers above would be. */
  versionOf(subgraph: string): string;
}

export interface SubgraphSources {
  readonly name: string;
  /** The databases that it reads, by the `ce_source` of their relays. None: nothing but purges by hand. */
  readonly sources: readonly string[];
}

/** The `ce_source` of purges that `/invalidation` sends. Without `subgraph` they are for all subgraphs. */
export const INVALIDATION_SOURCE = 'freshet:invalidation';

/**
 * Which of these subgraphs an event is for.
 * @param source null when it could not be read @param named the event's own `subgraph`
 * @returns empty for an unknown source and for an unknown name
 */
export function subgraphsFor(
  subgraphs: readonly SubgraphSources[],
  source: string | null,
  named: string | undefined,
): readonly string[] {
  if (named !== undefined) return subgraphs.some(({ name }) => name === named) ? [named] : [];
  if (source === null) return [];
  const all = source === INVALIDATION_SOURCE;
  return subgraphs.filter(({ sources }) => all || sources.includes(source)).map(({ name }) => name);
}
