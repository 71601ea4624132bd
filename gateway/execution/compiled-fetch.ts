// A fetch of a plan, made ready to be sent in either mode.

import type { EntityFetch, EntityGroup, RootFetch } from '../federation/plan.ts';
import type { SubgraphFacts } from '../federation/subgraph-facts.ts';
import { TYPENAME, withEntityKeys, withTypenames } from './entity-keys.ts';
import { type FetchDocument, readFetchDocument } from './fetch-document.ts';
import {
  createSelection,
  type FieldPlan,
  type Selected,
  type Selection,
  type SelectionRules,
  type Shape,
} from './selection.ts';

/** `keyed`: entities in the answer bring their keys, so that they can be stored one by one. */
export type FetchMode = 'plain' | 'keyed';

export interface RootVariant {
  readonly fetch: RootFetch;
  /** Each root field with the root type's shape that has this field alone. */
  readonly roots: readonly { readonly field: FieldPlan; readonly shape: Shape }[];
  readonly selection: Selection;
  readonly document: FetchDocument;
}

export interface EntityVariant {
  readonly fetch: EntityFetch;
  readonly groups: readonly { readonly group: EntityGroup; readonly selection: Selection }[];
  readonly document: FetchDocument;
}

export interface CompiledFetch<Variant> {
  variant(mode: FetchMode): Variant;
}

export function compileRootFetch(
  fetch: RootFetch,
  subgraph: SubgraphFacts,
  rules: SelectionRules,
): CompiledFetch<RootVariant> {
  const document = readFetchDocument(fetch.document);
  const rootType = fetch.operationKind === 'mutation' ? 'Mutation' : 'Query';
  return oncePerMode((mode) => {
    const add = mode === 'keyed' ? keyed : withTypenames;
    const selected = add(document.selected, rootType, subgraph);
    const selection = createSelection(subgraph, rootType, false, selected, fetch.outputRewrites, rules);
    const whole = selection.shape(rootType);
    const roots = whole.fields.map((field) => ({ field, shape: { ...whole, fields: [field] } }));
    return { fetch, selection, roots, document };
  });
}

export function compileEntityFetch(
  fetch: EntityFetch,
  subgraph: SubgraphFacts,
  rules: SelectionRules,
): CompiledFetch<EntityVariant> {
  const document = readFetchDocument(fetch.document);
  return oncePerMode((mode) => {
    const groups = fetch.groups.flatMap((group) => {
      const root = document.selected.find((item) => item.kind === 'field' && item.responseName === group.alias);
      if (root?.kind !== 'field' || root.children === null) return [];
      const add = mode === 'keyed' ? keyed : withTypenames;
      const selected = add(root.children, '_Entity', subgraph).map((item) => tellType(item, subgraph));
      return [{ group, selection: createSelection(subgraph, '_Entity', false, selected, group.outputRewrites, rules) }];
    });
    return { fetch, groups, document };
  });
}

const keyed = (selected: readonly Selected[], parentType: string, subgraph: SubgraphFacts): Selected[] =>
  withTypenames(withEntityKeys(selected, parentType, subgraph), parentType, subgraph);

/** An entity asked for by an interface's name says itself which object it is. */
function tellType(item: Selected, subgraph: SubgraphFacts): Selected {
  if (item.kind === 'field' || item.typename === null) return item;
  const isCertain = subgraph.types.get(item.typename)?.kind === 'object';
  return isCertain ? item : { ...item, children: [TYPENAME, ...item.children] };
}

function oncePerMode<Variant>(make: (mode: FetchMode) => Variant): CompiledFetch<Variant> {
  const known = new Map<FetchMode, Variant>();
  return {
    variant(mode) {
      let variant = known.get(mode);
      if (variant === undefined) {
        variant = make(mode);
        known.set(mode, variant);
      }
      return variant;
    },
  };
}
