// Finds in a plan a request that its subgraph must refuse: an object is asked for, and nothing of it.

import { Kind, type SelectionSetNode } from 'graphql';
import { firstFound, type PlanDocument } from './plan-documents.ts';

/**
 * Seen of Hive's: a field of lists of lists that one fetch has with its selection stands once more, bare, in another one.
 * @returns such as `Bee.f5 in catalog`, or null
 */
export const bareObjectAsked = (documents: readonly PlanDocument[]): string | null =>
  firstFound(documents, (document) => inSet(document.set, document.rootType, document));

type Walk = Pick<PlanDocument, 'subgraph' | 'fragments'>;

function inSet({ selections }: SelectionSetNode, typename: string, walk: Walk): string | null {
  const { types } = walk.subgraph;
  for (const node of selections) {
    let found: string | null = null;
    if (node.kind === Kind.FIELD) {
      // Under `_entities`: its fragments say the types.
      const type = types.get(typename)?.fields.get(node.name.value)?.typename ?? '';
      if (node.selectionSet !== undefined) found = inSet(node.selectionSet, type, walk);
      else if (types.has(type)) found = `${typename}.${node.name.value}`;
    } else {
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : walk.fragments.get(node.name.value);
      const condition = fragment?.typeCondition?.name.value ?? typename;
      if (fragment !== undefined) found = inSet(fragment.selectionSet, condition, walk);
    }
    if (found !== null) return found;
  }
  return null;
}
