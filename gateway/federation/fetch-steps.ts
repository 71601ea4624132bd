// A plan's fetches in the order in which they are made: where each begins, and what its document selects there.

import { type FieldNode, Kind } from 'graphql';
import type { EntityGroup, PathStep, Rewrite } from './plan.ts';
import type { PlanDocument } from './plan-documents.ts';

/** What a fetch selects on the objects of one place. */
export interface Selecting extends Pick<PlanDocument, 'subgraph' | 'set' | 'fragments'> {
  /** Response name → the name that it gets in the data. */
  readonly renames: ReadonlyMap<string, string>;
}

export interface FetchStep extends Selecting {
  readonly path: readonly PathStep[];
  /** Null: root fields, which need nothing. */
  readonly group: EntityGroup | null;
}

export const fetchSteps = (documents: readonly PlanDocument[]): readonly FetchStep[] => documents.flatMap(stepsOf);

function stepsOf({ fetch, subgraph, set, fragments }: PlanDocument): readonly FetchStep[] {
  if (fetch.kind === 'root')
    return [{ subgraph, set, fragments, renames: renamesOf(fetch.outputRewrites), path: fetch.path, group: null }];
  return fetch.groups.flatMap((group) => {
    const entities = set.selections.find(
      (selection): selection is FieldNode => selection.kind === Kind.FIELD && responseNameOf(selection) === group.alias,
    );
    const below = entities?.selectionSet;
    if (below === undefined) return [];
    const renames = renamesOf(group.outputRewrites);
    return group.paths.map((path) => ({ subgraph, set: below, fragments, renames, path, group }));
  });
}

export const responseNameOf = ({ alias, name }: FieldNode): string => (alias ?? name).value;

/** Wherever in the answer: names that are given anew are the planner's own, and stand for one field. */
function renamesOf(rewrites: readonly Rewrite[]): ReadonlyMap<string, string> {
  return new Map(
    rewrites.flatMap((rewrite) => {
      const last = rewrite.path.at(-1);
      return rewrite.kind === 'rename' && last?.kind === 'key' ? [[last.name, rewrite.to] as const] : [];
    }),
  );
}
