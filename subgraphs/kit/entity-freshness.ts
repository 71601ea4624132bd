// The response extensions by which a subgraph tells the gateway what one header cannot: the lifetime of each entity of
// a batch (`freshet.entities`), and the tags that readers declared (`apolloEntityCacheTags`, `apolloCacheTags`).

import type { ApolloServerPlugin } from '@apollo/server';
import {
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import type { CacheTags } from './cache-tags.ts';
import { lifetimeOf, type SelectionPlace } from './lifetime.ts';

/** Positional with the `_entities` of the answer. Seconds. */
export type EntityLifetimes = readonly { readonly maxAge: number }[];

/**
 * Adds the extensions to answers. Positional ones only where `_entities` was asked once: with two the gateway could
 * not tell whose they are.
 */
export function entityFreshnessPlugin<
  Context extends { readonly cacheTags: CacheTags },
>(): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ schema, document, operation, request, response, contextValue }) {
          if (response.body.kind !== 'single' || document === undefined || !operation) return;
          const result = response.body.singleResult;
          const fragments = new Map<string, FragmentDefinitionNode>();
          for (const definition of document.definitions) {
            if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
          }
          const place: SelectionPlace = { schema, fragments, variables: request.variables ?? {} };
          const { batches, others } = rootFields(operation, fragments);
          const [batch, another] = batches;
          const extensions: Record<string, unknown> = {};
          if (batch !== undefined && another === undefined) {
            const representations = representationsOf(batch, place.variables);
            extensions.freshet = { entities: lifetimesOf(place, batch, representations) };
            const tags = contextValue.cacheTags.byIndex(batch.alias?.value ?? batch.name.value, representations.length);
            if (tags !== undefined) extensions.apolloEntityCacheTags = tags;
          }
          // Those of root fields, and of entities whose place cannot be told.
          if (others.length > 0 || another !== undefined) {
            const tags = contextValue.cacheTags.all();
            if (tags.length > 0) extensions.apolloCacheTags = tags;
          }
          if (Object.keys(extensions).length > 0) result.extensions = { ...result.extensions, ...extensions };
        },
      };
    },
  };
}

function lifetimesOf(place: SelectionPlace, batch: FieldNode, representations: readonly unknown[]): EntityLifetimes {
  const selections = batch.selectionSet;
  if (selections === undefined) return [];
  const known = new Map<string, { readonly maxAge: number }>();
  return representations.map((representation) => {
    const typename = typenameOf(representation);
    let lifetime = known.get(typename);
    if (lifetime === undefined) {
      lifetime = { maxAge: lifetimeOf(place, typename, selections) };
      known.set(typename, lifetime);
    }
    return lifetime;
  });
}

/** `_entities` and the others, also inside fragments on the query type. */
function rootFields(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): { readonly batches: readonly FieldNode[]; readonly others: readonly FieldNode[] } {
  const batches: FieldNode[] = [];
  const others: FieldNode[] = [];
  const visit = (selections: SelectionSetNode): void => {
    for (const selection of selections.selections) {
      if (selection.kind === Kind.FIELD) {
        const isBatch = operation.operation === 'query' && selection.name.value === '_entities';
        (isBatch ? batches : others).push(selection);
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      if (fragment !== undefined) visit(fragment.selectionSet);
    }
  };
  visit(operation.selectionSet);
  return { batches, others };
}

function representationsOf(batch: FieldNode, variables: Readonly<Record<string, unknown>>): readonly unknown[] {
  const argument = batch.arguments?.find(({ name }) => name.value === 'representations');
  const value: unknown = argument && valueFromASTUntyped(argument.value, variables);
  return Array.isArray(value) ? value : [];
}

function typenameOf(representation: unknown): string {
  if (typeof representation !== 'object' || representation === null || !('__typename' in representation)) return '';
  return String(representation.__typename);
}
