// Which of a plan's fetches reach the objects of a place: by their path, and by a representation that can be made and found.

import type { FetchStep } from './fetch-steps.ts';
import type { FieldSet } from './field-set.ts';
import type { EntityGroup, PathStep, RequiredSelection } from './plan.ts';
import { broughtAs, fieldsFor, lackOfBrought, NOTHING_LACKS, type Place, placesBelow, typeOf } from './plan-place.ts';
import { type Given, type InputLack, lackOf } from './required-inputs.ts';
import type { SupergraphFacts } from './subgraph-facts.ts';
import { fieldOf, knowsType } from './type-lookup.ts';

export interface Reach {
  readonly facts: SupergraphFacts;
  /** In the plan's order, by the names that lead to where they begin. */
  readonly steps: ReadonlyMap<string, readonly FetchStep[]>;
  /** Counted down with all that is looked at; below zero nothing more is. */
  left: number;
}

export const stepsByPlace = (steps: readonly FetchStep[]): Reach['steps'] =>
  Map.groupBy(steps, ({ path }) => path.flatMap((step) => (step.kind === 'field' ? [step.name] : [])).join('.'));

/** The place with what the fetches that begin there bring. */
export function withFetches(place: Place, reach: Reach): Place {
  let reached = place;
  for (const step of reach.steps.get(place.names.join('.')) ?? []) {
    if (!leadsTo(step.path, place, reach.facts)) continue;
    const lacks = step.group === null ? NOTHING_LACKS : lacksOf(step, step.group, reached, reach);
    if (lacks === null) continue;
    const told = knowsType(step.subgraph, typeOf(place)) ? typeOf(place) : reached.told;
    reached = { ...reached, told, sources: [...reached.sources, { ...step, lacks }] };
  }
  return reached;
}

function leadsTo(path: readonly PathStep[], { types }: Place, facts: SupergraphFacts): boolean {
  let depth = 0;
  for (const step of path) {
    if (step.kind === 'field') depth += 1;
    else if (step.kind === 'types' && !step.typenames.some((name) => facts.isSubtype(name, types[depth] ?? '')))
      return false;
  }
  return true;
}

/** @returns null where no representation can be made, or none with a key: nothing is sent then */
function lacksOf(
  step: FetchStep,
  { requires, inputRewrites }: EntityGroup,
  place: Place,
  reach: Reach,
): ReadonlyMap<string, InputLack> | null {
  const { subgraph } = step;
  const { facts } = reach;
  const typename = typeOf(place);
  const required = readable(requires, place, reach);
  if (required === null || !required.some(({ sentAs }) => sentAs === '__typename')) return null;
  const sentType = sentTypeOf(place.told, inputRewrites, facts);
  if (!subgraph.types.has(sentType)) return null;
  const keys = subgraph.types.get(sentType)?.keys ?? [];
  if (keys.length > 0 && !keys.some((key) => holdsKey(required, key))) return null;
  const given = required.map(
    ({ name, sentAs, selections }): Given => ({
      fetched: broughtAs(name, place, facts).map(({ node }) => node),
      sentAs,
      selections,
    }),
  );
  const lacks = new Map<string, InputLack>();
  for (const fields of fieldsFor(typename, [step.set], facts, step.fragments).values()) {
    for (const { name } of fields) {
      const requires = fieldOf(subgraph, sentType, name.value, facts)?.requires ?? '';
      const lack = lackOf(requires, given, (condition) => facts.isSubtype(condition, typename));
      if (lack !== null) lacks.set(name.value, lack);
    }
  }
  return lacks;
}

/** An interface object is asked for by the interface's name. */
function sentTypeOf(typename: string, rewrites: EntityGroup['inputRewrites'], facts: SupergraphFacts): string {
  let sentType = typename;
  for (const rewrite of rewrites) {
    const [types] = rewrite.path;
    const applies = types?.kind === 'types' && types.typenames.some((name) => facts.isSubtype(name, sentType));
    if (rewrite.kind === 'set' && applies) sentType = rewrite.value;
  }
  return sentType;
}

type RequiredField = Extract<RequiredSelection, { kind: 'field' }>;

/** What a representation is made of; null where a field is not there. Of fragments only that one is left out, as execution does. */
function readable(
  selections: readonly RequiredSelection[],
  place: Place,
  reach: Reach,
): readonly RequiredField[] | null {
  const fields: RequiredField[] = [];
  for (const selection of selections) {
    if (selection.kind === 'field') {
      if (!isThere(selection, place, reach)) return null;
      fields.push(selection);
    } else if (reach.facts.isSubtype(selection.typename, place.told)) {
      fields.push(...(readable(selection.selections, place, reach) ?? []));
    }
  }
  return fields;
}

/** Is it in the data by then? `__typename` always is. */
function isThere({ name, selections }: RequiredField, place: Place, reach: Reach): boolean {
  if (name === '__typename') return true;
  const brought = broughtAs(name, place, reach.facts).filter((each) => lackOfBrought(each) === null);
  if (brought.length === 0) return false;
  if (selections === null) return true;
  const below = placesBelow(name, place, brought, reach.facts);
  if (below.length === 0) return true;
  return below.some((child) => {
    reach.left -= 1;
    return reach.left < 0 || readable(selections, withFetches(child, reach), reach) !== null;
  });
}

/** Nested key fields with all that is named below them. */
function holdsKey(required: readonly RequiredSelection[], key: FieldSet): boolean {
  const fields = fieldsOf(required);
  return [...key].every(([name, below]) => {
    const named = fields.filter(({ sentAs }) => sentAs === name);
    if (named.length === 0) return false;
    const nested = named.flatMap(({ selections }) => selections ?? []);
    return below === null || holdsKey(nested, below);
  });
}

const fieldsOf = (selections: readonly RequiredSelection[]): readonly RequiredField[] =>
  selections.flatMap((selection) => (selection.kind === 'field' ? [selection] : fieldsOf(selection.selections)));
