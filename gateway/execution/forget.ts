// Drops the records of entities that a mutation returned: they have just changed. Nothing of its answer is stored.

import { shapeOfObject } from './merge-answer.ts';
import type { Run } from './run.ts';
import type { FieldPlan, Selection } from './selection.ts';
import { keyTextOf } from './slices.ts';
import { isTreeObject, type TreeObject, type TreeValue } from './tree.ts';
import type { RootWant } from './want.ts';

/** Entities whose key the answer holds, even if it holds nothing else; what is missed is purged by its event all the same. */
export function forgetReturned(want: RootWant, data: TreeObject, run: Run): void {
  forgetFields(data, want.shape.fields, run);
}

function forgetFields(object: TreeObject, fields: readonly FieldPlan[], run: Run): void {
  for (const { responseName, selection } of fields) {
    if (selection !== null) forgetValue(object[responseName], selection, run);
  }
}

function forgetValue(value: TreeValue | undefined, selection: Selection, run: Run): void {
  if (Array.isArray(value)) for (const item of value) forgetValue(item, selection, run);
  if (!isTreeObject(value)) return;
  const { typename, identity, fields } = shapeOfObject(value, selection);
  const keyText = identity && keyTextOf(value, identity);
  if (typename !== null && keyText !== null) {
    const family = run.context.family(selection.subgraph.name, typename, null);
    run.context.store.drop(family(keyText, ''));
  }
  forgetFields(value, fields, run);
}
