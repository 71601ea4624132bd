// Objects of one type at one place of a plan's data, and which fetches bring their fields.

import { type FieldNode, Kind, type SelectionSetNode } from 'graphql';
import { responseNameOf, type Selecting } from './fetch-steps.ts';
import type { InputLack } from './required-inputs.ts';
import type { SupergraphFacts } from './subgraph-facts.ts';
import { concreteTypes, fieldOf, interfaceObjectOf, isGivenByAll, knowsType } from './type-lookup.ts';

export interface Place {
  /** Names in the plan's data that lead to it. */
  readonly names: readonly string[];
  /** The types on the way, that of the place itself the last. */
  readonly types: readonly string[];
  /** What the data says of the type: the interface's name for as long as only interface objects were fetched. */
  readonly told: string;
  readonly sources: readonly Source[];
}

export interface Source extends Selecting {
  /** Fields at the top of an entity fetch whose inputs are not sent. */
  readonly lacks: ReadonlyMap<string, InputLack>;
}

export interface Brought {
  readonly source: Source;
  readonly node: FieldNode;
}

export const NOTHING_LACKS: Source['lacks'] = new Map();

export const typeOf = ({ types }: Place): string => types.at(-1) ?? '';

export const lackOfBrought = ({ source, node }: Brought): InputLack | null => source.lacks.get(node.name.value) ?? null;

/** @param name in the plan's data */
export function broughtAs(name: string, place: Place, facts: SupergraphFacts): readonly Brought[] {
  return place.sources.flatMap((source) => {
    const fields = fieldsOfSource(source, typeOf(place), facts);
    const aliases = [...source.renames].flatMap(([from, to]) => (to === name ? [from] : []));
    return [name, ...aliases].flatMap((each) => fields.get(each) ?? []).map((node) => ({ source, node }));
  });
}

const collected = new WeakMap<SelectionSetNode, Map<string, ReturnType<typeof fieldsFor>>>();

/** Collected once for each type: looked into for each of the fields that a client asks for, of which there may be thousands. */
function fieldsOfSource(
  { set, fragments }: Source,
  typename: string,
  facts: SupergraphFacts,
): ReturnType<typeof fieldsFor> {
  const byType = collected.get(set) ?? new Map<string, ReturnType<typeof fieldsFor>>();
  collected.set(set, byType);
  const known = byType.get(typename) ?? fieldsFor(typename, [set], facts, fragments);
  byType.set(typename, known);
  return known;
}

/** The fields that are selected on an object of the type, by response name. */
export function fieldsFor(
  typename: string,
  sets: readonly SelectionSetNode[],
  facts: SupergraphFacts,
  fragments: Selecting['fragments'] = NO_FRAGMENTS,
): ReadonlyMap<string, readonly FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const name = responseNameOf(selection);
        const known = fields.get(name);
        if (known) known.push(selection);
        else fields.set(name, [selection]);
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      const condition = fragment?.typeCondition?.name.value ?? typename;
      if (fragment !== undefined && facts.isSubtype(condition, typename)) collect(fragment.selectionSet);
    }
  };
  for (const set of sets) collect(set);
  return fields;
}

const NO_FRAGMENTS: Selecting['fragments'] = new Map();

/** One for each type that the subgraphs which bring the field may say there. */
export function placesBelow(
  name: string,
  place: Place,
  brought: readonly Brought[],
  facts: SupergraphFacts,
): readonly Place[] {
  const { names, types } = place;
  const parent = typeOf(place);
  const possible = new Set<string>();
  const sources: Source[] = [];
  for (const { source, node } of brought) {
    const field = fieldOf(source.subgraph, parent, node.name.value, facts);
    if (field === null || node.selectionSet === undefined) continue;
    for (const typename of concreteTypes(source.subgraph, field.typename, facts)) {
      if (isGivenByAll(parent, node.name.value, typename, facts)) possible.add(typename);
    }
    sources.push({ ...source, set: node.selectionSet, lacks: NOTHING_LACKS });
  }
  return [...possible].map((typename) => ({
    names: [...names, name],
    types: [...types, typename],
    told: toldName(typename, sources, facts),
    sources,
  }));
}

function toldName(typename: string, sources: readonly Source[], facts: SupergraphFacts): string {
  if (sources.some(({ subgraph }) => knowsType(subgraph, typename))) return typename;
  const [first] = sources;
  return (first && interfaceObjectOf(first.subgraph, typename, facts)) ?? typename;
}
