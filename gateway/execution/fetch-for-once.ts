// Fetches wants of a query of which nothing is read from the cache, kept or shared: the answer becomes data of the request as it is.

import { askSubgraph } from './ask-subgraph.ts';
import { entityLists } from './entity-lists.ts';
import type { Fetching } from './fetch-wants.ts';
import { adoptAnswer, copyOf } from './merge-answer.ts';
import { placeErrors } from './place-errors.ts';
import { isTreeObject, type TreeObject } from './tree.ts';
import type { Want } from './want.ts';

export async function fetchForOnce(wants: readonly Want[], fetching: Fetching): Promise<void> {
  const { run, step } = fetching;
  const at = run.context.nowAt();
  run.account.add({ policy: NEVER, storedAt: at, validAt: at, expiresAt: null, isPrivate: false, from: 'origin' });
  const asked = await askSubgraph(wants, 'plan', fetching);
  if (asked === null) return;
  const { request, answer } = asked;
  for (const { error } of placeErrors(request, answer.errors, step.subgraph, run)) run.errors.push(error);
  const { data } = answer;
  if (data === null) return;
  const [root] = request.roots;
  // All root fields of a step have the same targets.
  if (root !== undefined) adoptEach(root.targets, data, root);
  const { lists, errors } = entityLists(data, request, step.subgraph);
  run.errors.push(...errors);
  for (const [place, batch] of request.batches.entries()) {
    const list = lists[place] ?? [];
    for (let index = 0; index < list.length; index += 1) {
      const want = batch.wants[index];
      const item = list[index];
      if (want !== undefined && isTreeObject(item)) adoptEach(want.targets, item, want);
    }
  }
}

const NEVER = { kind: 'never' } as const;

/** Each target gets trees of its own: an error is told at every place where its object stands. */
function adoptEach(targets: readonly TreeObject[], object: TreeObject, { selection }: Want): void {
  for (let index = targets.length - 1; index >= 0; index -= 1) {
    const target = targets[index];
    if (target !== undefined) adoptAnswer(target, index === 0 ? object : copyOf(object), selection.subgraph);
  }
}
