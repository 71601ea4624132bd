// A fetch of root fields, as a planner plans it.

import type { PlanNode, Rewrite } from '../../../gateway/federation/plan.ts';

export const rootFetch = (
  subgraph: string,
  document: string,
  outputRewrites: readonly Rewrite[] = [],
): Extract<PlanNode, { kind: 'root' }> => ({
  kind: 'root',
  subgraph,
  operationKind: 'query',
  document,
  path: [],
  outputRewrites,
});
