// Finds in a plan what a subgraph cannot answer: a field that it declares external, where no `@provides` leads to it.

import { Kind, parse, type SelectionSetNode } from 'graphql';
import { firstFound, type PlanDocument } from './plan-documents.ts';
import type { FieldFacts, SubgraphFacts } from './subgraph-facts.ts';

/**
 * Seen of both planners: Hive's follows a field that is provided on one level to the next one, Apollo's takes a field that
 * another field requires for one that can be asked for.
 * @returns such as `Category.name in catalog`, or null
 */
export const externalAsked = (documents: readonly PlanDocument[]): string | null =>
  firstFound(documents, (document) => inSet(document.set, document.rootType, [], document));

type Walk = Pick<PlanDocument, 'subgraph' | 'fragments'>;

/** @param provided what the fields above provide here */
function inSet(set: SelectionSetNode, typename: string, provided: readonly Provided[], walk: Walk): string | null {
  for (const node of set.selections) {
    let found: string | null = null;
    if (node.kind === Kind.FIELD) found = inField(node.name.value, node.selectionSet, typename, provided, walk);
    else {
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : walk.fragments.get(node.name.value);
      const condition = fragment?.typeCondition?.name.value ?? typename;
      if (fragment !== undefined) found = inSet(fragment.selectionSet, condition, provided, walk);
    }
    if (found !== null) return found;
  }
  return null;
}

function inField(
  name: string,
  below: SelectionSetNode | undefined,
  typename: string,
  provided: readonly Provided[],
  walk: Walk,
): string | null {
  const { subgraph } = walk;
  const given = provided.flatMap((set) => set.get(name) ?? []);
  const isGiven = provided.some((set) => set.has(name));
  const known = owners(typename, subgraph).flatMap((owner) => {
    const field = subgraph.types.get(owner)?.fields.get(name);
    return field === undefined || isOfKey(name, owner, subgraph) ? [] : [field];
  });
  if (!isGiven && known.length > 0 && known.every((field) => field.external)) return `${typename}.${name}`;
  if (below === undefined) return null;
  const field = subgraph.types.get(typename)?.fields.get(name) ?? known[0];
  // Under `_entities`: its fragments say the types.
  if (field === undefined) return inSet(below, '', [], walk);
  return inSet(below, field.typename, [...given, ...providedBy(field)], walk);
}

/** Fields of an interface are external where they are so in every type behind it. */
const owners = (typename: string, subgraph: SubgraphFacts): readonly string[] =>
  subgraph.types.get(typename)?.kind === 'object' ? [typename] : [...subgraph.possibleTypes(typename)];

const isOfKey = (name: string, typename: string, subgraph: SubgraphFacts): boolean =>
  subgraph.types.get(typename)?.keys.some((key) => key.has(name)) ?? false;

/** Field name → what is provided below it, whatever the types that fragments name. */
type Provided = ReadonlyMap<string, readonly Provided[]>;

function providedBy({ provides }: FieldFacts): readonly Provided[] {
  if (provides === '') return [];
  const [definition] = parse(`{${provides}}`, { noLocation: true }).definitions;
  return definition?.kind === Kind.OPERATION_DEFINITION ? [toProvided(definition.selectionSet)] : [];
}

function toProvided({ selections }: SelectionSetNode): Provided {
  const fields = new Map<string, readonly Provided[]>();
  const add = (name: string, below: readonly Provided[]): void => {
    fields.set(name, [...(fields.get(name) ?? []), ...below]);
  };
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      add(selection.name.value, selection.selectionSet ? [toProvided(selection.selectionSet)] : []);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      for (const [name, below] of toProvided(selection.selectionSet)) add(name, below);
    }
  }
  return fields;
}
