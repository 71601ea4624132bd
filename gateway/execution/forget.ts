// Drops the records of entities that a mutation returned: they have just changed. Nothing of its answer is stored.

import type { Run } from './run.ts';
import { type EntitySink, harvest } from './slices.ts';
import type { TreeObject } from './tree.ts';
import type { RootWant } from './want.ts';

/** Only entities whose key the answer holds; what is missed is purged by its event all the same. */
export function forgetReturned(want: RootWant, data: TreeObject, run: Run): void {
  const { subgraph } = want.selection;
  const { context, variables } = run;
  const sink: EntitySink = {
    entity(typename, keyText, shape, entity) {
      context.store.drop(context.family(subgraph.name, typename, null)(keyText, ''));
      harvest(entity, shape.fields, variables, sink);
    },
  };
  harvest(data, want.shape.fields, variables, sink);
}
