// Finds in what a subgraph is asked fields that it must refuse to merge: one name in the answer with two types, or two meanings.
//
// GraphQL's rule "field selection merging", over the types as the subgraph has them: where fields have one type for clients, two of
// its types may each have one of their own.

import type { SubgraphFacts } from './subgraph-facts.ts';

/** A selection in a request, fragments expanded. */
export type Asked =
  | {
      readonly kind: 'field';
      readonly name: string;
      readonly responseName: string;
      /** `(first: $n)`; empty without. */
      readonly argumentsText: string;
      readonly children: readonly Asked[] | null;
    }
  | { readonly kind: 'fragment'; readonly typename: string | null; readonly children: readonly Asked[] };

/** What is asked of objects of a type. */
export interface AskedOf {
  readonly typename: string;
  readonly asked: readonly Asked[];
}

/** @param sets that stand beside each other under one name. @returns where, such as `box.sub.x`, or null */
export function mergeConflict(sets: readonly AskedOf[], subgraph: SubgraphFacts): string | null {
  return differentShapes(sets, subgraph) ?? differentMeanings(sets, subgraph);
}

interface Standing {
  /** Of the object that it is a field of. */
  readonly parent: string;
  readonly field: Extract<Asked, { kind: 'field' }>;
}

/** Whatever the object is, a name in the answer has one shape. */
function differentShapes(sets: readonly AskedOf[], subgraph: SubgraphFacts): string | null {
  for (const [name, standings] of byResponseName(sets)) {
    const shapes = new Set(standings.flatMap((standing) => shapeOf(standing, subgraph) ?? []));
    if (shapes.size > 1) return name;
    const below = differentShapes(belowOf(standings, subgraph), subgraph);
    if (below !== null) return `${name}.${below}`;
  }
  return null;
}

/** Of one object a name in the answer is one field with one set of arguments. */
function differentMeanings(sets: readonly AskedOf[], subgraph: SubgraphFacts): string | null {
  for (const [name, standings] of byResponseName(sets)) {
    for (const together of ofOneObject(standings, subgraph)) {
      const meanings = new Set(together.map(({ field }) => `${field.name}${field.argumentsText}`));
      if (meanings.size > 1) return name;
      const below = differentMeanings(belowOf(together, subgraph), subgraph);
      if (below !== null) return `${name}.${below}`;
    }
  }
  return null;
}

function byResponseName(sets: readonly AskedOf[]): ReadonlyMap<string, readonly Standing[]> {
  const standings: Standing[] = [];
  const collect = (asked: readonly Asked[], parent: string): void => {
    for (const item of asked) {
      if (item.kind === 'field') standings.push({ parent, field: item });
      else collect(item.children, item.typename ?? parent);
    }
  };
  for (const { typename, asked } of sets) collect(asked, typename);
  return Map.groupBy(standings, ({ field }) => field.responseName);
}

const typeTextOf = ({ parent, field }: Standing, { types }: SubgraphFacts): string | null =>
  field.name === '__typename' ? 'String!' : (types.get(parent)?.fields.get(field.name)?.typeText ?? null);

/** Lists and non-nulls, around the name of a leaf or around any composite type; null for what no type is known of. */
function shapeOf(standing: Standing, subgraph: SubgraphFacts): string | null {
  const text = typeTextOf(standing, subgraph);
  return text === null ? null : text.replace(NAME, (name) => (subgraph.types.has(name) ? '{}' : name));
}

const NAME = /\w+/;

function belowOf(standings: readonly Standing[], subgraph: SubgraphFacts): readonly AskedOf[] {
  return standings.flatMap((standing): readonly AskedOf[] => {
    const { children } = standing.field;
    const [typename] = typeTextOf(standing, subgraph)?.match(NAME) ?? [];
    return children === null || typename === undefined ? [] : [{ typename, asked: children }];
  });
}

/** Fields that one object may have together: those of each object type with those of interfaces. */
function ofOneObject(standings: readonly Standing[], { types }: SubgraphFacts): readonly (readonly Standing[])[] {
  const isOfObject = ({ parent }: Standing): boolean => types.get(parent)?.kind === 'object';
  const ofAny = standings.filter((standing) => !isOfObject(standing));
  const byType = Map.groupBy(standings.filter(isOfObject), ({ parent }) => parent);
  return byType.size === 0 ? [ofAny] : [...byType.values()].map((own) => [...own, ...ofAny]);
}
